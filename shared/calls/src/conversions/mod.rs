//! `/conversions`: the credit of orders and leads, and a person's Reject, Approve and Undo (R52, R60).

mod approve;
mod bulk;
mod filter;
mod get;
mod judge;
mod list;
mod reject;
mod undo;

pub(crate) use approve::approve;
pub(crate) use bulk::{Sent, bulk};
pub(crate) use filter::{read as read_filter, read_without_ids};
pub(crate) use get::get;
pub(crate) use judge::Act;
pub(crate) use list::list;
pub(crate) use reject::reject;
pub(crate) use undo::undo;

use serde_json::{Value, json};
use tributary_storage::conversions::Conversion;

/// A conversion on the wire; exports of NDJSON have the same rows.
pub(crate) fn to_wire(conversion: &Conversion) -> Value {
    json!({
        "id": conversion.id,
        "orderId": conversion.order,
        "orderNumber": conversion.order_number,
        "creatorId": conversion.creator,
        "creatorName": conversion.creator_name,
        "campaignId": conversion.campaign,
        "campaignName": conversion.campaign_name,
        "planId": conversion.plan,
        "enrollmentId": conversion.enrollment,
        "source": conversion.source,
        "event": conversion.event,
        "codeText": conversion.code_text,
        "status": conversion.status,
        "value": conversion.value,
        "commission": conversion.commission,
        "approval": conversion.approval,
        "verdict": conversion.verdict,
        "reasons": conversion.reasons,
        "test": conversion.test,
        "placedAt": conversion.placed_at,
    })
}
