//! The `orders` function: webhooks of a Shopify shop.

use serde_json::json;
use tributary_tests::{App, order, refund};

// R30, R40
#[test]
fn a_signed_order_with_a_code_is_credited() {
    let brand = App::shared().brand();
    let campaign = brand.run_campaign(json!({}));
    let codes = json!([{"code": campaign.code().to_lowercase(), "amount": "10.00", "type": "percentage"}]);
    campaign.shop.deliver("orders/paid", &order(1, json!({"discount_codes": codes}))).expect(200);
    let conversions = brand.conversions(&campaign.id);
    assert_eq!(conversions.len(), 1);
    assert_eq!(conversions[0]["value"], json!({"amount": 10_000, "currency": "EUR"}));
    assert_eq!(conversions[0]["commission"], json!({"amount": 1_000, "currency": "EUR"}));
    campaign.shop.deliver("refunds/create", &refund(5, 1, "40.00")).expect(200);
    assert_eq!(brand.due(&campaign.creator), 600);
}
