//! Entities in the shape that Adobe documents, signed with a key pair that was made for these tests alone.

mod entities;
mod history;
mod mutated;
mod signed;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rsa::RsaPrivateKey;
use rsa::pkcs1v15::SigningKey;
use rsa::pkcs8::DecodePrivateKey;
use rsa::signature::{SignatureEncoding, Signer};
use serde_json::{Value, json};
use sha2::Sha256;
use tributary_domain::Currency;

const PRIVATE_KEY: &str = include_str!("private_key.pem");
const PUBLIC_KEY: &str = include_str!("public_key.pem");
const CLIENT: &str = "4cc1b7b5d1f14fdaa4a8e4ee4e9d2f66";

/// A signature of these bytes, in base64.
fn sign(bytes: &[u8]) -> String {
    let key = RsaPrivateKey::from_pkcs8_pem(PRIVATE_KEY).unwrap();
    STANDARD.encode(SigningKey::<Sha256>::new(key).sign(bytes).to_bytes())
}

fn euro() -> Currency {
    Currency::parse("EUR").unwrap()
}

/// An order of 100.00 net: goods of 120.00 less 20.00; 24.95 of tax and 4.95 of shipping. Events write numbers
/// as texts, the REST API as numbers.
fn order() -> Value {
    json!({
        "entity_id": "17", "increment_id": "000000017", "store_id": "1", "state": "processing", "status": "processing",
        "created_at": "2026-11-20 10:00:00", "updated_at": "2026-11-20 10:00:09",
        "base_currency_code": "EUR", "order_currency_code": "USD", "base_to_order_rate": "1.1000",
        "base_subtotal": "120.0000", "base_discount_amount": "-20.0000", "base_shipping_amount": "4.9500",
        "base_tax_amount": "24.9500", "base_grand_total": "129.9000", "base_total_paid": "129.9000",
        "base_total_refunded": null, "subtotal": "132.0000", "grand_total": "142.8900", "coupon_code": "anna10",
        "customer_email": "jane@example.com", "customer_is_guest": 1, "ext_order_id": null,
    })
}

/// An event of Adobe's about an entity.
fn event(name: &str, value: &Value) -> Value {
    json!({
        "specversion": "1.0", "id": "8e0a2c3c", "source": format!("urn:uuid:{CLIENT}"),
        "type": format!("com.adobe.commerce.{name}"), "datacontenttype": "application/json",
        "time": "2026-11-20T10:00:12.000Z", "eventid": "0f1d6a2e", "recipientclientid": CLIENT,
        "data": {"key": "9f2a", "value": value, "source": "merchant.uid",
            "_metadata": {"commerceEdition": "Adobe Commerce", "storeId": "1", "websiteId": "1"}},
    })
}

/// The sample order with members replaced.
#[allow(clippy::needless_pass_by_value, reason = "tests write the value in place")]
fn with(changes: Value) -> Value {
    let mut entity = order();
    entity.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    entity
}
