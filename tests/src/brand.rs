//! A brand: somebody with a key of the API.

use serde_json::{Value, json};
use ureq::Agent;
use ureq::http::request::Builder;

use crate::{Reply, Shop, contract, eventually, unique};

/// Somebody with a key of the API.
#[derive(Debug, Clone)]
pub struct Brand {
    base: String,
    key: String,
    agent: Agent,
}

/// A campaign that runs, with one creator in it.
#[derive(Debug, Clone)]
pub struct Campaign {
    /// The shop.
    pub shop: Shop,
    /// The plan's id.
    pub plan: String,
    /// The campaign's id.
    pub id: String,
    /// The creator's id.
    pub creator: String,
    /// The enrollment, as the API showed it.
    pub enrollment: Value,
}

impl Campaign {
    /// The creator's code.
    pub fn code(&self) -> String {
        self.enrollment["code"]["text"].as_str().unwrap().to_owned()
    }

    /// The slug of the creator's link.
    pub fn slug(&self) -> String {
        self.enrollment["links"][0]["slug"].as_str().unwrap().to_owned()
    }

    /// The id of the creator's link.
    pub fn link(&self) -> String {
        self.enrollment["links"][0]["id"].as_str().unwrap().to_owned()
    }

    /// The enrollment's id.
    pub fn enrollment_id(&self) -> String {
        self.enrollment["id"].as_str().unwrap().to_owned()
    }
}

/// Larger bodies ask first: who is told that a body is too large while still sending it hears only that the
/// connection broke.
const ASKS_FIRST: usize = 1 << 20;

/// A request with its body.
pub(crate) fn with_body(request: Builder, body: &[u8]) -> ureq::http::Request<&[u8]> {
    let asking = if body.len() > ASKS_FIRST { request.header("expect", "100-continue") } else { request };
    asking.body(body).unwrap()
}

pub(crate) fn agent() -> Agent {
    Agent::config_builder()
        .max_redirects(0)
        .http_status_as_error(false)
        .allow_non_standard_methods(true)
        .build()
        .into()
}

impl Brand {
    /// Somebody with this key.
    pub fn new(base: &str, key: &str) -> Self {
        Self { base: base.to_owned(), key: key.to_owned(), agent: agent() }
    }

    /// The address of the app.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The same app with another key.
    #[must_use]
    pub fn with_key(&self, key: &str) -> Self {
        Self::new(&self.base, key)
    }

    /// Sends a raw body with headers to a path below `/api/v1`. The answer is held to the API's document.
    #[track_caller]
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
        let mut request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}/api/v1{path}", self.base))
            .header("authorization", format!("Bearer {}", self.key));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let reply = Reply::of(if body.is_empty() && method != "POST" {
            self.agent.run(request.body(()).unwrap())
        } else {
            self.agent.run(with_body(request.header("content-type", "application/json"), body))
        });
        contract::check(contract::document(&self.base, &self.agent), method, path, &reply);
        reply
    }

    /// GET.
    pub fn get(&self, path: &str) -> Reply {
        self.send("GET", path, &[], &[])
    }

    /// GET of a body that is too large to be held.
    #[track_caller]
    pub fn stream(&self, path: &str) -> impl std::io::Read + use<> {
        let request = ureq::http::Request::builder()
            .uri(format!("{}/api/v1{path}", self.base))
            .header("authorization", format!("Bearer {}", self.key));
        let response = self.agent.run(request.body(()).unwrap()).expect("an answer");
        assert_eq!(response.status(), 200, "{path}");
        response.into_body().into_with_config().limit(u64::MAX).reader()
    }

    /// POST with JSON.
    #[allow(clippy::needless_pass_by_value, reason = "tests write the value in place")]
    pub fn post(&self, path: &str, body: Value) -> Reply {
        self.send("POST", path, &[], body.to_string().as_bytes())
    }

    /// PUT with JSON.
    #[allow(clippy::needless_pass_by_value, reason = "tests write the value in place")]
    pub fn put(&self, path: &str, body: Value) -> Reply {
        self.send("PUT", path, &[], body.to_string().as_bytes())
    }

    /// PATCH with JSON.
    #[allow(clippy::needless_pass_by_value, reason = "tests write the value in place")]
    pub fn patch(&self, path: &str, body: Value) -> Reply {
        self.send("PATCH", path, &[], body.to_string().as_bytes())
    }

    /// DELETE.
    pub fn delete(&self, path: &str) -> Reply {
        self.send("DELETE", path, &[], &[])
    }

    /// Connects a Shopify shop without credentials, in euros.
    pub fn connect_shop(&self) -> Shop {
        self.connect("shopify", "EUR")
    }

    /// Connects a shop of any platform without credentials.
    pub fn connect(&self, platform: &str, currency: &str) -> Shop {
        let secret = unique("hush-");
        let body = json!({"name": unique("Shop "), "platform": platform, "url": "https://shop.example",
            "currency": currency, "webhookSecrets": [secret]});
        let store = self.post("/stores", body).expect(201).json();
        Shop::new(&self.base, store["id"].as_str().unwrap(), &secret)
    }

    /// Makes a creator; gives the id.
    pub fn add_creator(&self, first_name: &str, last_name: &str) -> String {
        let body = json!({"firstName": first_name, "lastName": last_name, "email": format!("{}@example.com", unique("c").to_lowercase())});
        self.post("/creators", body).expect(201).json()["id"].as_str().unwrap().to_owned()
    }

    /// Makes a plan of 10 percent off and 10 percent commission with `changes` on top; gives the id.
    #[allow(clippy::needless_pass_by_value, reason = "tests write the value in place")]
    pub fn add_plan(&self, shop: &Shop, changes: Value) -> String {
        let mut plan = json!({"name": unique("Plan "), "storeId": shop.id, "mode": "manual",
            "discount": {"type": "percentage", "value": "10"}, "codePattern": "{first_name}{discount}",
            "commission": {"type": "percentage", "rate": "10"}});
        plan.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        self.post("/plans", plan).expect(201).json()["id"].as_str().unwrap().to_owned()
    }

    /// Makes a live campaign; gives the id.
    pub fn add_campaign(&self, plan: &str) -> String {
        let body = json!({"name": unique("Campaign "), "planId": plan, "status": "live"});
        self.post("/campaigns", body).expect(201).json()["id"].as_str().unwrap().to_owned()
    }

    /// Enrolls one creator; gives the enrollment.
    pub fn enroll(&self, campaign: &str, creator: &str) -> Value {
        let reply =
            self.post(&format!("/campaigns/{campaign}/enrollments"), json!({"creatorIds": [creator]}));
        assert!(matches!(reply.status, 200 | 201), "{}", reply.text());
        reply.json()["data"][0].clone()
    }

    /// A Shopify shop in euros, a plan with `changes`, a live campaign and one creator in it.
    pub fn run_campaign(&self, changes: Value) -> Campaign {
        self.run_campaign_of(self.connect_shop(), changes)
    }

    /// The same in a shop that is there.
    pub fn run_campaign_of(&self, shop: Shop, changes: Value) -> Campaign {
        let plan = self.add_plan(&shop, changes);
        let id = self.add_campaign(&plan);
        let creator = self.add_creator("Anna", "Berg");
        let enrollment = self.enroll(&id, &creator);
        Campaign { shop, plan, id, creator, enrollment }
    }

    /// The conversions of a campaign, newest first.
    pub fn conversions(&self, campaign: &str) -> Vec<Value> {
        let reply = self.get(&format!("/conversions?campaignId={campaign}&limit=100")).expect(200);
        reply.json()["data"].as_array().unwrap().clone()
    }

    /// The one conversion of a campaign.
    #[track_caller]
    pub fn conversion(&self, campaign: &str) -> Value {
        let conversions = self.conversions(campaign);
        assert_eq!(conversions.len(), 1, "{conversions:?}");
        conversions[0].clone()
    }

    /// The order that a store calls by this id. The list is read to its end: there is no filter by store.
    #[track_caller]
    pub fn order_of(&self, store: &str, external_id: u64) -> Value {
        let external_id = external_id.to_string();
        let mut cursor = String::new();
        loop {
            let page = self.get(&format!("/orders?limit=100{cursor}")).expect(200).json();
            let orders = page["data"].as_array().unwrap();
            let is_it = |order: &&Value| order["storeId"] == store && order["externalId"] == external_id;
            if let Some(order) = orders.iter().find(is_it) {
                return order.clone();
            }
            let next =
                page["nextCursor"].as_str().unwrap_or_else(|| panic!("no order {external_id} of {store}"));
            cursor = format!("&cursor={next}");
        }
    }

    /// How many lines the audit log has of this act on this subject.
    pub fn audited(&self, action: &str, subject: &str) -> usize {
        let (mut lines, mut cursor) = (0, String::new());
        loop {
            let page = self.get(&format!("/audit?limit=100{cursor}")).expect(200).json();
            let is_it = |line: &&Value| line["action"] == action && line["subject"] == subject;
            lines += page["data"].as_array().unwrap().iter().filter(is_it).count();
            let Some(next) = page["nextCursor"].as_str() else { return lines };
            cursor = format!("&cursor={next}");
        }
    }

    /// Why an order is credited as it is.
    #[track_caller]
    pub fn attribution(&self, order: &str) -> Value {
        self.get(&format!("/orders/{order}/attribution")).expect(200).json()
    }

    /// A campaign's clicks and unique clicks of all time.
    pub fn clicks(&self, campaign: &str) -> (u64, u64) {
        let table = self.get(&format!("/campaigns/{campaign}/performance?limit=1")).expect(200).json();
        let count = |name: &str| table["summary"][name].as_u64().unwrap();
        (count("clicks"), count("uniqueClicks"))
    }

    /// Waits until a campaign has so many clicks, and gives the unique ones.
    pub fn await_clicks(&self, campaign: &str, clicks: u64) -> u64 {
        eventually(&format!("{campaign} has {clicks} clicks"), || {
            let (counted, unique) = self.clicks(campaign);
            assert!(counted <= clicks, "{counted} clicks, {clicks} expected");
            (counted == clicks).then_some(unique)
        })
    }

    /// What a creator is due in euros, in cents.
    pub fn due(&self, creator: &str) -> i64 {
        self.due_in(creator, "EUR")
    }

    /// What a creator is due in a currency, in minor units.
    pub fn due_in(&self, creator: &str, currency: &str) -> i64 {
        let balances = self.get(&format!("/creators/{creator}/balance")).expect(200).json();
        let lines = balances["balances"].as_array().unwrap().clone();
        lines
            .iter()
            .find(|line| line["currency"] == currency)
            .map_or(0, |line| line["due"]["amount"].as_i64().unwrap())
    }
}
