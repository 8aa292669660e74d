//! Reasons to doubt a conversion (R45, R46), and what each of them asks for.

use crate::conversion::Concern;
use crate::time::Timestamp;

/// A reason for doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// A flat commission in one currency, an order in another: no amount is guessed.
    CommissionInAnotherCurrency,
    /// The buyer's e-mail address is the creator's own.
    SelfReferral,
    /// The order came sooner after the click than the plan believes of a buyer.
    SoonAfterClick,
    /// The code was used after it was said to be compromised.
    CodeCompromised,
}

impl Doubt {
    /// Every reason.
    pub const ALL: [Self; 4] =
        [Self::CommissionInAnotherCurrency, Self::SelfReferral, Self::SoonAfterClick, Self::CodeCompromised];

    /// The stable text code.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CommissionInAnotherCurrency => "flat_commission_in_another_currency",
            Self::SelfReferral => "self_referral",
            Self::SoonAfterClick => "soon_after_click",
            Self::CodeCompromised => "code_compromised",
        }
    }

    /// What it asks for.
    const fn concern(self) -> Concern {
        match self {
            Self::CodeCompromised => Concern::Rejection,
            _ => Concern::Review,
        }
    }
}

/// What reasons together ask for. A reason is followed by its figures after a colon, if it has any; one that is
/// not known asks for a person.
pub fn concern(reasons: &[String]) -> Concern {
    let of = |reason: &String| {
        let word = reason.split(':').next().unwrap_or_default();
        Doubt::ALL.into_iter().find(|doubt| doubt.as_str() == word).map_or(Concern::Review, Doubt::concern)
    };
    reasons.iter().map(of).max().unwrap_or(Concern::None)
}

/// The reason where an order came sooner after its click than that, with the seconds that passed. A click that
/// the shop's clock puts after the order tells nothing.
pub fn soon_after_click(clicked_at: Timestamp, placed_at: Timestamp, seconds: u32) -> Option<String> {
    let passed = placed_at.as_seconds() - clicked_at.as_seconds();
    (0..i64::from(seconds))
        .contains(&passed)
        .then(|| format!("{}: {passed} seconds, of {seconds}", Doubt::SoonAfterClick.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    // R45, R46
    #[test]
    fn the_gravest_reason_says_what_becomes_of_a_conversion() {
        let concern_of = |reasons: &[&str]| {
            concern(&reasons.iter().map(|reason| (*reason).to_owned()).collect::<Vec<_>>())
        };
        assert_eq!(concern_of(&[]), Concern::None);
        assert_eq!(concern_of(&["self_referral"]), Concern::Review);
        assert_eq!(concern_of(&["soon_after_click: 2 seconds, of 5"]), Concern::Review);
        assert_eq!(concern_of(&["self_referral", "code_compromised"]), Concern::Rejection);
        assert_eq!(concern_of(&["a reason of a later version"]), Concern::Review);
    }

    // R45
    #[test]
    fn an_order_within_seconds_of_its_click_is_doubted_with_its_figures() {
        let at = Timestamp::from_seconds;
        assert_eq!(
            soon_after_click(at(100), at(102), 5).as_deref(),
            Some("soon_after_click: 2 seconds, of 5")
        );
        assert_eq!(soon_after_click(at(100), at(105), 5), None);
        assert_eq!(soon_after_click(at(100), at(99), 5), None, "the shop's clock is behind");
        assert_eq!(soon_after_click(at(100), at(100), 0), None);
    }
}
