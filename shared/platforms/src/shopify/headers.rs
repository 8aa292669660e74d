//! The headers of a delivery, in both of Shopify's families.
//!
//! Webhooks have `X-Shopify-*`; the newer events have the same names without `X-`. Names: shopify-app-js,
//! `packages/apps/shopify-api/lib/types.ts` and `lib/webhooks/types.ts`.

use tributary_domain::Timestamp;

use super::topic::Topic;
use crate::delivery::Delivery;

/// What happened.
pub fn topic(delivery: &Delivery<'_>) -> Topic {
    Topic::of(either(delivery, "topic").unwrap_or_default())
}

/// The delivery's id: the same on every retry, so that doubles can be told.
pub fn delivery_id<'a>(delivery: &Delivery<'a>) -> Option<&'a str> {
    either(delivery, "webhook-id").filter(|id| !id.is_empty())
}

/// When Shopify first sent it. Retries keep the time and the body of the first attempt.
///
/// A time that cannot be read is as none: it only orders what changed within one second, and a header must
/// not cost a sale.
pub fn sent_at(delivery: &Delivery<'_>) -> Option<Timestamp> {
    either(delivery, "triggered-at").and_then(|text| Timestamp::parse(text).ok())
}

/// The shop that it is about, such as `example.myshopify.com`.
///
/// An app's secret is one for all its shops, so a caller with several stores compares this with the store.
pub fn shop_domain<'a>(delivery: &Delivery<'a>) -> Option<&'a str> {
    either(delivery, "shop-domain").filter(|domain| !domain.is_empty())
}

fn either<'a>(delivery: &Delivery<'a>, name: &str) -> Option<&'a str> {
    let headers = delivery.headers();
    headers.first(&format!("x-shopify-{name}")).or_else(|| headers.first(&format!("shopify-{name}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    // R30
    #[test]
    fn both_families_of_headers_are_read_in_any_case() {
        for prefix in ["X-Shopify-", "x-shopify-", "shopify-"] {
            let named =
                ["Topic", "Webhook-Id", "Triggered-At", "Shop-Domain"].map(|name| format!("{prefix}{name}"));
            let values =
                ["orders/create", "8a95126f", "2024-08-07T22:57:57.290670248Z", "shop.myshopify.com"];
            let delivery = Delivery::new(named.iter().map(String::as_str).zip(values), b"{}");
            assert_eq!(topic(&delivery), Topic::OrdersCreate);
            assert_eq!(delivery_id(&delivery), Some("8a95126f"));
            assert_eq!(sent_at(&delivery).unwrap().to_string(), "2024-08-07T22:57:57.290Z");
            assert_eq!(shop_domain(&delivery), Some("shop.myshopify.com"));
        }
    }

    #[test]
    fn a_delivery_without_headers_has_no_known_topic_and_no_time() {
        let delivery = Delivery::new([("x-shopify-triggered-at", "yesterday")], b"{}");
        assert_eq!(topic(&delivery), Topic::Other(String::new()));
        assert_eq!((delivery_id(&delivery), sent_at(&delivery), shop_domain(&delivery)), (None, None, None));
    }
}
