//! A `BigCommerce` shop: its webhooks name orders, and its API tells of them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use ureq::Agent;

use crate::brand::{agent, with_body};
use crate::server::{Asked, Server, Told};
use crate::{Brand, Reply, Shop, unique};

/// A shop with an API.
#[derive(Clone)]
pub struct Bigcommerce {
    /// Its API.
    pub server: Server,
    /// The secret of its app.
    pub secret: String,
    state: Arc<Mutex<State>>,
    agent: Agent,
}

#[derive(Default)]
struct State {
    orders: BTreeMap<u64, Order>,
    out_of_order: Option<u16>,
}

/// An order with what stands beside it.
#[derive(Clone)]
struct Order {
    body: Value,
    coupons: Value,
    products: Value,
    refunds: Value,
}

const HASH: &str = "abcde";
const TOKEN: &str = "the-token-of-the-api-account";

impl Bigcommerce {
    /// Opens a shop without orders.
    pub fn open() -> Self {
        let state: Arc<Mutex<State>> = Arc::default();
        let seen = Arc::clone(&state);
        let server = Server::start(move |asked| tell(&seen.lock().unwrap(), asked));
        Self { server, secret: unique("client-secret-"), state, agent: agent() }
    }

    /// Connects it to the app, with credentials.
    pub fn connect(&self, brand: &Brand) -> Shop {
        self.connect_with(brand, self.credentials())
    }

    /// Connects it with these credentials.
    #[allow(clippy::needless_pass_by_value, reason = "tests write the value in place")]
    pub fn connect_with(&self, brand: &Brand, credentials: Value) -> Shop {
        let mut store = json!({"name": unique("Big "), "platform": "bigcommerce", "url": "https://big.example",
            "currency": "EUR", "webhookSecrets": [self.secret]});
        if !credentials.is_null() {
            store["credentials"] = credentials;
        }
        let store = brand.post("/stores", store).expect(201).json();
        Shop::new(brand.base(), store["id"].as_str().unwrap(), &self.secret)
    }

    /// Somebody who does not know the shop's secret.
    #[must_use]
    pub fn forger(&self) -> Self {
        Self { secret: unique("another-"), ..self.clone() }
    }

    /// The credentials of its API.
    pub fn credentials(&self) -> Value {
        json!({"storeHash": HASH, "accessToken": TOKEN, "apiUrl": self.server.url})
    }

    /// Somebody buys for 100.00 net and 129.90 in all, with these coupons.
    pub fn sell(&self, id: u64, codes: &[&str]) {
        let body = json!({
            "id": id, "status_id": 11, "status": "Awaiting Fulfillment", "customer_id": 0,
            "date_created": "Wed, 20 Nov 2024 10:00:00 +0000",
            "date_modified": "Wed, 20 Nov 2024 10:00:00 +0000",
            "subtotal_ex_tax": "120.0000", "total_inc_tax": "129.9000", "discount_amount": "8.0000",
            "coupon_discount": "12.0000", "refunded_amount": "0.0000", "currency_code": "EUR",
            "payment_method": "Credit Card", "billing_address": {"email": format!("jane.{id}@example.com")},
            "cart_id": format!("cart-{id}"), "is_deleted": false,
        });
        let coupons =
            codes.iter().map(|code| json!({"id": 1, "order_id": id, "code": code, "type": 1})).collect();
        let products = json!([
            {"id": 10, "total_ex_tax": "90.0000", "quantity": 3, "applied_discounts": []},
            {"id": 11, "total_ex_tax": "30.0000", "quantity": 1, "applied_discounts": []},
        ]);
        let order = Order { body, coupons, products, refunds: json!([]) };
        self.state.lock().unwrap().orders.insert(id, order);
    }

    /// Changes an order, that many seconds after it was placed.
    #[allow(clippy::needless_pass_by_value, reason = "tests write the value in place")]
    pub fn change(&self, id: u64, second: u32, changes: Value) {
        let mut state = self.state.lock().unwrap();
        let body = &mut state.orders.get_mut(&id).unwrap().body;
        body["date_modified"] = json!(format!("Wed, 20 Nov 2024 10:00:{second:02} +0000"));
        body.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    }

    /// Gives one piece of the line of three back.
    pub fn refund(&self, id: u64, refund: u64) {
        let mut state = self.state.lock().unwrap();
        let refunds = state.orders.get_mut(&id).unwrap().refunds.as_array_mut().unwrap();
        refunds.push(json!({"id": refund, "order_id": id, "created": "2024-11-21T10:00:00+00:00",
            "total_amount": "36.00", "total_tax": "6.00", "uses_merchant_override_values": false,
            "items": [{"item_type": "PRODUCT", "item_id": 10, "quantity": 1, "requested_amount": null}],
            "payments": [{"id": 1, "amount": "36.00", "is_declined": false}]}));
    }

    /// Answers every call with this status until it is told otherwise.
    pub fn fail(&self, status: Option<u16>) {
        self.state.lock().unwrap().out_of_order = status;
    }

    /// Throws an order away.
    pub fn forget(&self, id: u64) {
        self.state.lock().unwrap().orders.remove(&id);
    }

    /// The body of a webhook.
    pub fn notice(scope: &str, order: u64) -> Value {
        json!({"scope": scope, "store_id": "1025646", "data": {"type": "order", "id": order},
            "hash": unique("hash"), "created_at": 1_561_479_335, "producer": format!("stores/{HASH}")})
    }

    /// The headers of a signature of this moment.
    pub fn signed(&self, body: &[u8]) -> Vec<(&'static str, String)> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        self.signed_at(body, now)
    }

    /// The headers of a signature of some moment, in seconds since 1970.
    pub fn signed_at(&self, body: &[u8], seconds: u64) -> Vec<(&'static str, String)> {
        let id = unique("msg_");
        let mac = Hmac::<Sha256>::new_from_slice(self.secret.as_bytes()).unwrap();
        let mac = mac.chain_update(format!("{id}.{seconds}.")).chain_update(body);
        let signature = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
        vec![("webhook-id", id), ("webhook-timestamp", seconds.to_string()), ("webhook-signature", signature)]
    }

    /// Sends a signed webhook to a store.
    pub fn deliver(&self, store: &Shop, body: &Value) -> Reply {
        let bytes = body.to_string().into_bytes();
        self.deliver_with(store, &self.signed(&bytes), &bytes)
    }

    /// Sends a webhook with any headers.
    pub fn deliver_with(&self, store: &Shop, headers: &[(&'static str, String)], body: &[u8]) -> Reply {
        let uri = format!("{}/webhooks/bigcommerce/{}", store.base(), store.id);
        let mut request =
            ureq::http::Request::builder().method("POST").uri(uri).header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        Reply::of(self.agent.run(with_body(request, body)))
    }

    /// Tells a store that something of an order changed.
    pub fn tell(&self, store: &Shop, order: u64) -> Reply {
        self.deliver(store, &Self::notice("store/order/updated", order))
    }
}

fn tell(state: &State, asked: &Asked) -> Told {
    if let Some(status) = state.out_of_order {
        return Told(status, "{}".to_owned());
    }
    if asked.header("x-auth-token") != Some(TOKEN) {
        return Told(401, json!({"title": "Unauthorized"}).to_string());
    }
    let path = asked.path().strip_prefix(&format!("/stores/{HASH}")).unwrap_or_default();
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    let order = |id: &str| id.parse().ok().and_then(|id: u64| state.orders.get(&id)).cloned();
    match parts.as_slice() {
        ["v2", "orders"] => list(state, asked),
        ["v2", "orders", id] => found(order(id).map(|order| order.body)),
        ["v2", "orders", id, "coupons"] => match order(id).map(|order| order.coupons) {
            Some(Value::Array(coupons)) if coupons.is_empty() => Told(204, String::new()),
            coupons => found(coupons),
        },
        ["v2", "orders", id, "products"] => found(order(id).map(|order| order.products)),
        ["v3", "orders", id, "payment_actions", "refunds"] => {
            found(order(id).map(|order| json!({"data": order.refunds, "meta": {}})))
        }
        _ => found(None),
    }
}

/// Orders from an id on.
fn list(state: &State, asked: &Asked) -> Told {
    let number = |name| asked.query(name).and_then(|text| text.parse::<u64>().ok());
    let limit = number("limit").and_then(|limit| usize::try_from(limit).ok()).unwrap_or(50);
    let from = number("min_id").unwrap_or(0);
    let bodies: Vec<Value> =
        state.orders.range(from..).take(limit).map(|(_, order)| order.body.clone()).collect();
    if bodies.is_empty() { Told(204, String::new()) } else { Told(200, Value::Array(bodies).to_string()) }
}

fn found(body: Option<Value>) -> Told {
    match body {
        Some(body) => Told(200, body.to_string()),
        None => Told(
            404,
            json!([{"status": 404, "message": "The requested resource was not found."}]).to_string(),
        ),
    }
}
