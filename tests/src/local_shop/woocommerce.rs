//! WooCommerce's REST API, version 3, as far as coupons go (platforms.md 2.3).

use serde_json::{Value, json};

use super::kept::{Kept, KeptCode, RestShop, Speaks};
use super::{Asked, Said};

const BASE: &str = "/wp-json/wc/v3/coupons";
/// `ck_test:cs_test`.
const AUTHORIZATION: &str = "Basic Y2tfdGVzdDpjc190ZXN0";

struct Woocommerce;

/// A WooCommerce shop.
pub fn woocommerce_shop() -> RestShop {
    let credentials = json!({"consumerKey": "ck_test", "consumerSecret": "cs_test"});
    RestShop::start("woocommerce", credentials, Woocommerce)
}

fn error(status: u16, code: &str, message: &str) -> Said {
    Said::json(status, json!({"code": code, "message": message, "data": {"status": status}}))
}

fn shown(code: &KeptCode) -> Value {
    let mut shown = code.body.clone();
    shown["id"] = code.id.parse::<u64>().unwrap().into();
    // WooCommerce writes codes in lower case.
    shown["code"] = code.text.to_lowercase().into();
    shown["status"] = if code.is_on { "publish" } else { "draft" }.into();
    let end = shown["date_expires_gmt"].as_str().filter(|end| !end.is_empty()).map(str::to_owned);
    shown["date_expires_gmt"] = json!(end);
    shown
}

impl Speaks for Woocommerce {
    fn makes_a_code(&self, asked: &Asked) -> bool {
        asked.method == "POST" && asked.path() == BASE
    }

    fn knows(&self, asked: &Asked) -> bool {
        asked.header("authorization") == Some(AUTHORIZATION)
    }

    fn refuses(&self) -> Said {
        error(401, "woocommerce_rest_authentication_error", "Consumer key is invalid.")
    }

    fn answers(&self, kept: &mut Kept, asked: &Asked) -> Said {
        let id = asked.path().strip_prefix(BASE).unwrap().trim_start_matches('/');
        match (asked.method.as_str(), id) {
            ("GET", "") => Said::json(200, list(kept, asked)),
            ("POST", "") => create(kept, &asked.json()),
            ("PUT", id) => update(kept, id, &asked.json()),
            other => panic!("WooCommerce knows no such call: {other:?}"),
        }
    }
}

fn list(kept: &Kept, asked: &Asked) -> Value {
    let parameter = |name| asked.query(name).unwrap_or_default();
    let (code, search) = (parameter("code"), parameter("search"));
    let wanted = |each: &&KeptCode| {
        (code.is_empty() || (each.is_on && each.text.eq_ignore_ascii_case(&code)))
            && each.text.contains(&search.to_uppercase())
    };
    kept.codes.iter().filter(wanted).map(shown).collect()
}

fn create(kept: &mut Kept, body: &Value) -> Said {
    let text = body["code"].as_str().unwrap();
    if kept.is_taken(text) {
        return error(400, "woocommerce_rest_coupon_code_already_exists", "The coupon code already exists");
    }
    let id = kept.number().to_string();
    let mut code = kept.add(id, text, None, body.clone());
    code.is_on = body["status"] != "draft";
    kept.code(&code.id).unwrap().is_on = code.is_on;
    Said::json(201, shown(&code))
}

fn update(kept: &mut Kept, id: &str, body: &Value) -> Said {
    let Some(code) = kept.code(id) else {
        return error(400, "woocommerce_rest_shop_coupon_invalid_id", "Invalid ID.");
    };
    for (name, value) in body.as_object().unwrap() {
        code.body[name] = value.clone();
    }
    code.is_on = body["status"].as_str().map_or(code.is_on, |status| status == "publish");
    code.text = body["code"].as_str().map_or(code.text.clone(), str::to_uppercase);
    Said::json(200, shown(code))
}
