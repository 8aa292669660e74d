//! Webhooks that we send to the brand's own systems (R68): what happens, where it may be sent, and when it is tried
//! again. The form is that of the Standard Webhooks specification
//! (<https://github.com/standard-webhooks/standard-webhooks>, `spec/standard-webhooks.md`).

mod target;

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

pub use target::check_target;

/// Something that happens, and that a brand's systems may want to hear of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = WebhookEvent)]
pub enum Event {
    /// An order was credited to somebody, or to somebody else, or to nobody any more.
    #[serde(rename = "order.attributed")]
    OrderAttributed,
    /// A conversion may be paid.
    #[serde(rename = "conversion.approved")]
    ConversionApproved,
    /// A conversion earns nothing.
    #[serde(rename = "conversion.rejected")]
    ConversionRejected,
    /// A rejection was taken back.
    #[serde(rename = "conversion.restored")]
    ConversionRestored,
    /// What a conversion earns has changed, by a refund or a replay.
    #[serde(rename = "commission.adjusted")]
    CommissionAdjusted,
    /// A payment to a creator was made.
    #[serde(rename = "payout.paid")]
    PayoutPaid,
    /// A code could not be made.
    #[serde(rename = "code.failed")]
    CodeFailed,
}

/// What an endpoint is sent when somebody tries it. Nobody can ask to hear of it.
pub const TEST: &str = "webhook.test";

impl Event {
    /// Every event.
    pub const ALL: [Self; 7] = [
        Self::OrderAttributed,
        Self::ConversionApproved,
        Self::ConversionRejected,
        Self::ConversionRestored,
        Self::CommissionAdjusted,
        Self::PayoutPaid,
        Self::CodeFailed,
    ];

    /// The stable text code, which triggers of the database write.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OrderAttributed => "order.attributed",
            Self::ConversionApproved => "conversion.approved",
            Self::ConversionRejected => "conversion.rejected",
            Self::ConversionRestored => "conversion.restored",
            Self::CommissionAdjusted => "commission.adjusted",
            Self::PayoutPaid => "payout.paid",
            Self::CodeFailed => "code.failed",
        }
    }
}

/// What an endpoint's answer means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It has the message.
    Delivered,
    /// It wants no message ever again: 410.
    Gone,
    /// It does not have it. A redirect is no delivery either: it is not followed.
    Failed,
}

/// What a status of HTTP means for a message.
pub const fn verdict(status: u16) -> Verdict {
    match status {
        200..=299 => Verdict::Delivered,
        410 => Verdict::Gone,
        _ => Verdict::Failed,
    }
}

/// Seconds from each attempt that failed to the next: the schedule that the specification recommends. The first
/// attempt is made at once; with the last one three days have passed.
const WAITS_SECONDS: [i64; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
/// A wait is longer by up to a tenth, so that what failed together does not come back together.
const SPREAD: i64 = 10;
/// An endpoint that has taken nothing for so long is switched off.
const PATIENCE_DAYS: i64 = 5;
/// How long the secret before a rotation signs too.
const OVERLAP_DAYS: i64 = 1;
/// How long messages are kept, whatever became of them.
const KEPT_DAYS: i64 = 30;

/// When a message is tried again that has failed so often in a row; `None` where it was tried often enough.
/// `chance` is any random number.
pub fn next_try(failures: u32, now: Timestamp, chance: u32) -> Option<Timestamp> {
    let index = usize::try_from(failures.checked_sub(1)?).ok()?;
    let wait = WAITS_SECONDS.get(index)?.saturating_mul(1_000);
    Some(now.plus_millis(wait + i64::from(chance) % (wait / SPREAD)))
}

/// An endpoint that has failed since before this moment, and taken nothing since, is switched off.
pub const fn patience_ends(now: Timestamp) -> Timestamp {
    now.plus_days(-PATIENCE_DAYS)
}

/// Until when a secret signs that is replaced now.
pub const fn overlap_ends(now: Timestamp) -> Timestamp {
    now.plus_days(OVERLAP_DAYS)
}

/// Messages from before this moment are forgotten.
pub const fn kept_since(now: Timestamp) -> Timestamp {
    now.plus_days(-KEPT_DAYS)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    // R68
    #[test]
    fn an_events_name_is_the_same_in_json_and_in_the_database() {
        for event in Event::ALL {
            let json = serde_json::to_value(event).unwrap();
            assert_eq!(json, event.as_str());
            assert_eq!(serde_json::from_value::<Event>(json).unwrap(), event);
        }
        assert!(serde_json::from_value::<Event>(TEST.into()).is_err());
    }

    // R68
    #[test]
    fn only_a_2xx_is_a_delivery_and_a_410_ends_all() {
        for (status, expected) in [
            (200, Verdict::Delivered),
            (202, Verdict::Delivered),
            (204, Verdict::Delivered),
            (301, Verdict::Failed),
            (307, Verdict::Failed),
            (400, Verdict::Failed),
            (404, Verdict::Failed),
            (410, Verdict::Gone),
            (429, Verdict::Failed),
            (500, Verdict::Failed),
        ] {
            assert_eq!(verdict(status), expected, "{status}");
        }
    }

    // R68
    #[test]
    fn what_failed_is_tried_again_on_the_specifications_schedule() {
        let now = Timestamp::from_seconds(1_000_000);
        let waits: Vec<i64> = (1..)
            .map_while(|failures| next_try(failures, now, 0))
            .map(|next| next.as_seconds() - now.as_seconds())
            .collect();
        let (minute, hour) = (60, 3_600);
        assert_eq!(
            waits,
            [5, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 14 * hour, 20 * hour, 24 * hour]
        );
        assert_eq!(next_try(0, now, 0), None);
    }

    proptest! {
        // R68
        #[test]
        fn a_wait_is_longer_by_a_tenth_at_most(failures in 1..=9_u32, chance: u32) {
            let now = Timestamp::from_seconds(1_000_000);
            let wait = |chance| next_try(failures, now, chance).unwrap().as_millis() - now.as_millis();
            prop_assert!((wait(0)..wait(0) + wait(0) / 10).contains(&wait(chance)));
        }
    }
}
