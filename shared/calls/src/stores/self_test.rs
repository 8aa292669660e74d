use serde_json::{Value, json};
use tributary_domain::capability::Platform;
use tributary_storage::deliveries::Outcome;
use tributary_storage::store_checks::{self, OnAmazon, Orders, Seen};
use tributary_storage::stores::Store;
use tributary_web::Problem;
use tributary_web::rest::{Call, Outcome as Answer};

use super::find;

/// How far a step is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Status {
    Done,
    Missing,
    /// It may stay as it is.
    Optional,
}

impl Status {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Missing => "missing",
            Self::Optional => "optional",
        }
    }
}

/// One step of connecting a shop.
struct Step {
    name: &'static str,
    status: Status,
    /// What was seen.
    detail: String,
    /// What to do, where something is to be done.
    todo: Option<&'static str>,
}

impl Step {
    fn new(name: &'static str, is_done: bool, otherwise: Status, detail: String, todo: &'static str) -> Self {
        let status = if is_done { Status::Done } else { otherwise };
        Self { name, status, detail, todo: (!is_done).then_some(todo) }
    }

    fn to_wire(&self) -> Value {
        json!({"name": self.name, "status": self.status.as_str(), "detail": self.detail, "todo": self.todo})
    }
}

/// Which step of connecting a store is missing. It changes nothing.
pub(crate) async fn self_test(call: &Call) -> Result<Answer, Problem> {
    let store = find(call).await?;
    let steps = if store.platform == Platform::Amazon {
        let known = store_checks::on_amazon(&call.context.sql, &store.id).await?;
        vec![credentials(&store), tag(known), figures(known)]
    } else {
        of_orders(call, &store).await?
    };
    let is_ready = steps.iter().all(|step| step.status != Status::Missing);
    let steps: Vec<Value> = steps.iter().map(Step::to_wire).collect();
    Ok(Answer::json(
        &json!({"storeId": store.id, "platform": store.platform, "ready": is_ready, "steps": steps}),
    ))
}

async fn of_orders(call: &Call, store: &Store) -> Result<Vec<Step>, Problem> {
    let sql = &call.context.sql;
    let deliveries = store_checks::deliveries(sql, &store.id).await?;
    let orders = store_checks::orders(sql, &store.id).await?;
    Ok(vec![
        secret(store),
        delivery(store, &deliveries),
        order(orders),
        mark(orders),
        credit(orders),
        credentials(store),
    ])
}

/// Amazon measures no link without it.
fn tag(known: OnAmazon) -> Step {
    let detail = if known.is_tagged {
        "links carry what Amazon gave out"
    } else {
        "nothing is known that Amazon gave out, so it measures no link of this store"
    };
    let todo = "POST /stores/{id}/aggregates/tags with the publisher, or put the maas= of a tag into the plan's clickThroughUrl";
    Step::new("attributionTag", known.is_tagged, Status::Missing, detail.to_owned(), todo)
}

fn figures(known: OnAmazon) -> Step {
    let detail = match known.latest {
        Some(day) => format!("the newest figures are of {day}"),
        None => "no figures have come".to_owned(),
    };
    let todo =
        "POST /stores/{id}/aggregates/fetch every day, or send the report's file to /stores/{id}/aggregates";
    Step::new("figures", known.latest.is_some(), Status::Missing, detail, todo)
}

fn secret(store: &Store) -> Step {
    let is_done = store.webhook_secrets.is_some();
    let detail = if is_done { "a secret is set" } else { "no secret is set, so every webhook is refused" };
    let todo = "PATCH the store with the secret that signs its webhooks in webhookSecrets";
    Step::new("webhookSecret", is_done, Status::Missing, detail.to_owned(), todo)
}

/// Shops of no known platform may do with pixel and postback.
fn delivery(store: &Store, deliveries: &[Seen]) -> Step {
    let otherwise = if store.platform == Platform::Custom { Status::Optional } else { Status::Missing };
    let is_done = deliveries.first().is_some_and(|latest| latest.outcome == Outcome::Done);
    let (detail, todo) = match deliveries.first() {
        None => (
            "no webhook has come".to_owned(),
            "make the webhooks in the shop, with the store's webhookUrl as address",
        ),
        Some(latest) => {
            let reason = latest.reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
            let detail = format!(
                "the latest, {} at {}, was {}{reason}",
                latest.topic,
                latest.at,
                latest.outcome.as_str()
            );
            (detail, what_to_do(latest.outcome))
        }
    };
    Step::new("webhookDelivery", is_done, otherwise, detail, todo)
}

const fn what_to_do(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Done => "",
        Outcome::Refused => "compare the shop's secret with webhookSecrets; then let the shop send again",
        Outcome::Unreadable => "mend what the reason says, then POST /deliveries/{id}/retry",
    }
}

fn order(orders: Orders) -> Step {
    let detail = match orders.orders {
        0 => "no order is known".to_owned(),
        1000.. => "a thousand orders and more are known".to_owned(),
        count => format!("{count} orders are known"),
    };
    Step::new(
        "order",
        orders.orders > 0,
        Status::Missing,
        detail,
        "buy something in the shop, or let it send an order",
    )
}

/// One of the two is enough: a brand may work with codes alone, or with links alone.
fn mark(orders: Orders) -> Step {
    let detail = match (orders.has_click, orders.has_code) {
        (true, true) => "orders carry click ids, and codes",
        (true, false) => "orders carry click ids",
        (false, true) => "orders carry codes, and no click id yet",
        (false, false) => "no order carries a click id or a code yet",
    };
    let todo = "click a creator's link and buy, or buy with a code; docs/INTEGRATIONS.md says how click ids get into orders";
    let is_done = orders.has_click || orders.has_code;
    Step::new("clickIdOrCode", is_done, Status::Missing, detail.to_owned(), todo)
}

fn credit(orders: Orders) -> Step {
    let detail = if orders.is_credited { "an order is credited" } else { "no order is credited yet" };
    let todo = "GET /orders/{id}/attribution of an order that should be says why it is not";
    Step::new("credit", orders.is_credited, Status::Optional, detail.to_owned(), todo)
}

/// `BigCommerce` says nothing but ids, so its orders must be read.
fn credentials(store: &Store) -> Step {
    let is_done = store.credentials.is_some();
    let otherwise = if store.platform == Platform::Bigcommerce { Status::Missing } else { Status::Optional };
    let detail =
        if is_done { "the shop can be read and codes made in it" } else { "the shop cannot be read" };
    let todo = "PATCH the store with its API's credentials";
    Step::new("credentials", is_done, otherwise, detail.to_owned(), todo)
}
