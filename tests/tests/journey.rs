//! The main job, end to end: from a creator's link to a credited sale, and back by a refund.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::string_slice,
    clippy::indexing_slicing,
    clippy::needless_pass_by_value,
    reason = "a test that cannot go on has failed, and writes its values in place"
)]

use serde_json::{Value, json};
use tributary_tests::{App, Campaign, Shop, Shopper, both, order, refund, unique};

// R1, R2, R10, R20, R21, R30, R33, R40, R42, R51, R52, R53, R60, R64
#[test]
fn a_brand_is_set_up_a_shopper_buys_and_the_creator_is_credited() {
    let brand = App::shared().brand();

    // A brand sets up a store, a creator, a plan and a campaign.
    let secret = unique("hush-");
    let store = json!({"name": "Main shop", "platform": "shopify", "url": "https://shop.example", "currency": "EUR",
        "webhookSecrets": [secret]});
    let store = brand.post("/stores", store).expect(201).json();
    let webhook = store["webhookUrl"].as_str().unwrap();
    assert!(webhook.ends_with(&format!("/webhooks/shopify/{}", store["id"].as_str().unwrap())), "{webhook}");
    let creator = json!({"firstName": "José", "lastName": "Álvarez", "email": "jose@example.com",
        "handles": {"instagram": "@jose.runs"}});
    let creator = brand.post("/creators", creator).expect(201).json();
    let plan = json!({"name": unique("Spring "), "storeId": store["id"], "mode": "manual",
        "discount": {"type": "percentage", "value": "10"}, "codePattern": "{first_name}{discount}",
        "link": {"clickThroughUrl": "https://shop.example/collections/new", "applyCode": true,
            "utm": {"source": "tributary", "campaign": "{campaign}"}},
        "attribution": {"rule": "code_first", "model": "last_touch", "windowDays": 30},
        "commission": {"type": "percentage", "rate": "12.5"}});
    let plan = brand.post("/plans", plan).expect(201).json();
    let campaign = json!({"name": "Spring", "planId": plan["id"], "status": "live"});
    let campaign = brand.post("/campaigns", campaign).expect(201).json();
    let (campaign, creator) = (campaign["id"].as_str().unwrap(), creator["id"].as_str().unwrap());
    let enrollment = brand.enroll(campaign, creator);
    assert_eq!(enrollment["code"]["text"], "JOSE10");
    let url = enrollment["links"][0]["url"].as_str().unwrap();
    let slug = enrollment["links"][0]["slug"].as_str().unwrap();
    assert!(url.ends_with(&format!("/{slug}")), "{url}");

    // A shopper clicks the link and lands in the shop, with the code applied.
    let target = Shopper::at(brand.base(), "203.0.113.77").click(slug);
    assert_eq!((target.host_str(), target.path()), (Some("shop.example"), "/discount/JOSE10"));
    let landed: String = target.query_pairs().find(|(name, _)| name == "redirect").unwrap().1.into_owned();
    assert!(landed.starts_with("/collections/new?") && landed.contains("utm_campaign=Spring"), "{landed}");

    // The shop's real, signed webhooks arrive: the sale is credited to the creator.
    let shop = Shop::new(brand.base(), store["id"].as_str().unwrap(), &secret);
    let id = 5_678_901_234_567;
    let bought = json!({"landing_site": landed, "discount_codes": [{"code": "jose10", "amount": "10.00", "type": "percentage"}]});
    shop.deliver("orders/create", &order(id, both(bought.clone(), json!({"financial_status": "pending"}))))
        .expect(200);
    assert_eq!(brand.due(creator), 0, "nothing is owed before it is paid");
    shop.deliver("orders/paid", &order(id, both(bought, json!({"updated_at": "2024-11-20T10:01:00Z"}))))
        .expect(200);
    let conversion = brand.conversion(campaign);
    for (name, value) in [
        ("creatorId", json!(creator)),
        ("source", json!("code_and_link")),
        ("codeText", json!("JOSE10")),
        ("status", json!("paid")),
        ("approval", json!("approved")),
        ("value", json!({"amount": 10_000, "currency": "EUR"})),
        ("commission", json!({"amount": 1_250, "currency": "EUR"})),
    ] {
        assert_eq!(conversion[name], value, "{name}");
    }

    // It is explained.
    let why = brand.attribution(conversion["orderId"].as_str().unwrap());
    assert_eq!(why["winner"]["enrollmentId"], enrollment["id"]);
    let touches = why["touches"].as_array().unwrap();
    assert_eq!(touches.iter().map(|touch| &touch["kind"]).collect::<Vec<_>>(), ["code", "click"]);
    assert!(
        touches[1]["checks"]
            .as_array()
            .unwrap()
            .iter()
            .any(|check| check["name"] == "genuine" && check["passed"] == true)
    );

    // It is shown in the performance table, and exported.
    brand.await_clicks(campaign, 1);
    let table = brand.get(&format!("/campaigns/{campaign}/performance")).expect(200).json();
    assert_eq!(table["summary"]["sales"], json!({"amount": 10_000, "currency": "EUR"}));
    assert_eq!(table["byCreator"][0]["creatorId"], creator);
    let file = brand.get(&format!("/exports/conversions.csv?campaignId={campaign}")).expect(200);
    let mut reader = csv::Reader::from_reader(file.body.as_slice());
    let row: std::collections::HashMap<String, String> = reader.deserialize().next().unwrap().unwrap();
    let told =
        ["campaign_name", "code", "status", "value", "commission", "currency"].map(|name| row[name].as_str());
    assert_eq!(told, ["Spring", "JOSE10", "paid", "100.00", "12.50", "EUR"]);
    assert_eq!(brand.due(creator), 1_250);

    // It is taken back by a refund, in part and then whole.
    for (refund_id, net, status, due) in
        [(1, "40.00", "partially_refunded", 750), (2, "60.00", "refunded", 0)]
    {
        shop.deliver("refunds/create", &refund(refund_id, id, net)).expect(200);
        assert_eq!(brand.conversion(campaign)["status"], status);
        assert_eq!(brand.due(creator), due);
    }
    let lines = brand.get(&format!("/ledger?creatorId={creator}")).expect(200).json();
    let amounts: Vec<&Value> =
        lines["data"].as_array().unwrap().iter().map(|line| &line["amount"]["amount"]).collect();
    assert_eq!(amounts, [-750, -500, 1_250], "newest first");
    assert_eq!(brand.get("/ledger/verify").expect(200).json()["valid"], true);
}

// R13
#[test]
fn a_campaign_is_made_before_its_plan() {
    let brand = App::shared().brand();
    let campaign =
        brand.post("/campaigns", json!({"name": unique("Early "), "status": "draft"})).expect(201).json();
    let id = campaign["id"].as_str().unwrap();
    let creator = brand.add_creator("Anna", "Berg");
    let early = brand.post(&format!("/campaigns/{id}/enrollments"), json!({"creatorIds": [creator]}));
    assert!(
        matches!(early.status, 409 | 422),
        "without a plan there is nothing to enroll in: {}",
        early.text()
    );
    let shop = brand.connect_shop();
    let plan = brand.add_plan(&shop, json!({}));
    brand.patch(&format!("/campaigns/{id}"), json!({"planId": plan, "status": "live"})).expect(200);
    let enrollment = brand.enroll(id, &creator);
    let campaign = Campaign { shop, plan, id: id.to_owned(), creator, enrollment };
    campaign.shop.pay(1, tributary_tests::with_code(&campaign.code()));
    brand.conversion(&campaign.id);
}

// R8
#[test]
fn a_campaigns_own_code_credits_the_campaign_alone() {
    let brand = App::shared().brand();
    let campaign = brand.run_campaign(json!({}));
    brand.put(&format!("/campaigns/{}/code", campaign.id), json!({"text": "SPRING-ALL"})).expect(200);
    campaign.shop.pay(1, tributary_tests::with_code("spring-all"));
    let conversion = brand.conversion(&campaign.id);
    assert_eq!((&conversion["creatorId"], &conversion["codeText"]), (&Value::Null, &json!("SPRING-ALL")));
    assert_eq!(brand.due(&campaign.creator), 0);
    let table = brand.get(&format!("/campaigns/{}/performance", campaign.id)).expect(200).json();
    assert_eq!(table["summary"]["sales"]["amount"], 10_000);
}
