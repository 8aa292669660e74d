//! A shop of no known platform, whose developer sends the generic webhook.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::{Reply, Shop, unique, unix_seconds};

/// A shop that signs as the Standard Webhooks specification says.
#[derive(Debug, Clone)]
pub struct Custom(pub Shop);

impl Custom {
    /// Sends a signed webhook.
    pub fn deliver(&self, body: &Value) -> Reply {
        let body = body.to_string();
        let id = unique("msg_");
        let now = unix_seconds();
        self.deliver_raw(&id, now, &self.sign(&id, now, body.as_bytes()), body.as_bytes())
    }

    /// Sends any bytes under any headers.
    pub fn deliver_raw(&self, id: &str, second: i64, signature: &str, body: &[u8]) -> Reply {
        let second = second.to_string();
        let headers = [
            ("content-type", "application/json"),
            ("webhook-id", id),
            ("webhook-timestamp", &second),
            ("webhook-signature", signature),
        ];
        self.0.deliver_to("custom", &headers, body)
    }

    /// The signature of a body, with the secret as it stands.
    pub fn sign(&self, id: &str, second: i64, body: &[u8]) -> String {
        let mac = Hmac::<Sha256>::new_from_slice(self.0.secret.as_bytes()).unwrap();
        let mac = mac.chain_update(format!("{id}.{second}.")).chain_update(body).finalize();
        format!("v1,{}", STANDARD.encode(mac.into_bytes()))
    }

    /// A paid order of 100.00 EUR of goods and 125.00 in all, with `changes` on top.
    #[allow(clippy::needless_pass_by_value, reason = "tests write the value in place")]
    pub fn order(id: &str, changes: Value) -> Value {
        let mut order = json!({"orderId": id, "status": "paid", "updatedAt": "2024-11-20T10:00:00Z",
            "placedAt": "2024-11-20T10:00:00Z", "net": "100.00", "total": "125.00", "currency": "EUR"});
        order.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        order
    }
}
