use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Value, json};
use tributary_domain::ids::{CreatorId, PayoutId};
use tributary_domain::payout::is_paid;
use tributary_domain::{Currency, FieldErrors, Money};
use tributary_storage::payouts::{self, Payout};
use tributary_web::Problem;
use tributary_web::rest::{Call, Change, Outcome};

use super::{MOST_LINES, named, to_wire, total};

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = NewPayout)]
pub(crate) struct Sent {
    currency: Currency,
    /// Everybody who is due something, where it is absent.
    #[serde(default, deserialize_with = "named")]
    #[schema(nullable = false)]
    creator_ids: Option<Vec<CreatorId>>,
    minimum: Option<Minimum>,
}

/// As money, or as minor units of the payout's currency.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(
    untagged,
    expecting = "must be money such as {\"amount\": 2500, \"currency\": \"EUR\"}, or a whole number of minor units"
)]
#[schema(as = PayoutMinimum)]
pub(crate) enum Minimum {
    Money(Money),
    Units(i64),
}

/// Makes a batch of what creators are due. Whoever is due less than the minimum waits for the next one; where that is
/// everybody, none is made.
pub(crate) async fn create(call: &Call) -> Result<Outcome, Problem> {
    let sent: Sent = call.request.json()?;
    let minimum = check(call, &sent).await?;
    let (sql, now) = (&call.context.sql, call.context.now());
    call.context.settle().await?;
    let creators: Option<BTreeSet<CreatorId>> = sent.creator_ids.map(|ids| ids.into_iter().collect());
    let creators: Option<Vec<CreatorId>> = creators.map(|ids| ids.into_iter().collect());
    let mut lines = payouts::due(sql, minimum.currency, creators.as_deref(), now).await?;
    lines.retain(|line| is_paid(line.amount.amount, minimum.amount));
    lines.truncate(MOST_LINES);
    if lines.is_empty() {
        return Ok(Outcome::json(&nothing(minimum)));
    }
    let payout = Payout {
        id: PayoutId::new(now, call.context.id_random()),
        minimum,
        version: 1,
        created_at: now,
        lines,
    };
    let body = to_wire(&payout);
    // Whoever is paid by another batch meanwhile is in that one: the balances are read again.
    let change = Change::new("payout.create", payout.id.as_str(), body.clone())
        .status(201)
        .with_all(payouts::make(&payout, &call.actor.name))
        .audited(None, Some(body))
        .run_again_when_stale();
    Ok(change.into())
}

/// No batch.
fn nothing(minimum: Money) -> Value {
    let currency = minimum.currency;
    json!({"id": null, "currency": currency, "minimum": minimum, "total": total(&[], currency), "lines": []})
}

async fn check(call: &Call, sent: &Sent) -> Result<Money, Problem> {
    let mut errors = FieldErrors::default();
    let minimum = match &sent.minimum {
        None => Money::new(0, sent.currency),
        Some(Minimum::Units(units)) => Money::new(*units, sent.currency),
        Some(Minimum::Money(money)) => *money,
    };
    if minimum.currency != sent.currency {
        errors.add("minimum.currency", "currency_mismatch", "must be the payout's currency");
    }
    if minimum.amount < 0 {
        errors.add("minimum", "out_of_range", "must not be below zero, in minor units");
    }
    if let Some(ids) = &sent.creator_ids {
        if ids.is_empty() || ids.len() > MOST_LINES {
            let detail = format!("name 1 to {MOST_LINES}, or leave it out for all");
            errors.add("creatorIds", "out_of_range", detail);
        } else {
            let known = payouts::known(&call.context.sql, ids).await?;
            for (index, id) in ids.iter().enumerate().filter(|(_, id)| !known.contains(id)) {
                errors.add(format!("creatorIds[{index}]"), "unknown", format!("there is no creator {id}"));
            }
        }
    }
    errors.into_result()?;
    Ok(minimum)
}
