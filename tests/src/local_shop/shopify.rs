//! Shopify's Admin GraphQL API, as far as discount codes go (platforms.md 1.3).

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use serde_json::{Value, json};

use super::{Asked, Fault, Faults, Said, serve};

/// What each request takes out of the bucket.
const COST: f64 = 20.0;

/// A bucket of points.
#[derive(Debug, Clone, Copy)]
pub struct Bucket {
    /// When it is full, as it is at first.
    pub maximum: u32,
    /// Points that come back each second.
    pub per_second: u32,
}

/// A Shopify shop.
#[derive(Clone)]
pub struct ShopifyShop {
    /// Its address.
    pub url: String,
    inner: Arc<Inner>,
}

struct Inner {
    state: Mutex<State>,
    faults: Faults,
}

struct State {
    /// The access tokens that it takes now.
    taken: Vec<String>,
    /// How many tokens it gave for client credentials.
    tokens: u32,
    /// Once so many codes were made, only this token is taken.
    renewal: Option<(usize, String)>,
    scopes: Vec<String>,
    /// A create that it is slow with.
    late: Option<Value>,
    bucket: Option<(Bucket, f64, Instant)>,
    throttled: u64,
    next: u64,
    /// By upper-case text.
    codes: BTreeMap<String, Code>,
    /// Every text that a create was carried out for, in order.
    made: Vec<String>,
}

#[derive(Clone)]
struct Code {
    id: String,
    input: Value,
    is_on: bool,
}

impl ShopifyShop {
    /// A shop that takes the token `shpat_test`, with this bucket or without any limit.
    pub fn start(bucket: Option<Bucket>) -> Self {
        let state = State {
            taken: vec!["shpat_test".to_owned()],
            tokens: 0,
            renewal: None,
            scopes: vec!["write_discounts".to_owned(), "read_orders".to_owned()],
            late: None,
            bucket: bucket.map(|bucket| (bucket, f64::from(bucket.maximum), Instant::now())),
            throttled: 0,
            next: 1_000,
            codes: BTreeMap::new(),
            made: Vec::new(),
        };
        let inner = Arc::new(Inner { state: Mutex::new(state), faults: Faults::default() });
        let served = Arc::clone(&inner);
        Self { url: serve(move |asked| served.answer(asked)), inner }
    }

    /// The credentials under which it is connected.
    pub fn credentials(&self) -> Value {
        json!({"accessToken": "shpat_test", "apiUrl": self.url})
    }

    /// Lets something befall the create with this number, from 1.
    pub fn plan(&self, create: u64, fault: Fault) {
        self.inner.faults.plan(create, fault);
    }

    /// Takes only this token from now on.
    pub fn take_only(&self, token: &str) {
        self.state().taken = vec![token.to_owned()];
    }

    /// Takes only this token once so many codes were made.
    pub fn take_only_after(&self, made: usize, token: &str) {
        self.state().renewal = Some((made, token.to_owned()));
    }

    /// Ends every token that it gave.
    pub fn end_tokens(&self) {
        self.state().taken.clear();
    }

    /// Grants these scopes and no others.
    pub fn grant(&self, scopes: &[&str]) {
        self.state().scopes = scopes.iter().map(|&scope| scope.to_owned()).collect();
    }

    /// A code that somebody made in the shop itself.
    pub fn has_already(&self, text: &str, percentage: &str) {
        let input = json!({"code": text, "title": "the brand's own", "startsAt": "2024-01-01T00:00:00Z", "endsAt": null,
            "usageLimit": null, "appliesOncePerCustomer": false, "minimumRequirement": null,
            "customerGets": {"value": {"percentage": serde_json::from_str::<Value>(percentage).unwrap()}, "items": {"all": true}}});
        self.state().add(input);
    }

    /// Somebody changes a code's text in the shop.
    pub fn rename(&self, from: &str, to: &str) {
        let mut state = self.state();
        let mut code = state.codes.remove(from).unwrap();
        code.input["code"] = json!(to);
        state.codes.insert(to.to_owned(), code);
    }

    /// Somebody changes a member of a code in the shop.
    #[allow(clippy::needless_pass_by_value, reason = "tests write the value in place")]
    pub fn change(&self, text: &str, member: &str, value: Value) {
        self.state().codes.get_mut(text).unwrap().input[member] = value;
    }

    /// Somebody deletes a code in the shop.
    pub fn delete(&self, text: &str) {
        self.state().codes.remove(text).unwrap();
    }

    /// The texts of the codes that it has, in alphabetical order.
    pub fn texts(&self) -> Vec<String> {
        self.state().codes.keys().cloned().collect()
    }

    /// A code as it was asked for.
    pub fn code(&self, text: &str) -> Option<Value> {
        self.state().codes.get(text).map(|code| code.input.clone())
    }

    /// Whether a code can be used.
    pub fn is_on(&self, text: &str) -> bool {
        self.state().codes.get(text).is_some_and(|code| code.is_on)
    }

    /// Every text that was made, in order, also of codes that are gone.
    pub fn made(&self) -> Vec<String> {
        self.state().made.clone()
    }

    /// How often it was asked to make a code.
    pub fn creates(&self) -> u64 {
        self.inner.faults.creates()
    }

    /// How many requests it turned away because the bucket was empty.
    pub fn throttled(&self) -> u64 {
        self.state().throttled
    }

    /// How many access tokens it gave.
    pub fn tokens(&self) -> u32 {
        self.state().tokens
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.inner.state.lock().unwrap()
    }
}

impl Inner {
    fn answer(&self, asked: &Asked) -> Said {
        if asked.path() == "/admin/oauth/access_token" {
            return self.state.lock().unwrap().grant_token(&asked.json());
        }
        assert_eq!((asked.method.as_str(), asked.path()), ("POST", "/admin/api/2026-07/graphql.json"));
        let token = asked.header("x-shopify-access-token").unwrap_or_default();
        if !self.state.lock().unwrap().taken.iter().any(|taken| taken == token) {
            let words = "[API] Invalid API key or access token (unrecognized login or wrong password)";
            return Said::json(401, json!({"errors": words}));
        }
        let document = asked.json();
        let is_create = document["query"].as_str().unwrap().contains("discountCodeBasicCreate");
        let fault = if is_create { self.faults.next() } else { None };
        let said = Faults::befall(fault, || self.state.lock().unwrap().carry_out(&document));
        let mut state = self.state.lock().unwrap();
        if fault == Some(Fault::IsSlow) {
            state.late = Some(document);
        } else if let Some(late) = state.late.take_if(|_| is_create) {
            state.carry_out(&late);
        }
        said
    }
}

impl State {
    fn grant_token(&mut self, asked: &Value) -> Said {
        if asked["client_id"] != "the-app" || asked["client_secret"] != "the-apps-secret" {
            let words = "Oauth error invalid_client: the client secret is wrong";
            return Said::json(400, json!({"error": "invalid_client", "error_description": words}));
        }
        self.tokens += 1;
        let token = format!("shpat_granted_{}", self.tokens);
        self.taken.push(token.clone());
        Said::json(200, json!({"access_token": token, "scope": "write_discounts", "expires_in": 86_399}))
    }

    fn carry_out(&mut self, document: &Value) -> Said {
        let is_affordable = self.pay();
        let mut answer = if is_affordable {
            json!({"data": self.data(document)})
        } else {
            self.throttled += 1;
            json!({"errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}]})
        };
        if let Some((bucket, available, _)) = self.bucket {
            answer["extensions"] = json!({"cost": {
                "requestedQueryCost": 20, "actualQueryCost": is_affordable.then_some(20),
                "throttleStatus": {"maximumAvailable": bucket.maximum, "currentlyAvailable": whole(available),
                    "restoreRate": bucket.per_second}}});
        }
        Said::json(200, answer)
    }

    fn pay(&mut self) -> bool {
        let Some((bucket, available, at)) = &mut self.bucket else { return true };
        let now = Instant::now();
        let restored = now.duration_since(*at).as_secs_f64() * f64::from(bucket.per_second);
        *available = (*available + restored).min(f64::from(bucket.maximum));
        *at = now;
        let is_affordable = *available >= COST;
        if is_affordable {
            *available -= COST;
        }
        is_affordable
    }

    fn data(&mut self, document: &Value) -> Value {
        let query = document["query"].as_str().unwrap();
        let variables = &document["variables"];
        let asks = |name: &str| query.contains(name);
        if asks("currentAppInstallation") {
            let scopes: Vec<Value> = self.scopes.iter().map(|scope| json!({"handle": scope})).collect();
            json!({"currentAppInstallation": {"accessScopes": scopes}})
        } else if asks("codeDiscountNodeByCode") {
            let found = self.codes.get(&variables["code"].as_str().unwrap().to_uppercase());
            json!({"codeDiscountNodeByCode": found.map(Code::node)})
        } else if asks("codeDiscountNodes(") {
            let nodes: Vec<Value> = self.codes.values().map(Code::node).collect();
            json!({"codeDiscountNodes": {"nodes": nodes, "pageInfo": {"hasNextPage": false, "endCursor": null}}})
        } else if asks("discountCodeBasicCreate") {
            json!({"discountCodeBasicCreate": self.create(&variables["input"])})
        } else if asks("discountCodeBasicUpdate") {
            json!({"discountCodeBasicUpdate": self.update(&variables["id"], &variables["input"])})
        } else if asks("discountCodeDeactivate") {
            json!({"discountCodeDeactivate": self.switch(&variables["id"], false)})
        } else if asks("discountCodeActivate") {
            json!({"discountCodeActivate": self.switch(&variables["id"], true)})
        } else if asks("codeDiscountNode(") {
            json!({"codeDiscountNode": self.text_of(&variables["id"]).map(|text| self.codes[&text].node())})
        } else {
            panic!("Shopify knows no such query: {query}")
        }
    }

    fn create(&mut self, input: &Value) -> Value {
        let text = input["code"].as_str().unwrap().to_uppercase();
        if self.codes.contains_key(&text) {
            return user_error("TAKEN", "Code must be unique. Please try a different code.");
        }
        self.made.push(text);
        if let Some((_, token)) = self.renewal.take_if(|(after, _)| self.made.len() >= *after) {
            self.taken = vec![token];
        }
        made(&self.add(input.clone()))
    }

    fn add(&mut self, input: Value) -> String {
        self.next += 1;
        let id = format!("gid://shopify/DiscountCodeNode/{}", self.next);
        let text = input["code"].as_str().unwrap().to_uppercase();
        self.codes.insert(text, Code { id: id.clone(), input, is_on: true });
        id
    }

    fn update(&mut self, id: &Value, input: &Value) -> Value {
        let Some(old) = self.text_of(id) else { return user_error("INVALID", "Discount does not exist.") };
        let text = input["code"].as_str().unwrap().to_uppercase();
        if text != old && self.codes.contains_key(&text) {
            return user_error("TAKEN", "Code must be unique. Please try a different code.");
        }
        let mut code = self.codes.remove(&old).unwrap();
        code.input = input.clone();
        self.codes.insert(text, code);
        made(id.as_str().unwrap())
    }

    fn switch(&mut self, id: &Value, is_on: bool) -> Value {
        let Some(text) = self.text_of(id) else { return user_error("INVALID", "Discount does not exist.") };
        let code = self.codes.get_mut(&text).unwrap();
        code.is_on = is_on;
        if is_on {
            // What is activated is so from now on, without an end.
            code.input["startsAt"] = json!("2026-01-01T00:00:00Z");
            code.input["endsAt"] = Value::Null;
        }
        made(id.as_str().unwrap())
    }

    fn text_of(&self, id: &Value) -> Option<String> {
        self.codes.iter().find(|(_, code)| *id == code.id).map(|(text, _)| text.clone())
    }
}

/// Points as Shopify writes them.
fn whole(points: f64) -> i64 {
    format!("{:.0}", points.floor()).parse().unwrap()
}

fn made(id: &str) -> Value {
    json!({"codeDiscountNode": {"id": id}, "userErrors": []})
}

fn user_error(code: &str, message: &str) -> Value {
    json!({"codeDiscountNode": null, "userErrors": [{"field": ["basicCodeDiscount", "code"], "code": code, "message": message}]})
}

impl Code {
    fn node(&self) -> Value {
        let input = &self.input;
        let value = &input["customerGets"]["value"];
        let value = match &value["discountAmount"] {
            Value::Null => value.clone(),
            amount => {
                json!({"amount": {"amount": amount["amount"], "currencyCode": "EUR"}, "appliesOnEachItem": false})
            }
        };
        let least = &input["minimumRequirement"];
        let minimum = if let Some(subtotal) = least["subtotal"]["greaterThanOrEqualToSubtotal"].as_str() {
            json!({"greaterThanOrEqualToSubtotal": {"amount": subtotal, "currencyCode": "EUR"}})
        } else if let Some(quantity) = least["quantity"]["greaterThanOrEqualToQuantity"].as_str() {
            json!({"greaterThanOrEqualToQuantity": quantity})
        } else {
            Value::Null
        };
        json!({"id": self.id, "codeDiscount": {"__typename": "DiscountCodeBasic",
            "status": if self.is_on { "ACTIVE" } else { "EXPIRED" },
            "startsAt": input["startsAt"], "endsAt": input["endsAt"], "usageLimit": input["usageLimit"],
            "appliesOncePerCustomer": input["appliesOncePerCustomer"],
            "codes": {"nodes": [{"id": "gid://shopify/DiscountRedeemCode/1", "code": input["code"]}]},
            "minimumRequirement": minimum, "customerGets": {"value": value, "items": {"allItems": true}}}})
    }
}
