//! What an order earns under each kind of terms, to the cent.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

use serde_json::{Value, json};
use tributary_tests::{App, Brand, both, refund, with_code};

fn brand() -> Brand {
    App::shared().brand()
}

fn euros(amount: i64) -> Value {
    json!({"amount": amount, "currency": "EUR"})
}

/// An order of 100.00 net, with 4.95 for shipping, 20.99 of tax and 25.00 of discount.
fn with_amounts_beside() -> Value {
    json!({"total_line_items_price": "125.00", "total_discounts": "25.00", "subtotal_price": "100.00",
        "current_subtotal_price": "100.00", "total_tax": "20.99", "total_price": "125.94",
        "current_total_price": "125.94",
        "shipping_lines": [{"price": "9.95", "discounted_price": "4.95", "tax_lines": [{"price": "0.99"}]}]})
}

// R51, R33
#[test]
fn a_percentage_is_taken_of_the_base_that_the_plan_chooses_and_falls_with_the_goods() {
    let brand = brand();
    for (base, owed, owed_of_a_third) in [
        (json!({}), 1_000, 333),
        (json!({"shipping": true}), 1_050, 350),
        (json!({"tax": true}), 1_210, 403),
        (json!({"beforeDiscount": true}), 1_250, 417),
        (json!({"shipping": true, "tax": true, "beforeDiscount": true}), 1_509, 503),
    ] {
        let commission = json!({"type": "percentage", "rate": "10", "base": base});
        let campaign = brand.run_campaign(json!({"commission": commission}));
        campaign.shop.pay(1, both(with_code(&campaign.code()), with_amounts_beside()));
        assert_eq!(brand.conversion(&campaign.id)["commission"], euros(owed), "{base}");
        assert_eq!(brand.due(&campaign.creator), owed);
        campaign.shop.deliver("refunds/create", &refund(2, 1, "66.67")).expect(200);
        assert_eq!(brand.due(&campaign.creator), owed_of_a_third, "{base}");
        campaign.shop.deliver("refunds/create", &refund(3, 1, "33.33")).expect(200);
        assert_eq!(brand.due(&campaign.creator), 0, "{base}");
    }
}

// R51
#[test]
fn terms_that_a_commission_does_not_have_are_named() {
    let brand = brand();
    let shop = brand.connect_shop();
    for (more, path) in [
        (json!({"base": {"handling": true}}), "commission.base.handling"),
        (json!({"base": {"tax": "yes"}}), "commission.base.tax"),
    ] {
        let commission = both(json!({"type": "percentage", "rate": "10"}), more);
        let plan = json!({"name": "Wrong", "storeId": shop.id, "commission": commission});
        brand.post("/plans", plan).wrong_fields(&[path]);
    }
}
