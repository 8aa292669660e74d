//! The one spelling of each kind of term, in which what a plan says and what a shop has are compared.

use tributary_domain::percent::Percent;
use tributary_domain::plan::Discount;
use tributary_domain::{Money, Timestamp};

/// What a limit that is not there is called.
pub(crate) const NONE: &str = "none";

pub(crate) fn discount_fact(discount: &Discount) -> String {
    match discount {
        Discount::Percentage { value } => percent_fact(*value),
        Discount::Fixed { amount } => money_fact(*amount),
    }
}

pub(crate) fn percent_fact(percent: Percent) -> String {
    format!("{percent}%")
}

pub(crate) fn money_fact(money: Money) -> String {
    format!("{} {}", money.to_decimal(), money.currency)
}

pub(crate) const fn once_fact(once: bool) -> &'static str {
    if once { "yes" } else { NONE }
}

/// To the second, as every platform keeps times.
pub(crate) fn moment_fact(moment: Timestamp) -> String {
    Timestamp::from_seconds(moment.as_seconds()).to_string()
}

/// Ids in one order, each once.
pub(crate) fn ids_fact<T: AsRef<str>>(ids: &[T]) -> String {
    let mut ids: Vec<&str> = ids.iter().map(AsRef::as_ref).collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() { NONE.to_owned() } else { ids.join(", ") }
}

/// The UTC day of a start, for a shop that knows days only.
pub(crate) fn first_day(start: Timestamp) -> String {
    start.day().to_string()
}

/// The UTC day of the last moment before an end, for a shop that knows days only and counts the last one in.
pub(crate) fn last_day(end: Timestamp) -> String {
    Timestamp::from_millis(end.as_millis().saturating_sub(1)).day().to_string()
}
