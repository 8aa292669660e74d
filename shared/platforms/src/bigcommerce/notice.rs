//! The body of a delivery: what kind of thing changed, and which.

use crate::delivery::Delivery;
use crate::json::{Field, Object};
use crate::standard_webhooks;
use crate::unreadable::Unreadable;

/// A delivery's body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// What happened, such as `store/order/updated`.
    pub scope: String,
    /// What it says.
    pub said: Said,
}

/// What a delivery says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// Something of this order changed.
    Order {
        /// The shop's id of the order.
        external_id: String,
    },
    /// A scope that is not ours.
    Ignored,
}

/// Reads a delivery that was verified.
///
/// The body's `producer` names the shop among those that share an app and its secret. It is not compared: the
/// order is read from this store, with this store's token, whoever asks for it.
///
/// # Errors
/// When the body cannot be read, or names no order where it must.
pub fn parse(body: &[u8]) -> Result<Notice, Unreadable> {
    let body = Object::of_body(body)?;
    let scope = body.get("scope")?.need(Field::words)?;
    let is_metafield = scope.starts_with("store/order/metafield/");
    let is_ours = (scope.starts_with("store/order/") && !is_metafield) || scope == "store/cart/converted";
    let said = if is_ours {
        Said::Order { external_id: order_id(&body.get("data")?.need(Field::object)?)? }
    } else {
        Said::Ignored
    };
    Ok(Notice { scope, said })
}

/// A cart that became an order names it `orderId`, a transaction `order_id`; otherwise the thing itself is the
/// order.
fn order_id(data: &Object<'_>) -> Result<String, Unreadable> {
    for name in ["orderId", "order_id"] {
        if let Some(id) = data.get(name)?.id()? {
            return Ok(id);
        }
    }
    data.get("id")?.need(Field::id)
}

/// What tells a delivery from another: the hash in its body, or else the id of its signature. Both stay the same
/// on retries.
pub fn delivery_id(delivery: &Delivery<'_>) -> Option<String> {
    let hash = Object::of_body(delivery.body()).and_then(|body| body.get("hash")?.words()).ok().flatten();
    hash.or_else(|| standard_webhooks::delivery_id(delivery).map(ToOwned::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn said(body: &str) -> Said {
        parse(body.as_bytes()).unwrap().said
    }

    // R34
    #[test]
    fn every_scope_of_orders_names_the_order() {
        let order = Said::Order { external_id: "250".to_owned() };
        for (scope, data) in [
            ("store/order/created", r#"{"type":"order","id":250}"#),
            ("store/order/updated", r#"{"type":"order","id":"250"}"#),
            (
                "store/order/statusUpdated",
                r#"{"type":"order","id":250,"status":{"previous_status_id":0,"new_status_id":10}}"#,
            ),
            ("store/order/archived", r#"{"type":"order","id":250}"#),
            ("store/order/refund/created", r#"{"type":"order","id":250,"refund":{"refund_id":12}}"#),
            (
                "store/order/transaction/created",
                r#"{"type":"transaction","order_id":250,"transaction_id":7}"#,
            ),
            ("store/cart/converted", r#"{"type":"cart","id":"09346904-4175-44fd","orderId":250}"#),
        ] {
            assert_eq!(said(&format!(r#"{{"scope":"{scope}","data":{data}}}"#)), order, "{scope}");
        }
    }

    // R30
    #[test]
    fn other_scopes_are_none_of_our_business() {
        for scope in
            ["store/cart/couponApplied", "store/product/updated", "store/order/metafield/created", "x"]
        {
            assert_eq!(said(&format!(r#"{{"scope":"{scope}","data":{{"id":"a"}}}}"#)), Said::Ignored);
        }
    }

    // R30
    #[test]
    fn what_names_no_order_is_told() {
        for (body, words) in [
            (r#"{"data":{"id":250}}"#, "scope: is missing"),
            (r#"{"scope":"store/order/created"}"#, "data: is missing"),
            (r#"{"scope":"store/order/created","data":{}}"#, "data.id: is missing"),
            (
                r#"{"scope":"store/order/created","data":{"id":"x"}}"#,
                "data.id: must be a whole number of at most 64 bits",
            ),
        ] {
            assert_eq!(parse(body.as_bytes()).unwrap_err().to_string(), words);
        }
    }

    #[test]
    fn a_delivery_is_told_by_its_hash_or_its_signatures_id() {
        let named = |body: &[u8]| delivery_id(&Delivery::new([("Webhook-Id", "msg_1")], body));
        assert_eq!(named(br#"{"hash":"dd70c0976e06"}"#).as_deref(), Some("dd70c0976e06"));
        assert_eq!(named(b"{}").as_deref(), Some("msg_1"));
        assert_eq!(delivery_id(&Delivery::new([], b"{")), None);
    }
}
