use tributary_domain::ids::DeliveryId;
use tributary_platforms::Delivery;
use tributary_storage::deliveries::{self, Outcome as DeliveryOutcome};
use tributary_web::Problem;
use tributary_web::rest::{Call, Change, Outcome};

use super::to_wire;
use crate::platforms::{self, Label};
use crate::shop;
use crate::take::Taken;
use crate::webhook;

/// Reads a kept delivery again, as it came, but for its headers: its signature was checked then.
pub(crate) async fn retry(call: &Call) -> Result<Outcome, Problem> {
    let id = call.id("id", "delivery", DeliveryId::parse)?;
    deliveries::forget_bodies(&call.context.sql, call.context.now()).await?;
    let mut kept =
        deliveries::by_id(&call.context.sql, &id).await?.ok_or_else(|| Problem::not_found("delivery"))?;
    let body = kept.body.take().ok_or_else(|| {
        Problem::conflict(
            "nothing_to_retry",
            "its body is not kept: it was read, refused, or is older than 30 days",
        )
    })?;
    let shop = shop::of(&call.context, &kept.store).await?;
    let delivery = Delivery::new(std::iter::empty(), &body);
    let label = Label { topic: kept.topic.clone(), delivery_id: kept.external_id.clone() };
    match platforms::take(&call.context, &shop, &label, &delivery).await? {
        Taken::Unreadable { reason } => {
            Err(Problem::new(422, "still_unreadable", format!("it still cannot be read: {reason}")))
        }
        Taken::Later { reason } => Err(webhook::later(reason)),
        Taken::Done { reason } => {
            kept.outcome = DeliveryOutcome::Done;
            kept.reason.clone_from(&reason);
            let change = Change::new("delivery.retry", id.as_str(), to_wire(&kept))
                .with(deliveries::settle(&id, reason.as_deref()));
            Ok(change.into())
        }
    }
}
