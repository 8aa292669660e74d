//! Stripe's coupons and promotion codes, with its idempotency keys (platforms.md 5).

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::kept::{Kept, KeptCode, RestShop, Speaks};
use super::{Asked, Said};

struct Stripe;

/// A Stripe account.
pub fn stripe_shop() -> RestShop {
    RestShop::start("stripe", json!({"secretKey": "sk_test"}), Stripe)
}

fn error(status: u16, code: Option<&str>, message: &str) -> (u16, Value) {
    (status, json!({"error": {"type": "invalid_request_error", "code": code, "message": message}}))
}

fn shown(code: &KeptCode) -> Value {
    json!({"id": code.id, "object": "promotion_code", "code": code.text, "active": code.is_on,
        "max_redemptions": null, "expires_at": null,
        "restrictions": {"first_time_transaction": false, "minimum_amount": null, "minimum_amount_currency": null},
        "promotion": {"type": "coupon", "coupon": {"id": code.rule, "percent_off": 10.0}}})
}

type Form = BTreeMap<String, String>;

fn form(asked: &Asked) -> Form {
    url::form_urlencoded::parse(&asked.body).into_owned().collect()
}

impl Speaks for Stripe {
    fn makes_a_code(&self, asked: &Asked) -> bool {
        asked.method == "POST" && asked.path() == "/v1/promotion_codes"
    }

    fn knows(&self, asked: &Asked) -> bool {
        asked.header("authorization") == Some("Bearer sk_test")
    }

    fn refuses(&self) -> Said {
        let (status, body) = error(401, None, "Invalid API Key provided: sk_****est");
        Said::json(status, body)
    }

    fn answers(&self, kept: &mut Kept, asked: &Asked) -> Said {
        // The same key is answered as before, whatever was answered.
        let given = asked.header("idempotency-key");
        let (has_key, key) = (given.is_some(), format!("{} {}", asked.path(), given.unwrap_or_default()));
        if let Some((_, status, body)) = kept.answered.iter().find(|(known, ..)| has_key && *known == key) {
            return Said::json(*status, body.clone());
        }
        let (status, body) = answer(kept, asked);
        if has_key {
            kept.answered.push((key, status, body.clone()));
        }
        Said::json(status, body)
    }
}

fn answer(kept: &mut Kept, asked: &Asked) -> (u16, Value) {
    let path: Vec<&str> = asked.path().split('/').filter(|part| !part.is_empty()).collect();
    match (asked.method.as_str(), path.as_slice()) {
        ("POST", ["v1", "coupons"]) => {
            let form = form(asked);
            let body = json!({"id": form["id"], "percent_off": 10.0, "name": form["name"]});
            if kept.rules.iter().any(|(id, _)| *id == form["id"]) {
                return error(400, Some("resource_already_exists"), "Coupon already exists.");
            }
            kept.rules.push((form["id"].clone(), body.clone()));
            (200, body)
        }
        ("GET", ["v1", "coupons", id]) => match kept.rules.iter().find(|(known, _)| known == id) {
            Some((_, body)) => (200, body.clone()),
            None => error(404, Some("resource_missing"), "No such coupon"),
        },
        ("GET", ["v1", "promotion_codes"]) => {
            let parameter = |name| asked.query(name).unwrap_or_default();
            let (text, coupon) = (parameter("code"), parameter("coupon"));
            let wanted = |code: &&KeptCode| {
                (text.is_empty() || code.text.eq_ignore_ascii_case(&text))
                    && (coupon.is_empty() || code.rule.as_deref() == Some(coupon.as_str()))
            };
            let found: Vec<Value> = kept.codes.iter().rev().filter(wanted).map(shown).collect();
            (200, json!({"data": found, "has_more": false}))
        }
        ("POST", ["v1", "promotion_codes"]) => create(kept, &form(asked)),
        ("POST", ["v1", "promotion_codes", id]) => {
            let is_on = form(asked)["active"] == "true";
            let text = kept.code(id).map(|code| code.text.clone()).unwrap_or_default();
            if is_on && kept.is_taken(&text) {
                return error(
                    400,
                    None,
                    &format!("An active promotion code with `code: {text}` already exists."),
                );
            }
            match kept.code(id) {
                Some(code) => {
                    code.is_on = is_on;
                    (200, shown(code))
                }
                None => error(404, Some("resource_missing"), "No such promotion code"),
            }
        }
        other => panic!("Stripe knows no such call: {other:?}"),
    }
}

fn create(kept: &mut Kept, form: &Form) -> (u16, Value) {
    let text = &form["code"];
    if kept.is_taken(text) {
        return error(400, None, &format!("An active promotion code with `code: {text}` already exists."));
    }
    let coupon = &form["promotion[coupon]"];
    if !kept.has_rule(coupon) {
        return error(400, Some("resource_missing"), &format!("No such coupon: '{coupon}'"));
    }
    let id = format!("promo_{}", kept.number());
    let code = kept.add(id.clone(), text, Some(&form["promotion[coupon]"]), Value::Null);
    let is_on = form["active"] == "true";
    kept.code(&id).unwrap().is_on = is_on;
    (200, shown(&KeptCode { is_on, ..code }))
}
