//! Every kind of page, with something on it.

use serde_json::json;

use crate::{App, Campaign};

const SECTIONS: [&str; 23] = [
    "",
    "/campaigns",
    "/campaigns/new",
    "/creators",
    "/creators/new",
    "/plans",
    "/what-if",
    "/stores",
    "/stores/new",
    "/stores/new?platform=woocommerce",
    "/sales",
    "/clicks",
    "/review",
    "/payouts",
    "/payouts/payer",
    "/orders",
    "/deliveries",
    "/settings",
    "/rates",
    "/keys",
    "/webhooks",
    "/audit",
    "/audit?from=2024-01-01",
];

/// The addresses of the brand's pages and of the creator's own. The campaign has one sale.
pub fn every_page(app: &App, campaign: &Campaign) -> Vec<String> {
    let brand = app.brand();
    let Campaign { shop, plan, id, creator, enrollment } = campaign;
    let shop = &shop.id;
    let order = brand.conversion(id)["orderId"].as_str().unwrap().to_owned();
    let code = enrollment["code"]["id"].as_str().unwrap();
    let payout =
        brand.post("/payouts", json!({"currency": "EUR", "creatorIds": [creator]})).expect(201).json();
    let mut pages: Vec<String> = SECTIONS.map(str::to_owned).to_vec();
    pages.extend(["", "/people", "/add", "/edit", "/import"].map(|page| format!("/campaigns/{id}{page}")));
    pages.extend(["", "/edit", "/account", "/statement"].map(|page| format!("/creators/{creator}{page}")));
    pages.extend(["", "/edit", "/codes"].map(|page| format!("/plans/{plan}{page}")));
    pages.extend(["", "/edit", "/codes"].map(|page| format!("/stores/{shop}{page}")));
    pages.push(format!("/codes/{code}"));
    pages.push(format!("/enrollments/{}", campaign.enrollment_id()));
    pages.push(format!("/clicks?campaignId={id}"));
    pages.push(format!("/plans/new?storeId={shop}"));
    pages.push(format!("/what-if?planId={plan}"));
    pages.push(format!("/orders/{order}"));
    pages.push(format!("/payouts/{}", payout["id"].as_str().unwrap()));
    let own = own_page(app, creator);
    let own = [own.clone(), format!("{own}/statement?month=2024-11")];
    pages.iter().map(|page| format!("/dashboard{page}")).chain(own).collect()
}

/// The address of a creator's own page, under a new private link.
pub fn own_page(app: &App, creator: &str) -> String {
    let made = app.brand().post(&format!("/creators/{creator}/page"), json!({})).expect(201).json();
    let (_, secret) = made["url"].as_str().unwrap().split_once("/creator/").unwrap();
    format!("/creator/{secret}")
}
