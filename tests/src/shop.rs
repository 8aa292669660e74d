//! A Shopify shop: it signs its webhooks and sends them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use ureq::Agent;
use ureq::http::request::Builder;

use crate::brand::{agent, with_body};
use crate::{Reply, unique};

/// A shop that sends webhooks.
#[derive(Debug, Clone)]
pub struct Shop {
    /// The store's id.
    pub id: String,
    /// The secret of its webhooks.
    pub secret: String,
    base: String,
    agent: Agent,
}

impl Shop {
    /// The shop of this store.
    pub fn new(base: &str, id: &str, secret: &str) -> Self {
        Self { id: id.to_owned(), secret: secret.to_owned(), base: base.to_owned(), agent: agent() }
    }

    /// The app's address.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The signature of a body.
    pub fn sign(&self, body: &[u8]) -> String {
        let mac = Hmac::<Sha256>::new_from_slice(self.secret.as_bytes()).unwrap().chain_update(body);
        STANDARD.encode(mac.finalize().into_bytes())
    }

    /// Sends a signed webhook to an app that may die meanwhile: `None` where no whole answer came.
    pub fn deliver_if_alive(&self, topic: &str, body: &Value) -> Option<Reply> {
        let bytes = body.to_string();
        let signature = self.sign(bytes.as_bytes());
        let request = self.request(topic, &[("x-shopify-hmac-sha256", &signature)]);
        Reply::try_of(self.agent.run(request.body(bytes.as_bytes()).unwrap())).ok()
    }

    /// Sends a signed webhook.
    pub fn deliver(&self, topic: &str, body: &Value) -> Reply {
        let bytes = body.to_string();
        let signature = self.sign(bytes.as_bytes());
        self.deliver_raw(topic, &[("x-shopify-hmac-sha256", &signature)], bytes.as_bytes())
    }

    /// Sends `orders/paid` for an order of 100.00 EUR with `changes` on top.
    #[track_caller]
    pub fn pay(&self, id: u64, changes: Value) {
        self.deliver("orders/paid", &order(id, changes)).expect(200);
    }

    /// Sends any bytes with any headers, next to those that Shopify always sends.
    pub fn deliver_raw(&self, topic: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
        Reply::of(self.agent.run(with_body(self.request(topic, headers), body)))
    }

    /// Sends any bytes with any headers to the webhook's address of a store of this platform.
    pub fn deliver_to(&self, platform: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
        let mut request = ureq::http::Request::post(format!("{}/webhooks/{platform}/{}", self.base, self.id));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Reply::of(self.agent.run(with_body(request, body)))
    }

    fn request(&self, topic: &str, headers: &[(&str, &str)]) -> Builder {
        let mut request = ureq::http::Request::post(format!("{}/webhooks/shopify/{}", self.base, self.id))
            .header("content-type", "application/json")
            .header("user-agent", "Shopify-Captain-Hook")
            .header("x-shopify-topic", topic)
            .header("x-shopify-shop-domain", "shop.myshopify.com")
            .header("x-shopify-api-version", "2026-10")
            .header("x-shopify-webhook-id", unique("delivery-"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request
    }
}

/// A paid order of 100.00 EUR net and 120.00 in all, in the shape of Shopify's own sample delivery, with
/// `changes` on top. The id is 64 bits long, as Shopify's are.
#[allow(clippy::needless_pass_by_value, reason = "tests write the value in place")]
pub fn order(id: u64, changes: Value) -> Value {
    let mut order: Value = serde_json::from_str(include_str!("../fixtures/orders_create.json")).unwrap();
    let usual = json!({
        "id": id, "name": format!("#{}", id % 100_000), "currency": "EUR", "presentment_currency": "EUR",
        "financial_status": "paid", "cancelled_at": null, "cancel_reason": null, "confirmed": true, "test": false,
        "payment_gateway_names": ["shopify_payments"],
        "subtotal_price": "100.00", "current_subtotal_price": "100.00", "total_price": "120.00",
        "current_total_price": "120.00", "total_tax": "20.00", "current_total_tax": "20.00",
        "created_at": "2024-11-20T10:00:00Z", "processed_at": "2024-11-20T10:00:00Z",
        "updated_at": "2024-11-20T10:00:00Z", "landing_site": null, "discount_codes": [], "refunds": [],
    });
    let members = order.as_object_mut().unwrap();
    for name in [
        "subtotal_price_set",
        "current_subtotal_price_set",
        "total_price_set",
        "current_total_price_set",
        "total_tax_set",
        "current_total_tax_set",
    ] {
        members.remove(name);
    }
    members.extend(usual.as_object().unwrap().clone());
    members.extend(changes.as_object().unwrap().clone());
    order
}

/// The part of an order that says that a code was used.
pub fn with_code(code: &str) -> Value {
    json!({"discount_codes": [{"code": code, "amount": "10.00", "type": "percentage"}]})
}

/// The part of an order that carries a click id, as our script writes it into the cart's attributes.
pub fn with_click(click_id: &str) -> Value {
    json!({"note_attributes": [{"name": "trb", "value": click_id}]})
}

/// Two objects as one.
#[allow(clippy::needless_pass_by_value, reason = "tests write the values in place")]
pub fn both(one: Value, other: Value) -> Value {
    let mut members = one.as_object().unwrap().clone();
    members.extend(other.as_object().unwrap().clone());
    Value::Object(members)
}

/// A refund of one line, worth `net` euros as a decimal, in the shape of Shopify's own sample delivery.
pub fn refund(id: u64, order: u64, net: &str) -> Value {
    let mut refund: Value = serde_json::from_str(include_str!("../fixtures/refunds_create.json")).unwrap();
    refund["id"] = json!(id);
    refund["order_id"] = json!(order);
    let money = json!({"shop_money": {"amount": net, "currency_code": "EUR"}, "presentment_money": {"amount": net, "currency_code": "EUR"}});
    let line = &mut refund["refund_line_items"][0];
    line["subtotal"] = serde_json::from_str(net).unwrap();
    line["subtotal_set"] = money;
    refund["refund_line_items"].as_array_mut().unwrap().truncate(1);
    refund["transactions"] = json!([]);
    refund
}
