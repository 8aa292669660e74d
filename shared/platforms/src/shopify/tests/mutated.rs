use super::*;
use crate::harness::{Mutations, mac_base64};
use crate::shopify::verify;

// R30
#[test]
fn ten_thousand_broken_bodies_cause_no_panic_and_no_words_quote_them() {
    let mutations = Mutations {
        originals: &[ORDERS_CREATE, REFUNDS_CREATE, ORDER_450789469, ORDER_WITH_TAX, REFUND_OF_SHIPPING],
        private: &["@", "example", "Norman", "jon"],
    };
    mutations.survive(
        |chance, body| {
            let topic = &Topic::KNOWN[chance.below(Topic::KNOWN.len())];
            parse(topic, &Delivery::new([], body), Context::default()).map(drop)
        },
        |original| mac_base64(original, "secret"),
        |signature, body| {
            verify(&Delivery::new([("X-Shopify-Hmac-Sha256", signature)], body), &["secret"]).is_ok()
        },
    );
}
