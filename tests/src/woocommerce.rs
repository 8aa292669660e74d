//! A WooCommerce shop: each of its webhooks is the order as it stands.

use serde_json::{Value, json};

use crate::{Reply, Shop, unique};

/// A shop that sends WooCommerce's webhooks.
#[derive(Debug, Clone)]
pub struct Woocommerce(pub Shop);

impl Woocommerce {
    /// Sends a signed webhook.
    pub fn deliver(&self, topic: &str, body: &Value) -> Reply {
        let body = body.to_string();
        self.deliver_raw(topic, &self.0.sign(body.as_bytes()), body.as_bytes())
    }

    /// Sends any bytes under any signature.
    pub fn deliver_raw(&self, topic: &str, signature: &str, body: &[u8]) -> Reply {
        let headers = [
            ("content-type", "application/json"),
            ("user-agent", "WooCommerce/10.0.0 Hookshot (WordPress/6.8)"),
            ("x-wc-webhook-source", "https://shop.example/"),
            ("x-wc-webhook-topic", topic),
            ("x-wc-webhook-id", "4"),
            ("x-wc-webhook-delivery-id", &unique("delivery-")),
            ("x-wc-webhook-signature", signature),
        ];
        self.0.deliver_to("woocommerce", &headers, body)
    }

    /// The unsigned ping of a webhook that is being saved.
    pub fn ping(&self) -> Reply {
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        self.0.deliver_to("woocommerce", &headers, b"webhook_id=4")
    }

    /// A paid order of 100.00 EUR of goods and 125.00 in all, with `changes` on top.
    #[allow(clippy::needless_pass_by_value, reason = "tests write the value in place")]
    pub fn order(id: u64, changes: Value) -> Value {
        let mut order = json!({
            "id": id, "parent_id": 0, "number": id.to_string(), "order_key": "wc_order_58d2d042d1d",
            "created_via": "checkout", "version": "10.0.0", "status": "processing", "currency": "EUR",
            "date_created": "2024-11-20T11:00:00", "date_created_gmt": "2024-11-20T10:00:00",
            "date_modified": "2024-11-20T11:00:00", "date_modified_gmt": "2024-11-20T10:00:00",
            "date_paid": "2024-11-20T11:00:00", "date_paid_gmt": "2024-11-20T10:00:00",
            "discount_total": "10.00", "discount_tax": "2.00", "shipping_total": "4.00", "shipping_tax": "1.00",
            "cart_tax": "20.00", "total": "125.00", "total_tax": "21.00", "prices_include_tax": true,
            "customer_id": 0, "billing": {"email": "jon.q.public@example.com"},
            "line_items": [{"id": 1, "quantity": 2, "subtotal": "110.00", "subtotal_tax": "22.00",
                "total": "100.00", "total_tax": "20.00", "meta_data": []}],
            "shipping_lines": [{"id": 2, "total": "4.00", "total_tax": "1.00"}],
            "coupon_lines": [], "fee_lines": [], "refunds": [], "meta_data": [],
        });
        order.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        order
    }
}
