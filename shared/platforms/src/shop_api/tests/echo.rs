//! Shops that give back what they were told to keep.

use serde_json::{Map, Value, json};
use tributary_domain::Timestamp;
use tributary_domain::capability::Platform;

use super::super::testing::{Wanted, json as body, response, run, shop, shown};
use super::super::{Done, Facts, Request, Response, RuleId, Sharing, State, Task};

/// What the shop has once a code was made: what its answers tell, and how it was switched.
pub(super) fn kept(platform: Platform, wanted: &Wanted) -> (Facts, State) {
    let shop = shop(platform);
    let mut facts = Facts::new();
    if shop.sharing() == Sharing::SharedRule {
        let request = sent(&shop, Task::MakeRule(&wanted.terms));
        let answer = rule(platform, &request);
        let (_, done) = run(&shop, Task::ReadRule(&RuleId::new("7")), [answer]);
        let Ok(Done::Rule(_, told)) = done else { panic!("{done:?}") };
        facts.extend(told);
    }
    let request = sent(&shop, Task::Make(wanted.wish()));
    let answers = code(platform, &request);
    let (_, done) = run(&shop, Task::Find(wanted.text()), answers);
    let Ok(Done::Found(seen)) = done else { panic!("{done:?}") };
    facts.extend(seen.facts);
    (facts, seen.state)
}

fn sent(shop: &super::super::Shop, task: Task<'_>) -> Request {
    super::super::Call::start(shop, task).unwrap().1
}

fn rule(platform: Platform, request: &Request) -> Response {
    let answer = match platform {
        Platform::Bigcommerce => json!({"data": with(body(request), "id", json!(7))}),
        Platform::AdobeCommerce => with(body(request)["rule"].clone(), "rule_id", json!(7)),
        Platform::Stripe => {
            let fields = form(request);
            let products: Vec<&String> = fields
                .iter()
                .filter(|(name, _)| name.starts_with("applies_to[products]"))
                .map(|(_, value)| value)
                .collect();
            json!({
                "id": field(&fields, "id"), "object": "coupon",
                "percent_off": field(&fields, "percent_off"),
                "amount_off": number(&fields, "amount_off"),
                "currency": field(&fields, "currency"),
                "applies_to": {"products": products},
            })
        }
        _ => panic!("{platform} has no rules"),
    };
    response(200, answer.to_string())
}

fn code(platform: Platform, request: &Request) -> Vec<Response> {
    let answers = match platform {
        Platform::Shopify => {
            vec![json!({"data": {"codeDiscountNodeByCode": node(&body(request)["variables"]["input"])}})]
        }
        Platform::Woocommerce => vec![json!([with(body(request), "id", json!(9))])],
        Platform::Bigcommerce => {
            vec![json!({"data": [with(body(request), "id", json!(9))]}), json!({"data": []})]
        }
        Platform::AdobeCommerce => {
            let coupon = with(body(request)["coupon"].clone(), "coupon_id", json!(9));
            vec![json!({"items": [coupon], "total_count": 1})]
        }
        Platform::Stripe => vec![json!({"data": [promotion_code(&form(request))], "has_more": false})],
        Platform::Amazon | Platform::Custom => panic!("{platform} has no codes"),
    };
    answers.into_iter().map(|answer| response(200, answer.to_string())).collect()
}

fn with(mut object: Value, name: &str, value: Value) -> Value {
    object[name] = value;
    object
}

/// `DiscountCodeBasicInput` as the node that Shopify makes of it.
fn node(input: &Value) -> Value {
    let gets = &input["customerGets"];
    let value = match gets["value"].get("percentage") {
        Some(percentage) => json!({"percentage": percentage}),
        None => {
            json!({"amount": {"amount": gets["value"]["discountAmount"]["amount"], "currencyCode": "EUR"},
            "appliesOnEachItem": gets["value"]["discountAmount"]["appliesOnEachItem"]})
        }
    };
    let nodes = |ids: &Value| -> Value {
        let ids = ids.as_array().unwrap().iter().map(|id| json!({"id": id})).collect::<Vec<_>>();
        json!({"nodes": ids, "pageInfo": {"hasNextPage": false}})
    };
    let items = match (gets["items"].get("products"), gets["items"].get("collections")) {
        (Some(products), _) => json!({"products": nodes(&products["productsToAdd"])}),
        (_, Some(collections)) => json!({"collections": nodes(&collections["add"])}),
        _ => json!({"allItems": true}),
    };
    let minimum = &input["minimumRequirement"];
    let minimum = match (minimum.get("subtotal"), minimum.get("quantity")) {
        (Some(least), _) => json!({"greaterThanOrEqualToSubtotal":
            {"amount": least["greaterThanOrEqualToSubtotal"], "currencyCode": "EUR"}}),
        (_, Some(least)) => least.clone(),
        _ => Value::Null,
    };
    json!({"id": "gid://shopify/DiscountCodeNode/1", "codeDiscount": {
        "__typename": "DiscountCodeBasic", "status": "ACTIVE",
        "startsAt": input["startsAt"], "endsAt": input["endsAt"], "usageLimit": input["usageLimit"],
        "appliesOncePerCustomer": input["appliesOncePerCustomer"],
        "codes": {"nodes": [{"id": "gid://shopify/DiscountRedeemCode/1", "code": input["code"]}]},
        "minimumRequirement": minimum, "customerGets": {"value": value, "items": items},
    }})
}

fn promotion_code(fields: &Fields) -> Value {
    json!({
        "id": "promo_1", "code": field(fields, "code"), "active": field(fields, "active").as_deref() == Some("true"),
        "max_redemptions": number(fields, "max_redemptions"),
        "expires_at": number(fields, "expires_at"),
        "promotion": {"type": "coupon", "coupon": field(fields, "promotion[coupon]")},
        "restrictions": {
            "first_time_transaction": false,
            "minimum_amount": number(fields, "restrictions[minimum_amount]"),
            "minimum_amount_currency": field(fields, "restrictions[minimum_amount_currency]"),
        },
    })
}

type Fields = Vec<(String, String)>;

/// A form's fields, decoded.
pub(super) fn form(request: &Request) -> Fields {
    let text = shown(request).2;
    let decode = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8().unwrap().into_owned();
    text.split('&')
        .map(|pair| pair.split_once('=').unwrap())
        .map(|(name, value)| (decode(name), decode(value)))
        .collect()
}

fn field(fields: &Fields, name: &str) -> Option<String> {
    fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
}

fn number(fields: &Fields, name: &str) -> Option<u64> {
    field(fields, name).map(|value| value.parse().unwrap())
}

/// A plan with these limits and that discount, as JSON.
pub(super) fn plan(discount: Option<&Value>, limits: &Map<String, Value>) -> Value {
    json!({"name": "Spring", "discount": discount, "limits": limits})
}

/// A moment as JSON writes it.
pub(super) fn written(seconds: i64) -> Value {
    json!(Timestamp::from_seconds(seconds).to_string())
}
