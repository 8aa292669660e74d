//! BigCommerce's promotions, version 3 (platforms.md 3.3).

use std::sync::Mutex;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::kept::{Kept, KeptCode, RestShop, Speaks};
use super::{Asked, Said};

const BASE: &str = "/stores/hash1/v3/promotions";
/// Requests that a window takes: headers say so, and how many are left.
const QUOTA: u32 = 150;
const WINDOW: Duration = Duration::from_secs(30);

/// What is used up of the window.
struct Bigcommerce {
    quota: u32,
    window: Duration,
    used: Mutex<(u32, Instant)>,
}

/// A BigCommerce shop.
pub fn bigcommerce_shop() -> RestShop {
    bigcommerce_shop_with(QUOTA, WINDOW)
}

/// A BigCommerce shop that takes so many requests in each window of this length.
pub fn bigcommerce_shop_with(quota: u32, window: Duration) -> RestShop {
    let speaks = Bigcommerce { quota, window, used: Mutex::new((0, Instant::now())) };
    RestShop::start("bigcommerce", json!({"storeHash": "hash1", "accessToken": "bc_test"}), speaks)
}

impl Bigcommerce {
    /// Counts a request: how many are left after it, `None` if it is one too many, and the time until the next window.
    fn count(&self) -> (Option<u32>, Duration) {
        let mut used = self.used.lock().unwrap();
        if used.1.elapsed() >= self.window {
            *used = (0, Instant::now());
        }
        used.0 += 1;
        (self.quota.checked_sub(used.0), self.window.saturating_sub(used.1.elapsed()))
    }
}

fn error(status: u16, title: &str) -> Said {
    Said::json(status, json!({"status": status, "title": title, "type": "https://developer.bigcommerce.com"}))
}

fn shown(code: &KeptCode) -> Value {
    let mut shown = code.body.clone();
    shown["id"] = code.id.parse::<u64>().unwrap().into();
    shown["code"] = code.text.clone().into();
    shown
}

impl Speaks for Bigcommerce {
    fn makes_a_code(&self, asked: &Asked) -> bool {
        asked.method == "POST" && asked.path().ends_with("/codes")
    }

    fn knows(&self, asked: &Asked) -> bool {
        asked.header("x-auth-token") == Some("bc_test")
    }

    fn refuses(&self) -> Said {
        error(401, "Unauthorized")
    }

    fn answers(&self, kept: &mut Kept, asked: &Asked) -> Said {
        let (left, reset) = self.count();
        let told = |said: Said| {
            said.header("X-Rate-Limit-Requests-Quota", &self.quota.to_string())
                .header("X-Rate-Limit-Requests-Left", &left.unwrap_or_default().to_string())
                .header("X-Rate-Limit-Time-Window-Ms", &self.window.as_millis().to_string())
                .header("X-Rate-Limit-Time-Reset-Ms", &reset.as_millis().to_string())
        };
        if left.is_none() {
            return told(error(429, "Too many requests"));
        }
        let path: Vec<&str> =
            asked.path().strip_prefix(BASE).unwrap().split('/').filter(|part| !part.is_empty()).collect();
        let said = match (asked.method.as_str(), path.as_slice()) {
            ("GET", []) => promotions(kept, asked),
            ("POST", []) => {
                let id = kept.number().to_string();
                kept.rules.push((id.clone(), asked.json()));
                promotion(kept, &id, 201)
            }
            ("GET", ["codes"]) => {
                let text = asked.query("code").unwrap_or_default();
                let found = kept.codes.iter().filter(|code| code.text.eq_ignore_ascii_case(&text));
                Said::json(200, json!({"data": found.map(shown).collect::<Vec<_>>()}))
            }
            ("GET", [id]) => promotion(kept, id, 200),
            ("PUT", [id]) => {
                if let Some(rule) = kept.rules.iter_mut().find(|(known, _)| known == id) {
                    rule.1 = asked.json();
                }
                promotion(kept, id, 200)
            }
            ("POST", [id, "codes"]) => create(kept, id, &asked.json()),
            ("GET", [id, "codes"]) => {
                let found = kept.codes.iter().filter(|code| code.rule.as_deref() == Some(*id));
                let codes: Vec<Value> = found.map(shown).collect();
                Said::json(200, json!({"data": codes, "meta": {"cursor_pagination": {"links": {}}}}))
            }
            ("DELETE", [_, "codes", id]) if kept.remove(id) => Said::text(204, ""),
            ("DELETE", _) => error(404, "Not found"),
            other => panic!("BigCommerce knows no such call: {other:?}"),
        };
        told(said)
    }
}

fn promotion(kept: &Kept, id: &str, status: u16) -> Said {
    match kept.rules.iter().find(|(known, _)| known == id) {
        Some((id, body)) => Said::json(status, json!({"data": with_id(id, body)})),
        None => error(404, "Promotion not found"),
    }
}

fn with_id(id: &str, body: &Value) -> Value {
    let mut body = body.clone();
    body["id"] = id.parse::<u64>().unwrap().into();
    body
}

fn promotions(kept: &Kept, asked: &Asked) -> Said {
    let parameter = |name| asked.query(name).unwrap_or_default();
    let (name, code) = (parameter("name"), parameter("code"));
    let of_code = kept.codes.iter().find(|each| each.text.eq_ignore_ascii_case(&code));
    let wanted = |(id, body): &&(String, Value)| {
        (name.is_empty() || body["name"] == name)
            && (code.is_empty() || of_code.is_some_and(|code| code.rule.as_deref() == Some(id.as_str())))
    };
    let found: Vec<Value> = kept.rules.iter().filter(wanted).map(|(id, body)| with_id(id, body)).collect();
    Said::json(200, json!({"data": found}))
}

fn create(kept: &mut Kept, rule: &str, body: &Value) -> Said {
    let text = body["code"].as_str().unwrap();
    if !kept.has_rule(rule) {
        return error(404, "Not found");
    }
    if kept.is_taken(text) {
        return error(422, "The code is in use by another promotion");
    }
    let id = kept.number().to_string();
    let code = kept.add(id, text, Some(rule), body.clone());
    Said::json(201, json!({"data": shown(&code)}))
}
