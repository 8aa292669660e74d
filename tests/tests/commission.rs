//! What an order earns under each kind of terms, to the cent.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

use serde_json::{Value, json};
use tributary_tests::{App, Brand, Custom, Marketer, both, euros, refund, unique, with_code};

fn brand() -> Brand {
    App::shared().brand()
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
        (json!({"rules": [{"type": "percentage", "rate": "1"}]}), "commission.rules[0].when"),
        (
            json!({"rules": [{"when": {"sku": "A"}, "type": "percentage", "rate": "1"}]}),
            "commission.rules[0].when.sku",
        ),
        (
            json!({"rules": [{"when": {"categories": ["7"]}, "type": "percentage", "rate": "1"}]}),
            "commission.rules[0].when.categories",
        ),
    ] {
        let commission = both(json!({"type": "percentage", "rate": "10"}), more);
        let plan = json!({"name": "Wrong", "storeId": shop.id, "commission": commission});
        brand.post("/plans", plan).wrong_fields(&[path]);
    }
}

/// A Shopify order of two pairs of shoes for 120.00 and a hat for 80.00, after a discount of ten percent.
fn shoes_and_a_hat(code: &str, buyer: &str) -> Value {
    let line = |id: u64, sku: &str, quantity: u64, price: &str, discount: &str| {
        json!({"id": id, "product_id": id + 1_000, "variant_id": id + 2_000, "sku": sku, "quantity": quantity,
            "current_quantity": quantity, "price": price, "total_discount": "0.00", "tax_lines": [],
            "discount_allocations": [{"amount": discount, "discount_application_index": 0}]})
    };
    let order = json!({"email": buyer, "contact_email": buyer, "customer": null, "total_line_items_price": "222.22",
        "total_discounts": "22.22", "subtotal_price": "200.00", "current_subtotal_price": "200.00",
        "total_price": "240.00", "current_total_price": "240.00",
        "line_items": [line(11, "SHOE-41", 2, "66.67", "13.34"), line(12, "HAT", 1, "88.88", "8.88")]});
    both(with_code(code), order)
}

/// A refund of so many pieces of a line.
fn returned(id: u64, order: u64, line: u64, pieces: u64, net: &str) -> Value {
    let mut refund = refund(id, order, net);
    refund["refund_line_items"][0]["line_item_id"] = json!(line);
    refund["refund_line_items"][0]["quantity"] = json!(pieces);
    refund
}

fn parts(attribution: &Value) -> Vec<(Value, i64, i64)> {
    let cents = |part: &Value, name: &str| part[name]["amount"].as_i64().unwrap();
    let parts = attribution["commission"]["parts"].as_array().unwrap();
    parts.iter().map(|part| (part["rule"].clone(), cents(part, "base"), cents(part, "amount"))).collect()
}

// R33, R42, R51
#[test]
fn goods_and_customers_have_rates_of_their_own_and_a_refund_takes_back_the_line_it_names() {
    let brand = brand();
    let commission = json!({"type": "percentage", "rate": "5", "rules": [
        {"when": {"products": ["SHOE-41"]}, "type": "percentage", "rate": "12.5"},
        {"when": {"customer": "returning"}, "type": "percentage", "rate": "2"}]});
    let campaign = brand.run_campaign(json!({"commission": commission}));
    let buyer = format!("{}@mail.example", unique("b").to_lowercase());
    let order = shoes_and_a_hat(&campaign.code(), &buyer);
    let explained =
        |id: u64| brand.attribution(brand.order_of(&campaign.shop.id, id)["id"].as_str().unwrap());

    campaign.shop.pay(1, order.clone());
    let first = explained(1);
    assert_eq!(first["customer"], "new");
    assert_eq!(parts(&first), [(json!(0), 12_000, 1_500), (Value::Null, 8_000, 400)]);
    assert_eq!(brand.due(&campaign.creator), 1_900);

    let later = json!({"created_at": "2024-11-21T10:00:00Z", "processed_at": "2024-11-21T10:00:00Z"});
    campaign.shop.pay(2, both(order, later));
    let second = explained(2);
    assert_eq!(second["customer"], "returning");
    assert_eq!(parts(&second), [(json!(0), 12_000, 1_500), (json!(1), 8_000, 160)]);
    assert_eq!(brand.due(&campaign.creator), 1_900 + 1_660);

    // One pair comes back, then the hat of the first order, in two deliveries each.
    for _ in 0..2 {
        campaign.shop.deliver("refunds/create", &returned(21, 2, 11, 1, "60.00")).expect(200);
        assert_eq!(parts(&explained(2)), [(json!(0), 6_000, 750), (json!(1), 8_000, 160)]);
        assert_eq!(brand.due(&campaign.creator), 1_900 + 910);
    }
    for _ in 0..2 {
        campaign.shop.deliver("refunds/create", &returned(22, 1, 12, 1, "80.00")).expect(200);
        assert_eq!(parts(&explained(1)), [(json!(0), 12_000, 1_500), (Value::Null, 0, 0)]);
        assert_eq!(brand.due(&campaign.creator), 1_500 + 910);
    }
    // All of the first order comes back: the second stays one of a returning customer, and a replay moves nothing.
    campaign.shop.deliver("refunds/create", &returned(23, 1, 11, 2, "120.00")).expect(200);
    assert_eq!((explained(2)["customer"].as_str(), brand.due(&campaign.creator)), (Some("returning"), 910));
    let replay = json!({"from": "2024-11-01", "to": "2024-12-01", "planId": campaign.plan, "apply": false});
    let moved = brand.post("/replays", replay).expect(200).json();
    let ours = |moved: &&Value| {
        [1, 2].iter().any(|id| moved["orderId"] == brand.order_of(&campaign.shop.id, *id)["id"])
    };
    assert_eq!(moved["moved"].as_array().unwrap().iter().filter(ours).count(), 0, "{moved}");
    assert_eq!(brand.get("/ledger/verify").expect(200).json()["valid"], true);
}

// R33, R35, R51
#[test]
fn a_custom_shop_tells_categories_and_which_lines_came_back() {
    let brand = brand();
    let commission = json!({"type": "flat", "amount": euros(100), "rules": [
        {"when": {"categories": ["bags"], "minimumQuantity": 2}, "type": "flat", "amount": euros(300)}]});
    let campaign = brand.run_campaign_of(brand.connect("custom", "EUR"), json!({"commission": commission}));
    let shop = Custom(campaign.shop.clone());
    let order = |second: u64, refunds: Value| {
        json!({"orderId": "7", "status": "paid", "updatedAt": format!("2026-11-20T10:00:{second:02}Z"), "net": "100.00",
            "codes": [campaign.code()], "refunds": refunds, "lines": [
                {"id": "a", "sku": "TOTE", "categories": ["bags", "new"], "quantity": 3, "net": "60.00"},
                {"id": "b", "sku": "HAT", "net": "40.00"}]})
    };
    shop.deliver(&order(1, json!([]))).expect(200);
    assert_eq!(brand.due(&campaign.creator), 3 * 300 + 100);
    let one_bag = json!({"id": "r1", "net": "20.00", "lines": [{"id": "a", "quantity": 1}]});
    shop.deliver(&order(2, json!([one_bag]))).expect(200);
    assert_eq!(brand.due(&campaign.creator), 2 * 300 + 100);
    let half = json!({"id": "r2", "net": "40.00"});
    shop.deliver(&order(3, json!([one_bag, half]))).expect(200);
    assert_eq!(brand.due(&campaign.creator), 300 + 50);
}

// R51, R66
#[test]
fn a_plan_shows_its_rules_in_words() {
    let brand = brand();
    let shop = brand.connect_shop();
    let commission = json!({"type": "percentage", "rate": "5", "base": {"shipping": true}, "rules": [
        {"when": {"products": ["SHOE-41", "8001"], "minimumQuantity": 3}, "type": "flat", "amount": euros(250)},
        {"when": {"customer": "new", "minimumOrder": euros(20_000)}, "type": "percentage", "rate": "12.5"}]});
    let plan = brand.add_plan(&shop, json!({"commission": commission}));
    let page = Marketer::sign_in(App::shared(), &App::shared().admin_token)
        .read(&format!("/dashboard/plans/{plan}"));
    for words in [
        "5 % of a sale",
        "the net value, shipping",
        "a piece of the goods SHOE-41, 8001, from 3 pieces on",
        "12.5 % of orders from",
        "of new customers",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
}
