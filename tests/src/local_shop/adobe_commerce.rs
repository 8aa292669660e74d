//! Adobe Commerce's cart price rules and coupons (platforms.md 4.3).

use serde_json::{Value, json};

use super::kept::{Kept, KeptCode, RestShop, Speaks};
use super::{Asked, Said};

const BASE: &str = "/rest/V1";

struct AdobeCommerce;

/// An Adobe Commerce shop.
pub fn adobe_commerce_shop() -> RestShop {
    let credentials = json!({"consumerKey": "key", "consumerSecret": "secret", "accessToken": "token",
        "accessTokenSecret": "token secret"});
    RestShop::start("adobe_commerce", credentials, AdobeCommerce)
}

fn shown(code: &KeptCode) -> Value {
    let mut shown = code.body.clone();
    shown["coupon_id"] = code.id.parse::<u64>().unwrap().into();
    shown["code"] = code.text.clone().into();
    shown["rule_id"] = code.rule.as_deref().and_then(|rule| rule.parse::<u64>().ok()).into();
    shown
}

impl Speaks for AdobeCommerce {
    fn makes_a_code(&self, asked: &Asked) -> bool {
        asked.method == "POST" && asked.path() == "/rest/V1/coupons"
    }

    /// OAuth 1.0a: the keys, a signature, and a nonce that is a new one each time.
    fn knows(&self, asked: &Asked) -> bool {
        let header = asked.header("authorization").unwrap_or_default();
        header.starts_with("OAuth ")
            && header.contains(r#"oauth_consumer_key="key""#)
            && header.contains("oauth_signature=")
    }

    fn refuses(&self) -> Said {
        Said::json(
            401,
            json!({"message": "The consumer isn't authorized to access %resources.",
            "parameters": {"resources": "Magento_SalesRule::quote"}}),
        )
    }

    fn answers(&self, kept: &mut Kept, asked: &Asked) -> Said {
        let path: Vec<&str> =
            asked.path().strip_prefix(BASE).unwrap().split('/').filter(|part| !part.is_empty()).collect();
        match (asked.method.as_str(), path.as_slice()) {
            ("GET", ["salesRules", "search"]) => {
                let rules: Vec<Value> = kept.rules.iter().map(|(id, body)| rule(id, body)).collect();
                found(&rules, asked)
            }
            ("POST", ["salesRules"]) => {
                let id = kept.number().to_string();
                let body = asked.json()["rule"].clone();
                let made = rule(&id, &body);
                kept.rules.push((id, body));
                Said::json(200, made)
            }
            ("GET", ["salesRules", id]) => match kept.rules.iter().find(|(known, _)| known == id) {
                Some((id, body)) => Said::json(200, rule(id, body)),
                None => none(),
            },
            ("PUT", ["salesRules", id]) => match kept.rules.iter_mut().find(|(known, _)| known == id) {
                Some((id, body)) => {
                    *body = asked.json()["rule"].clone();
                    Said::json(200, rule(id, body))
                }
                None => none(),
            },
            ("GET", ["coupons", "search"]) => {
                let coupons: Vec<Value> = kept.codes.iter().map(shown).collect();
                found(&coupons, asked)
            }
            ("POST", ["coupons"]) => create(kept, &asked.json()["coupon"]),
            ("PUT", ["coupons", id]) => update(kept, id, &asked.json()["coupon"]),
            ("DELETE", ["coupons", id]) if kept.remove(id) => Said::json(200, json!(true)),
            ("DELETE", _) => none(),
            other => panic!("Adobe Commerce knows no such call: {other:?}"),
        }
    }
}

fn none() -> Said {
    Said::json(404, json!({"message": "No such entity with id = %1", "parameters": ["1"]}))
}

fn rule(id: &str, body: &Value) -> Value {
    let mut body = body.clone();
    body["rule_id"] = id.parse::<u64>().unwrap().into();
    body
}

/// What the one filter of a search finds.
fn found(all: &[Value], asked: &Asked) -> Said {
    let filter = "searchCriteria[filterGroups][0][filters][0]";
    let field = asked.query(&format!("{filter}[field]")).unwrap_or_default();
    let value = asked.query(&format!("{filter}[value]")).unwrap_or_default();
    let text = |item: &Value| item[&field].as_str().map_or_else(|| item[&field].to_string(), str::to_owned);
    let items: Vec<&Value> = all.iter().filter(|item| field.is_empty() || text(item) == value).collect();
    Said::json(200, json!({"items": items, "total_count": items.len()}))
}

fn create(kept: &mut Kept, body: &Value) -> Said {
    let text = body["code"].as_str().unwrap();
    if kept.is_taken(text) {
        return Said::json(400, json!({"message": "Coupon with the same code already exists."}));
    }
    let rule = body["rule_id"].to_string();
    if !kept.has_rule(&rule) {
        let words = json!({"message": "Error occurred when saving coupon: %1", "parameters": ["The rule is missing"]});
        return Said::json(400, words);
    }
    let id = kept.number().to_string();
    let code = kept.add(id, text, Some(&rule), body.clone());
    Said::json(200, shown(&code))
}

fn update(kept: &mut Kept, id: &str, body: &Value) -> Said {
    let Some(code) = kept.code(id) else { return none() };
    code.text = body["code"].as_str().unwrap().to_uppercase();
    code.rule = Some(body["rule_id"].to_string());
    code.body = body.clone();
    Said::json(200, shown(code))
}
