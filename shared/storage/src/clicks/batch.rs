//! The text of a batch: visits of one day as JSON, by outcome and link.
//!
//! Written by hand: every flush of a redirect writes one, and what serves any value would be a tenth of the
//! component.

use std::fmt::Write;

use super::ClickRow;

/// The text of these visits, which are of one day and in the order of [`order`].
pub(super) fn text(visits: &[&ClickRow]) -> String {
    let mut text = String::with_capacity(visits.len() * 64);
    object(&mut text, visits, outcome, |text, visits| object(text, visits, ClickRow::link_number, lists));
    text
}

/// Visits of one day, outcome and link stand together.
pub(super) fn order(visit: &ClickRow) -> (i32, i64, i64) {
    (visit.at.day().number(), outcome(visit), visit.link_number())
}

fn outcome(visit: &ClickRow) -> i64 {
    visit.outcome.code().into()
}

/// A member for each run of visits with the same key.
fn object(
    text: &mut String,
    visits: &[&ClickRow],
    key: impl Fn(&ClickRow) -> i64,
    value: impl Fn(&mut String, &[&ClickRow]),
) {
    let mut before = '{';
    for alike in visits.chunk_by(|one, other| key(one) == key(other)) {
        let Some(first) = alike.first() else { continue };
        // Writing to a string cannot fail.
        write!(text, "{before}\"{}\":", key(first)).unwrap_or_default();
        value(text, alike);
        before = ',';
    }
    text.push('}');
}

/// What the visits of one outcome and link were: the first of each list belong together.
fn lists(text: &mut String, visits: &[&ClickRow]) {
    text.push_str("{\"at\":");
    list(text, visits, |visit| Some(visit.at.as_seconds() - visit.at.day().start().as_seconds()));
    text.push_str(",\"random\":");
    list(text, visits, |visit| Some(number(visit.random)));
    text.push_str(",\"visitor\":");
    list(text, visits, |visit| visit.visitor.filter(|_| visit.outcome.counts()).map(number));
    text.push('}');
}

fn list(text: &mut String, visits: &[&ClickRow], value: impl Fn(&ClickRow) -> Option<i64>) {
    let mut before = '[';
    for visit in visits {
        text.push(before);
        match value(visit) {
            Some(number) => write!(text, "{number}").unwrap_or_default(),
            None => text.push_str("null"),
        }
        before = ',';
    }
    text.push(']');
}

fn number(big_endian: [u8; 6]) -> i64 {
    big_endian.iter().fold(0, |sum, byte| (sum << 8) | i64::from(*byte))
}
