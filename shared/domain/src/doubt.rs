//! Reasons to doubt a conversion (R45, R46), and what each of them asks for.

use std::num::NonZeroU32;

use crate::conversion::Concern;
use crate::order::CodeUse;
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
    /// One buyer orders again and again by a code alone.
    RepeatedBuyer,
    /// The code is used without a click, and nobody clicks the creator's links any more.
    ClicksDriedUp,
    /// The code was used after it was said to be compromised.
    CodeCompromised,
}

impl Doubt {
    /// Every reason.
    pub const ALL: [Self; 6] = [
        Self::CommissionInAnotherCurrency,
        Self::SelfReferral,
        Self::SoonAfterClick,
        Self::RepeatedBuyer,
        Self::ClicksDriedUp,
        Self::CodeCompromised,
    ];

    /// The stable text code.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CommissionInAnotherCurrency => "flat_commission_in_another_currency",
            Self::SelfReferral => "self_referral",
            Self::SoonAfterClick => "soon_after_click",
            Self::RepeatedBuyer => "repeated_buyer",
            Self::ClicksDriedUp => "clicks_dried_up",
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

/// The reason where a buyer had placed so many other orders with the creator by then.
pub fn repeated_buyer(seen: &CodeUse, most: NonZeroU32) -> Option<String> {
    let (word, days, orders) = (Doubt::RepeatedBuyer.as_str(), CodeUse::DAYS, seen.buyer_orders);
    (orders >= i64::from(most.get()))
        .then(|| format!("{word}: {orders} other orders in {days} days, of {most}"))
}

/// The share of the clicks before that is left where they dried up: one of so many.
const DRIED_UP_TO: i64 = 10;

/// The reason where a creator's links had so many clicks at least, and then a tenth of them at most.
pub fn clicks_dried_up(seen: &CodeUse, fewest: NonZeroU32) -> Option<String> {
    let CodeUse { clicks, clicks_before, .. } = seen;
    let dried_up =
        *clicks_before >= i64::from(fewest.get()) && clicks.saturating_mul(DRIED_UP_TO) <= *clicks_before;
    let (word, days) = (Doubt::ClicksDriedUp.as_str(), CodeUse::DAYS);
    dried_up.then(|| format!("{word}: {clicks} clicks in {days} days, {clicks_before} in the {days} before"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::EnrollmentId;

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
    fn figures_of_a_code_alone_are_held_to_the_plans_limits() {
        let limit = |number| NonZeroU32::new(number).unwrap();
        let seen = |buyer_orders, clicks, clicks_before| CodeUse {
            enrollment: EnrollmentId::new(Timestamp::from_seconds(0), [0; 10]),
            buyer_orders,
            clicks,
            clicks_before,
        };
        assert_eq!(
            repeated_buyer(&seen(3, 0, 0), limit(3)).as_deref(),
            Some("repeated_buyer: 3 other orders in 30 days, of 3")
        );
        assert_eq!(repeated_buyer(&seen(2, 0, 0), limit(3)), None);
        for (clicks, before, doubted) in [
            (10, 100, true),
            (0, 100, true),
            (11, 100, false),
            (9, 99, false),
            (0, 0, false),
            (i64::MAX, 100, false),
        ] {
            assert_eq!(
                clicks_dried_up(&seen(0, clicks, before), limit(100)).is_some(),
                doubted,
                "{clicks} {before}"
            );
        }
        let reasons = clicks_dried_up(&seen(0, 1, 100), limit(1)).into_iter().collect::<Vec<_>>();
        assert_eq!(reasons, ["clicks_dried_up: 1 clicks in 30 days, 100 in the 30 before"]);
        assert_eq!(concern(&reasons), Concern::Review);
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
