//! A plan's terms as the fields of its form, and the fields as terms. What no field is for stays as it is.

use serde_json::{Value, json};
use tributary_domain::{Currency, FieldErrors, Money};
use tributary_web::{Form, Problem};

use super::commission_terms::{self, decimal, lay_over};

/// A plan's terms as the form's fields.
pub(super) fn fields_of(plan: &Value) -> Value {
    let mut fields = plan.clone();
    let text = |pointer: &str| plan.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let money = |pointer: &str| decimal(plan, pointer);
    let discount = match text("/discount/type") {
        "fixed" => json!({"kind": "fixed", "value": money("/discount/amount")}),
        "percentage" => json!({"kind": "percentage", "value": text("/discount/value")}),
        _ => json!({"kind": "none"}),
    };
    let commission = commission_terms::fields_of(plan.get("commission").unwrap_or(&Value::Null));
    if let Some(members) = fields.as_object_mut() {
        members.insert("discount".to_owned(), discount);
        members.insert("commission".to_owned(), commission);
        if let Some(limits) = members.get_mut("limits").and_then(Value::as_object_mut) {
            limits.insert("minimumAmount".to_owned(), json!(money("/limits/minimumAmount")));
        }
    }
    fields
}

/// The form's fields as a plan. What `known` says besides stays: a form need not know every term.
pub(super) fn terms_of(form: &Form, currency: Currency, known: &Value) -> Result<Value, Problem> {
    let sent = form.to_json();
    let text = |pointer: &str| sent.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let mut errors = FieldErrors::default();
    let discount = match text("/discount/kind") {
        "percentage" => json!({"type": "percentage", "value": text("/discount/value")}),
        "fixed" => {
            json!({"type": "fixed", "amount": errors.keep("discount.value", Money::parse(text("/discount/value"), currency))})
        }
        _ => Value::Null,
    };
    let said = sent.get("commission").unwrap_or(&Value::Null);
    let earned = known.get("commission").unwrap_or(&Value::Null);
    let commission = commission_terms::read(said, earned, currency, &mut errors);
    let minimum = match text("/limits/minimumAmount") {
        "" => Value::Null,
        amount => json!(errors.keep("limits.minimumAmount", Money::parse(amount, currency))),
    };
    errors.into_result()?;
    let mut terms = known.clone();
    lay_over(&mut terms, &sent);
    if let Some(members) = terms.as_object_mut() {
        members.insert("discount".to_owned(), discount);
        members.insert("commission".to_owned(), commission);
        if let Some(limits) = members.get_mut("limits").and_then(Value::as_object_mut) {
            limits.insert("minimumAmount".to_owned(), minimum);
        }
    }
    Ok(terms)
}

/// A problem with a plan's terms under the names of the form's fields.
pub(super) fn as_fields(problem: Problem) -> Problem {
    let mut errors = FieldErrors::default();
    for error in problem.errors.as_slice() {
        let path = match error.path.as_str() {
            "discount" | "discount.type" => "discount.kind",
            "discount.amount" | "discount.amount.amount" => "discount.value",
            path => &commission_terms::field_of(path),
        };
        errors.add(path, error.code, error.detail.clone());
    }
    Problem { errors, ..problem }
}
