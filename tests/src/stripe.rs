//! A Stripe account: its events are signed together with the time.

use std::time::{SystemTime, UNIX_EPOCH};

use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::{Reply, Shop, unique};

/// An account that sends Stripe's events.
#[derive(Debug, Clone)]
pub struct Stripe(pub Shop);

/// The moment, in Unix seconds.
pub fn unix_seconds() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap()
}

impl Stripe {
    /// Sends a signed event about an object.
    pub fn deliver(&self, name: &str, object: &Value) -> Reply {
        self.deliver_at(unix_seconds(), name, object)
    }

    /// The same, made so many seconds after the first event.
    pub fn deliver_at(&self, created: i64, name: &str, object: &Value) -> Reply {
        let event = json!({"id": unique("evt_"), "object": "event", "api_version": "2026-07-29.dahlia",
            "created": created, "livemode": true, "pending_webhooks": 1, "type": name, "data": {"object": object}});
        let body = event.to_string();
        self.deliver_raw(&self.sign(unix_seconds(), body.as_bytes()), body.as_bytes())
    }

    /// Sends any bytes under any header.
    pub fn deliver_raw(&self, signature: &str, body: &[u8]) -> Reply {
        let headers = [
            ("content-type", "application/json; charset=utf-8"),
            ("user-agent", "Stripe/1.0 (+https://stripe.com/docs/webhooks)"),
            ("stripe-signature", signature),
        ];
        self.0.deliver_to("stripe", &headers, body)
    }

    /// The header for a body that is signed at that moment.
    pub fn sign(&self, second: i64, body: &[u8]) -> String {
        let mac = Hmac::<Sha256>::new_from_slice(self.0.secret.as_bytes()).unwrap();
        let mac = mac.chain_update(second.to_string()).chain_update(".").chain_update(body).finalize();
        format!("t={second},v1={:x}", mac.into_bytes())
    }

    /// A paid session of 100.00 EUR of goods and 125.00 in all, with `changes` on top.
    #[allow(clippy::needless_pass_by_value, reason = "tests write the value in place")]
    pub fn session(id: &str, changes: Value) -> Value {
        let mut session = json!({
            "id": id, "object": "checkout.session", "mode": "payment", "status": "complete",
            "payment_status": "paid", "livemode": true, "currency": "eur", "amount_subtotal": 11_000,
            "amount_total": 12_500, "created": unix_seconds(), "client_reference_id": null, "metadata": {},
            "total_details": {"amount_discount": 1_000, "amount_tax": 2_000, "amount_shipping": 500},
            "payment_intent": format!("pi_of_{id}"), "subscription": null, "invoice": null,
            "customer_details": {"email": "jon.q.public@example.com"}, "discounts": [],
        });
        session.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        session
    }

    /// The charge of a session of which so many cents were given back in all.
    pub fn charge(session: &str, refunded: i64) -> Value {
        json!({"id": format!("ch_of_{session}"), "object": "charge", "amount": 12_500, "currency": "eur",
            "amount_refunded": refunded, "refunded": refunded == 12_500, "livemode": true,
            "payment_intent": format!("pi_of_{session}")})
    }

    /// A paid invoice of a subscription, of 100.00 EUR and 20.00 of tax.
    pub fn invoice(id: &str, subscription: &str, reason: &str) -> Value {
        json!({"id": id, "object": "invoice", "number": id, "currency": "eur", "total": 12_000, "livemode": true,
            "total_excluding_tax": 10_000, "billing_reason": reason, "created": unix_seconds(), "metadata": {},
            "parent": {"type": "subscription_details",
                "subscription_details": {"subscription": subscription, "metadata": {}}}})
    }
}
