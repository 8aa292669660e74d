use serde_json::{Value, json};
use tributary_domain::Currency;
use tributary_domain::ids::CampaignId;
use tributary_storage::aggregates;
use tributary_storage::conversions::{self, Filter, Position};
use tributary_storage::reports::{self, Member};
use tributary_web::rest::{self, Call, Outcome, Page};
use tributary_web::{Problem, Range, aggregate};

use super::{to_wire, with_rates};
use crate::conversions as rows;

/// A campaign's table. The range holds for all of it; the other filters of conversions hold for its rows.
pub(crate) async fn performance(call: &Call) -> Result<Outcome, Problem> {
    let (sql, now) = (&call.context.sql, call.context.now());
    let id = call.id("id", "campaign", CampaignId::parse)?;
    let filter = Filter { campaign: Some(id.clone()), ..rows::read_without_ids(&call.request)? };
    let days = Range { from: filter.from, before: filter.before }.days(now);
    let page = Page::of(&call.request)?;
    let after = page.after_as(Position::parse)?;
    let heading = reports::heading(sql, &id).await?.ok_or_else(|| Problem::not_found("campaign"))?;
    call.context.settle().await?;
    let brought = reports::campaign(sql, &id, days, heading.currency).await?;
    let found = conversions::list(sql, &filter, after.as_ref(), page.rows_to_read()).await?;
    let mut body = rest::list_as(&page, &found, |row| row.position().to_key(), rows::to_wire);
    if let Some(members) = body.as_object_mut() {
        let by_creator: Vec<Value> =
            brought.members.iter().map(|member| member_to_wire(member, heading.currency)).collect();
        members.insert("summary".to_owned(), to_wire(&brought.report, days));
        members.insert("byCreator".to_owned(), json!(by_creator));
        let beside = aggregates::of_campaign(sql, &id, (days.first, days.last)).await?;
        let beside: Vec<Value> = beside.iter().map(aggregate::figures).collect();
        members.insert("aggregates".to_owned(), json!(beside));
    }
    Ok(Outcome::json(&body))
}

fn member_to_wire(member: &Member, currency: Currency) -> Value {
    let mut wire = with_rates(&member.figures, currency);
    wire.insert("creatorId".to_owned(), json!(member.creator));
    wire.insert("creatorName".to_owned(), json!(member.name));
    wire.insert("removed".to_owned(), json!(member.removed));
    Value::Object(wire)
}
