//! What an attacker types, wherever anybody may type or a shop may send.

use serde_json::json;

use crate::{Brand, Campaign, both, unique, with_code};

/// Ends whatever it stands in, and brings an image and a script that would run. A tag may be as long, and no longer.
pub const ATTACK: &str = "<img src=x onerror=a()>'\"><script>a()</script>";

/// Whether a page holds the attack as markup.
pub fn is_in(page: &str) -> bool {
    ["<img src=x", "<script>a()", "'\"><"].iter().any(|mark| page.contains(mark))
}

/// A campaign with one sale in which everything is the attack that a person or a shop can say freely.
pub fn attacked_campaign(brand: &Brand) -> Campaign {
    let terms = json!({
        "link": {"utm": {"source": ATTACK, "medium": ATTACK, "campaign": ATTACK, "term": ATTACK, "content": ATTACK}},
        "limits": {"productIds": [ATTACK]}, "instructions": ATTACK,
        "commission": {"type": "percentage", "rate": "10", "rules": [
            {"when": {"products": [ATTACK]}, "type": "percentage", "rate": "20"}]},
    });
    let named = |prefix: &str| format!("{ATTACK} {}", unique(prefix));
    let campaign = brand.run_campaign(terms);
    let Campaign { shop, plan, id, creator, .. } = &campaign;
    let mut renamed = brand.get(&format!("/plans/{plan}")).expect(200).json();
    renamed["name"] = json!(named("plan"));
    brand.put(&format!("/plans/{plan}"), renamed).expect(200);
    brand.patch(&format!("/stores/{}", shop.id), json!({"name": named("store")})).expect(200);
    brand
        .patch(&format!("/campaigns/{id}"), json!({"name": format!("{} 春の光", named("campaign"))}))
        .expect(200);
    let person = json!({"firstName": ATTACK, "lastName": format!("{ATTACK} ليلى"), "tags": [ATTACK],
        "handles": {"instagram": ATTACK}, "externalId": named("id")});
    brand.patch(&format!("/creators/{creator}"), person).expect(200);
    brand
        .put(
            &format!("/creators/{creator}/payout-account"),
            json!({"holder": ATTACK, "paypal": "<b>@pay.example"}),
        )
        .expect(200);
    brand.post("/keys", json!({"name": ATTACK, "scopes": ["read"]})).expect(201);
    let own = json!({"commission": {"type": "percentage", "rate": "10", "rules": [
        {"when": {"products": [ATTACK]}, "type": "percentage", "rate": "30"}]}});
    brand.patch(&format!("/enrollments/{}", campaign.enrollment_id()), own).expect(200);
    shop.pay(1, both(with_code(&campaign.code()), json!({"name": ATTACK})));
    let strange = json!({"discount_codes": [{"code": ATTACK, "amount": "10.00", "type": "percentage"}]});
    shop.pay(2, both(strange, json!({"name": ATTACK})));
    let unreadable = json!({"id": ATTACK, "name": ATTACK});
    shop.deliver("orders/paid", &unreadable).expect(202);
    let sale = brand.conversion(id)["id"].as_str().unwrap().to_owned();
    brand.post(&format!("/conversions/{sale}/reject"), json!({"reason": ATTACK})).expect(200);
    brand.post(&format!("/conversions/{sale}/undo"), json!({"reason": ATTACK})).expect(200);
    let payout =
        brand.post("/payouts", json!({"currency": "EUR", "creatorIds": [creator]})).expect(201).json();
    let failed = format!("/payouts/{}/failed", payout["id"].as_str().unwrap());
    brand.post(&failed, json!({"reason": ATTACK})).expect(200);
    campaign
}
