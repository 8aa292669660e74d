//! A plan's terms as lines that people can read and compare.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use tributary_domain::Money;
use tributary_domain::commission::CommissionTerms;

use super::commission_words::{base_in_words, leads_in_words, pay_in_words, rule_in_words, tier_in_words};
use crate::parts::{NOTHING, money, words};

/// What is no term, or stands in the heading.
const NOT_TERMS: [&str; 8] =
    ["id", "storeId", "version", "status", "createdAt", "updatedAt", "createdBy", "name"];

/// The terms by name, in words. A term that a plan does not say is not among them.
pub(crate) fn lines(plan: &Map<String, Value>) -> BTreeMap<String, String> {
    let mut lines = BTreeMap::new();
    for (name, value) in plan.iter().filter(|(name, _)| !NOT_TERMS.contains(&name.as_str())) {
        match serde_json::from_value::<CommissionTerms>(value.clone()) {
            Ok(terms) if name == "commission" => commission(&mut lines, &terms, value),
            _ => add(&mut lines, &spaced(name), value),
        }
    }
    lines
}

/// The terms of a commission, a line each: rules and tiers are sentences, and whatever else it says is shown as it is named.
fn commission(lines: &mut BTreeMap<String, String>, terms: &CommissionTerms, value: &Value) {
    lines.insert("commission".to_owned(), pay_in_words(terms.pay));
    lines.extend(base_in_words(terms.base).map(|base| ("commission: base".to_owned(), base)));
    lines.extend(leads_in_words(&terms.leads).map(|leads| ("commission: leads".to_owned(), leads)));
    for (rule, place) in terms.rules.iter().zip(1_u32..) {
        lines.insert(format!("commission: rule {place}"), rule_in_words(rule));
    }
    for (tier, place) in terms.tiers.iter().zip(1_u32..) {
        lines.insert(format!("commission: step {place}"), tier_in_words(tier));
    }
    for (name, value) in value.as_object().into_iter().flatten() {
        if !["type", "rate", "amount", "base", "rules", "leads", "tiers"].contains(&name.as_str()) {
            add(lines, &format!("commission: {}", spaced(name)), value);
        }
    }
}

fn add(lines: &mut BTreeMap<String, String>, name: &str, value: &Value) {
    match value {
        Value::Null => {}
        Value::Object(members) => match as_money(value) {
            Some(amount) => drop(lines.insert(name.to_owned(), amount)),
            None => {
                for (inner, value) in members {
                    add(lines, &format!("{name}: {}", spaced(inner)), value);
                }
            }
        },
        Value::Array(items) if items.is_empty() => {}
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(text).collect();
            lines.insert(name.to_owned(), items.join(", "));
        }
        other => drop(lines.insert(name.to_owned(), text(other))),
    }
}

fn as_money(value: &Value) -> Option<String> {
    serde_json::from_value::<Money>(value.clone()).ok().map(money)
}

/// A term's value in words.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::Null => NOTHING.to_owned(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::String(text) if text.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_') => {
            words(text)
        }
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// `clickThroughUrl` as `click through url`.
pub(super) fn spaced(name: &str) -> String {
    let mut text = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            text.push(' ');
        }
        text.push(letter.to_ascii_lowercase());
    }
    text
}
