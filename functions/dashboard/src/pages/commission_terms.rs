//! The terms of a commission as the fields of a form, and the fields as terms. What no field is for stays as it is.

use serde_json::{Map, Value, json};
use tributary_domain::{Currency, FieldErrors, Money};

/// How a commission is computed stands in two fields: what it is, and how much.
const PAY: [&str; 3] = ["type", "rate", "amount"];
const CONDITIONS: [&str; 5] = ["minimumOrder", "products", "categories", "minimumQuantity", "customer"];

/// Terms as the form's fields.
pub(super) fn fields_of(terms: &Value) -> Value {
    let list = |name: &str| terms.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let mut fields = pay_fields(terms);
    fields.insert("base".to_owned(), terms.get("base").cloned().unwrap_or_default());
    fields.insert("rules".to_owned(), list("rules").iter().map(rule_fields).collect());
    let tier = |tier: &Value| json!({"from": decimal(tier, "/from"), "rate": tier.get("rate")});
    fields.insert("tiers".to_owned(), list("tiers").iter().map(tier).collect());
    let lead = |lead: &Value| json!({"event": lead.get("event"), "amount": decimal(lead, "/amount")});
    fields.insert("leads".to_owned(), list("leads").iter().map(lead).collect());
    let caps = json!({
        "perOrder": decimal(terms, "/caps/perOrder"), "perBuyer": decimal(terms, "/caps/perBuyer"),
        "perPeriod": decimal(terms, "/caps/perPeriod/amount"),
    });
    fields.insert("caps".to_owned(), caps);
    Value::Object(fields)
}

fn pay_fields(terms: &Value) -> Map<String, Value> {
    let kind = text(terms, "type");
    let value = if is_amount(kind) { decimal(terms, "/amount") } else { text(terms, "rate").to_owned() };
    Map::from_iter([("kind".to_owned(), json!(kind)), ("value".to_owned(), json!(value))])
}

/// Whether this kind of pay is an amount, and no percentage.
fn is_amount(kind: &str) -> bool {
    matches!(kind, "flat" | "per_lead" | "per_click")
}

fn rule_fields(rule: &Value) -> Value {
    let mut fields = pay_fields(rule);
    let mut when = rule.get("when").cloned().unwrap_or_else(|| json!({}));
    // It may stand in either place.
    let minimum = decimal(rule, "/minimumOrder") + &decimal(rule, "/when/minimumOrder");
    if let Some(when) = when.as_object_mut() {
        when.insert("minimumOrder".to_owned(), json!(minimum));
    }
    fields.insert("when".to_owned(), when);
    fields.insert("rest".to_owned(), json!(rest_of(rule)));
    Value::Object(fields)
}

/// What a rule says that has no field, as JSON to travel with the form; empty where there is no such thing.
fn rest_of(rule: &Value) -> String {
    let mut rest = rule.as_object().cloned().unwrap_or_default();
    rest.retain(|name, _| !PAY.contains(&name.as_str()) && name != "minimumOrder");
    if let Some(Value::Object(when)) = rest.get_mut("when") {
        when.retain(|name, _| !CONDITIONS.contains(&name.as_str()));
    }
    rest.retain(|_, value| *value != json!({}));
    if rest.is_empty() { String::new() } else { Value::Object(rest).to_string() }
}

/// The fields of a form as terms. `known` are those that are there, whose other members stay.
pub(super) fn read(sent: &Value, known: &Value, currency: Currency, errors: &mut FieldErrors) -> Value {
    let mut terms = known.clone();
    if let Some(members) = terms.as_object_mut() {
        members.retain(|name, _| !PAY.contains(&name.as_str()));
    }
    let mut reading = Reading { currency, errors };
    let mut said = reading.pay(sent, "commission");
    said.extend(sent.get("base").map(|base| ("base".to_owned(), base.clone())));
    said.extend(sent.get("caps").map(|caps| ("caps".to_owned(), reading.caps(caps))));
    said.extend(reading.rows(sent, "rules", Reading::rule));
    said.extend(reading.rows(sent, "tiers", Reading::tier));
    said.extend(reading.rows(sent, "leads", Reading::lead));
    lay_over(&mut terms, &Value::Object(said));
    terms
}

/// Amounts are typed as decimals, in the store's currency.
struct Reading<'a> {
    currency: Currency,
    errors: &'a mut FieldErrors,
}

impl Reading<'_> {
    /// A list, if the form has it; `row` reads one of its rows, which has this path.
    fn rows(
        &mut self,
        sent: &Value,
        list: &str,
        row: impl Fn(&mut Self, &Value, &str) -> Value,
    ) -> Option<(String, Value)> {
        let rows = sent.get(list)?.as_array()?.iter().enumerate();
        let read = rows.map(|(index, sent)| row(self, sent, &format!("commission.{list}[{index}]")));
        Some((list.to_owned(), read.collect()))
    }

    fn pay(&mut self, sent: &Value, path: &str) -> Map<String, Value> {
        let (kind, value) = (text(sent, "kind"), text(sent, "value"));
        let member = if is_amount(kind) {
            ("amount".to_owned(), self.amount(value, &format!("{path}.value")))
        } else {
            ("rate".to_owned(), json!(value))
        };
        let kind = if kind.is_empty() { "percentage" } else { kind };
        Map::from_iter([("type".to_owned(), json!(kind)), member])
    }

    fn rule(&mut self, sent: &Value, path: &str) -> Value {
        let mut rule: Value = serde_json::from_str(text(sent, "rest")).unwrap_or_else(|_| json!({}));
        let mut when = sent.get("when").cloned().unwrap_or_else(|| json!({}));
        let minimum = self.optional(text(&when, "minimumOrder"), &format!("{path}.when.minimumOrder"));
        if let Some(when) = when.as_object_mut() {
            when.insert("minimumOrder".to_owned(), minimum);
            when.retain(|_, value| !value.is_null() && *value != json!([]));
        }
        let mut said = self.pay(sent, path);
        said.insert("when".to_owned(), when);
        lay_over(&mut rule, &Value::Object(said));
        if rule.get("when") == Some(&json!({})) {
            let detail = "say for which goods, orders or buyers the rule is";
            self.errors.add(format!("{path}.when"), "required", detail);
        }
        rule
    }

    fn tier(&mut self, sent: &Value, path: &str) -> Value {
        let from = self.amount(text(sent, "from"), &format!("{path}.from"));
        json!({"from": from, "type": "percentage", "rate": text(sent, "rate")})
    }

    fn lead(&mut self, sent: &Value, path: &str) -> Value {
        let amount = self.amount(text(sent, "amount"), &format!("{path}.amount"));
        json!({"event": text(sent, "event"), "amount": amount})
    }

    fn caps(&mut self, sent: &Value) -> Value {
        let mut cap = |name: &str| self.optional(text(sent, name), &format!("commission.caps.{name}"));
        let (per_order, per_buyer, amount) = (cap("perOrder"), cap("perBuyer"), cap("perPeriod"));
        let per_period =
            if amount.is_null() { Value::Null } else { json!({"amount": amount, "period": "month"}) };
        json!({"perOrder": per_order, "perBuyer": per_buyer, "perPeriod": per_period})
    }

    fn amount(&mut self, typed: &str, path: &str) -> Value {
        json!(self.errors.keep(path, Money::parse(typed, self.currency)))
    }

    fn optional(&mut self, typed: &str, path: &str) -> Value {
        if typed.is_empty() { Value::Null } else { self.amount(typed, path) }
    }
}

/// The field in which a member of the terms stands, by their paths.
pub(super) fn field_of(path: &str) -> String {
    let of_rule = path.strip_prefix("commission.rules[").and_then(|rest| rest.split_once("]."));
    let (owner, member) = match of_rule {
        Some((row, member)) => (format!("commission.rules[{row}]"), member),
        None => ("commission".to_owned(), path.strip_prefix("commission.").unwrap_or_default()),
    };
    match member.split('.').next() {
        Some("rate" | "amount") => format!("{owner}.value"),
        Some("type") => format!("{owner}.kind"),
        Some("minimumOrder") => format!("{owner}.when.minimumOrder"),
        _ => path.to_owned(),
    }
}

/// Puts what was sent over what is there, member by member; a list is replaced.
pub(super) fn lay_over(known: &mut Value, sent: &Value) {
    match (known.as_object_mut(), sent.as_object()) {
        (Some(known), Some(sent)) => {
            for (name, value) in sent {
                lay_over(known.entry(name.clone()).or_insert(Value::Null), value);
            }
        }
        _ => *known = sent.clone(),
    }
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// An amount as it is typed; empty where there is none.
pub(super) fn decimal(value: &Value, pointer: &str) -> String {
    let amount = value.pointer(pointer).cloned().unwrap_or_default();
    serde_json::from_value::<Money>(amount).map(Money::to_decimal).unwrap_or_default()
}
