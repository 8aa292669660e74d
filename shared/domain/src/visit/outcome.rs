//! What a visit to a link is counted as: the `outcome` of a click's row and of the daily counts.

use super::Verdict;
use crate::link::LinkState;

/// The outcome of daily counts that were brought along from another platform.
pub const IMPORTED: u8 = 100;

/// What a visit is counted as.
///
/// | code | what |
/// |---|---|
/// | 0 | a person's click on a link that works: the only one that is a click in reports |
/// | 1 to 6 | no person: [`Verdict::code`] |
/// | 11 to 14 | a person, but the link's plan has not begun, is over, the link is disabled, unknown |
/// | 100 | [`IMPORTED`] |
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Outcome(u8);

impl Outcome {
    /// A click that counts.
    pub const COUNTED: Self = Self(0);
    /// Every outcome of a visit.
    pub const ALL: [Self; 11] = [
        Self(0),
        Self(1),
        Self(2),
        Self(3),
        Self(4),
        Self(5),
        Self(6),
        Self(11),
        Self(12),
        Self(13),
        Self(14),
    ];

    /// Who it was matters before what the link was: a crawler on a link that is over is a crawler.
    pub const fn new(verdict: Verdict, state: LinkState) -> Self {
        if !verdict.counts() {
            return Self(verdict.code());
        }
        Self(match state {
            LinkState::Live => 0,
            LinkState::BeforeStart => 11,
            LinkState::Ended => 12,
            LinkState::Disabled => 13,
            LinkState::Unknown => 14,
        })
    }

    /// The number that is kept.
    pub const fn code(self) -> u8 {
        self.0
    }

    /// Reads [`Outcome::code`] back.
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.0 == code)
    }

    /// The stable word for it.
    pub fn as_str(self) -> &'static str {
        match self.0 {
            0 => "counted",
            11 => "before_start",
            12 => "ended",
            13 => "disabled",
            14 => "unknown_link",
            code => Verdict::from_code(code).map_or("unknown", Verdict::as_str),
        }
    }

    /// Whether it is a click in reports.
    pub const fn counts(self) -> bool {
        self.0 == Self::COUNTED.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // R11, R22
    #[test]
    fn each_visit_is_counted_as_what_it_was() {
        let all: std::collections::BTreeSet<u8> = Verdict::ALL
            .into_iter()
            .flat_map(|verdict| LinkState::ALL.map(|state| Outcome::new(verdict, state).code()))
            .collect();
        assert!(all.iter().copied().eq(Outcome::ALL.map(Outcome::code)));
        for outcome in Outcome::ALL {
            assert_eq!(Outcome::from_code(outcome.code()), Some(outcome));
            assert_eq!(outcome.counts(), outcome == Outcome::new(Verdict::Human, LinkState::Live));
        }
        assert_eq!(Outcome::new(Verdict::Bot, LinkState::Ended).code(), Verdict::Bot.code());
        assert_eq!(Outcome::from_code(IMPORTED), None);
        let words: std::collections::BTreeSet<&str> = Outcome::ALL.map(Outcome::as_str).into();
        assert_eq!(words.len(), Outcome::ALL.len());
        assert!(!words.contains("unknown"));
    }
}
