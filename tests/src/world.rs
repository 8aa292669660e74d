//! One of everything, and the calls of the API's document with examples that fit to it.

use serde_json::{Value, json};

use crate::{Brand, Campaign, Shopper, with_click, with_code};

/// One of everything, with its ids.
pub struct World {
    /// The campaign.
    pub campaign: Campaign,
    click: String,
    ids: Vec<(&'static str, String)>,
}

/// A call of the document.
#[derive(Debug, Clone)]
pub struct Call {
    /// Its method, in capitals.
    pub method: String,
    /// Its path, with `{name}` for parts that vary.
    pub pattern: String,
    /// Whether anybody may make it, at an address of its own.
    pub is_open: bool,
    operation: Value,
}

/// What a call is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The path with its query.
    pub path: String,
    /// The content type.
    pub kind: String,
    /// The body.
    pub body: String,
}

/// Calls that need a shop that can be asked, or a delivery that cannot be read, and have tests of their own for it.
const NEED_A_SHOP: [&str; 9] = [
    "/stores/{id}/check",
    "/stores/{id}/drift",
    "/stores/{id}/reconcile",
    "/stores/{id}/aggregates",
    "/stores/{id}/aggregates/fetch",
    "/stores/{id}/aggregates/tags",
    "/deliveries/{id}/retry",
    "/webhooks/{platform}/{storeId}",
    "/codes/repair",
];

/// Every call of the document that works in a [`World`].
pub fn calls(document: &Value) -> Vec<Call> {
    let paths = document["paths"].as_object().unwrap();
    let of = |(pattern, item): (&String, &Value)| -> Vec<Call> {
        let is_open = item.get("servers").is_some();
        let operations = item.as_object().unwrap().iter().filter(|(_, each)| each.is_object());
        let call = |(method, operation): (&String, &Value)| Call {
            method: method.to_uppercase(),
            pattern: pattern.clone(),
            is_open,
            operation: operation.clone(),
        };
        operations.map(call).collect()
    };
    paths.iter().filter(|(pattern, _)| !NEED_A_SHOP.contains(&pattern.as_str())).flat_map(of).collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

impl World {
    /// Makes it.
    pub fn make(brand: &Brand) -> Self {
        let campaign = brand.run_campaign(json!({}));
        let click = Shopper::at(brand.base(), "198.51.100.91").click_id(&campaign.slug());
        campaign.shop.pay(1, with_code(&campaign.code()));
        let paid = brand.conversion(&campaign.id);
        let payout = brand.post("/payouts", json!({"currency": "EUR", "creatorIds": [campaign.creator]}));
        campaign.shop.pay(2, with_click(&click));
        let key = brand.post("/keys", json!({"name": "x", "scopes": ["read"]})).expect(201).json();
        let ids = vec![
            ("str_", campaign.shop.id.clone()),
            ("crt_", campaign.creator.clone()),
            ("pln_", campaign.plan.clone()),
            ("cmp_", campaign.id.clone()),
            ("enr_", campaign.enrollment_id()),
            ("cod_", text(&campaign.enrollment["code"]["id"])),
            ("lnk_", campaign.link()),
            ("ord_", text(&paid["orderId"])),
            ("cnv_", text(&paid["id"])),
            ("pay_", text(&payout.expect(201).json()["id"])),
            ("key_", text(&key["id"])),
        ];
        Self { campaign, click, ids }
    }

    /// What this world's call is sent: the document's example with the world's ids.
    pub fn fit(&mut self, brand: &Brand, call: &Call) -> Wanted {
        if call.pattern.starts_with("/webhook-endpoints/{id}") {
            self.open_endpoint(brand);
        }
        let (kind, example) = example(&call.operation).unwrap_or_default();
        let path = format!("{}{}", self.path(&call.pattern), self.query(&call.operation));
        Wanted { path, kind, body: self.fill(&example) }
    }

    /// An endpoint for webhooks with a message; there may be few, so it is deleted when it is not needed any more.
    fn open_endpoint(&mut self, brand: &Brand) {
        let body = json!({"url": "https://hooks.brand.example/x", "events": ["order.attributed"]});
        let endpoint = text(&brand.post("/webhook-endpoints", body).expect(201).json()["id"]);
        let tried = brand.post(&format!("/webhook-endpoints/{endpoint}/test"), json!({})).expect(202).json();
        self.ids.extend([("whk_", endpoint), ("msg_", text(&tried["id"]))]);
    }

    /// Deletes the endpoint that a call needed.
    pub fn close_endpoint(&self, brand: &Brand) {
        if let Some((_, endpoint)) = self.ids.iter().find(|(known, _)| *known == "whk_") {
            brand.delete(&format!("/webhook-endpoints/{endpoint}"));
        }
    }

    /// The id that begins so.
    pub fn id(&self, prefix: &str) -> &str {
        let known = self.ids.iter().find(|(known, _)| *known == prefix);
        known.map_or_else(|| panic!("nothing begins with {prefix}"), |(_, id)| id)
    }

    /// An example with this world's ids in the places of `str_...` and the like.
    pub fn fill(&self, example: &str) -> String {
        let words = [("AQAB...", self.click.as_str()), ("jose-spring", &self.campaign.slug())];
        let words = words.iter().fold(example.to_owned(), |text, (word, real)| text.replace(word, real));
        self.ids.iter().fold(words, |text, (prefix, id)| text.replace(&format!("{prefix}..."), id))
    }

    /// A path of the document with this world's ids: what each part is stands before it.
    fn path(&self, pattern: &str) -> String {
        let mut before = "";
        let part = |part| {
            let kind = std::mem::replace(&mut before, part);
            let Some((name, suffix)) = part.strip_prefix('{').and_then(|rest| rest.split_once('}')) else {
                return part.to_owned();
            };
            let prefix = match (name, kind) {
                ("slug", _) => return self.campaign.slug(),
                (_, "stores") => "str_",
                (_, "creators") => "crt_",
                (_, "plans") => "pln_",
                (_, "campaigns") => "cmp_",
                (_, "enrollments") => "enr_",
                (_, "codes") => "cod_",
                (_, "links") => "lnk_",
                (_, "orders") => "ord_",
                (_, "conversions") => "cnv_",
                (_, "payouts") => "pay_",
                (_, "keys") => "key_",
                (_, "webhook-endpoints") => "whk_",
                (_, "messages") => "msg_",
                _ => panic!("what is {{{name}}} of {pattern}?"),
            };
            format!("{}{suffix}", self.id(prefix))
        };
        pattern.split('/').map(part).collect::<Vec<_>>().join("/")
    }

    /// What a call cannot do without, and what the pixel and the postback report.
    fn query(&self, operation: &Value) -> String {
        let parameters = operation["parameters"].as_array().unwrap();
        let needs =
            |name: &str| parameters.iter().any(|each| each["name"] == name && each["required"] == true);
        if needs("campaignId") {
            return format!("?campaignId={}", self.id("cmp_"));
        }
        if parameters.iter().any(|each| each["name"] == "clickId") {
            return format!("?clickId={}&orderId=9&amount=10.00", self.click);
        }
        String::new()
    }
}

/// The first content type of an operation's body, and its example.
fn example(operation: &Value) -> Option<(String, String)> {
    let (kind, content) = operation["requestBody"]["content"].as_object()?.iter().next()?;
    let example = &content["example"];
    assert!(!example.is_null(), "{}: no example", operation["operationId"]);
    let example = example.as_str().map_or_else(|| example.to_string(), str::to_owned);
    Some((kind.clone(), example))
}
