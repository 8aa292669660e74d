//! `/payouts`: batches of payments to creators, and the files that carry them out (R54). We move no money.

mod accounts;
mod create;
mod file;
mod get;
mod list;
mod mark;

pub(crate) use accounts::{get_creators, get_payer, put_creators, put_payer};
pub(crate) use create::{Sent, create};
pub(crate) use file::file;
pub(crate) use get::get;
pub(crate) use list::list;
pub(crate) use mark::{Failed, Paid, failed, paid};

use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};
use tributary_domain::ids::{CreatorId, PayoutId};
use tributary_domain::payout::Status;
use tributary_domain::{Currency, Money};
use tributary_storage::payouts::{self, Line, Payout};
use tributary_web::Problem;
use tributary_web::rest::Call;

/// Lines of one call, and of one file.
const MOST_LINES: usize = 5_000;

async fn find(call: &Call) -> Result<Payout, Problem> {
    let id = call.id("id", "payout", PayoutId::parse)?;
    payouts::by_id(&call.context.sql, &id).await?.ok_or_else(|| Problem::not_found("payout"))
}

/// Creators where they are named. `null` names nobody, and must not stand for all.
fn named<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<CreatorId>>, D::Error> {
    Vec::deserialize(deserializer).map(Some)
}

fn to_wire(payout: &Payout) -> Value {
    let currency = payout.minimum.currency;
    json!({
        "id": payout.id,
        "currency": currency,
        "minimum": payout.minimum,
        "status": status(&payout.lines),
        "total": total(&payout.lines, currency),
        "createdAt": payout.created_at,
        "lines": payout.lines.iter().map(line_to_wire).collect::<Vec<_>>(),
    })
}

fn line_to_wire(line: &Line) -> Value {
    json!({
        "creatorId": line.creator,
        "creatorName": line.name,
        "amount": line.amount,
        "status": line.status,
        "reference": line.reference,
        "reason": line.reason,
        "updatedAt": line.updated_at,
    })
}

/// `pending` while any payment is; else `paid` unless all of them failed.
fn status(lines: &[Line]) -> Status {
    let any = |status| lines.iter().any(|line| line.status == status);
    match (any(Status::Pending), any(Status::Paid) || lines.is_empty()) {
        (true, _) => Status::Pending,
        (false, true) => Status::Paid,
        (false, false) => Status::Failed,
    }
}

fn total(lines: &[Line], currency: Currency) -> Money {
    let sum = lines.iter().fold(0_i64, |sum, line| sum.saturating_add(line.amount.amount));
    Money::new(sum, currency)
}
