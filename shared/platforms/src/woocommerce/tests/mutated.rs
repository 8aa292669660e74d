use tributary_domain::Currency;

use super::*;
use crate::Delivery;
use crate::harness::{Mutations, mac_base64};
use crate::woocommerce::{refund_details, verify};

// R30
#[test]
fn ten_thousand_broken_bodies_cause_no_panic_and_no_words_quote_them() {
    let currency = Currency::parse("USD").unwrap();
    let mutations = Mutations {
        originals: &[ORDER, ORDER_WITH_ATTRIBUTION, COUPON_CREATED, REFUNDS],
        private: &["@", "john", "Doe", "Market"],
    };
    mutations.survive(
        |chance, body| {
            let topic = &Topic::KNOWN[chance.below(Topic::KNOWN.len())];
            if body.starts_with(b"[") {
                return refund_details(body, currency).map(drop);
            }
            parse(topic, None, body).map(drop)
        },
        |original| mac_base64(original, "secret"),
        |signature, body| {
            verify(&Delivery::new([("X-WC-Webhook-Signature", signature)], body), &["secret"]).is_ok()
        },
    );
}
