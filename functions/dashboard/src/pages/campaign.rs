//! One campaign's table.

use maud::{Markup, html};
use tributary_domain::ids::CampaignId;
use tributary_storage::conversions::{self, Conversion, Filter, Position};
use tributary_storage::orders;
use tributary_storage::reports;
use tributary_web::rest::{Page, cut};
use tributary_web::{Answer, Context, Problem, Range, Request};
use url::form_urlencoded::Serializer;

use super::{money, nothing, range_form, signed_in, tiles};

pub(crate) async fn page(context: &Context, request: &Request, id: &str) -> Result<Answer, Problem> {
    let (sql, now) = (&context.sql, context.now());
    let id = CampaignId::parse(id).map_err(|_| Problem::not_found("campaign"))?;
    let range = Range::of(request)?;
    let page = Page::of(request)?;
    let after = page.after_as(Position::parse)?;
    let heading = reports::heading(sql, &id).await?.ok_or_else(|| Problem::not_found("campaign"))?;
    orders::release_held(sql, now).await?;
    let brought = reports::campaign(sql, &id, range.days(now), heading.currency).await?;
    let filter = Filter { campaign: Some(id), from: range.from, before: range.before, ..Filter::default() };
    let rows = conversions::list(sql, &filter, after.as_ref(), page.rows_to_read()).await?;
    let (rows, next) = cut(&page, &rows, |row| row.position().to_key());
    let body = html! {
        h1 { (heading.name) }
        p.note { (heading.status) }
        (range_form(request))
        (tiles(&brought.report))
        h2 { "Conversions" }
        (table(rows))
        @if let Some(next) = next {
            p { a href=(next_page(request, &next)) { "Older ones" } }
        }
    };
    Ok(signed_in(&heading.name, &body))
}

fn next_page(request: &Request, cursor: &str) -> String {
    let mut query = Serializer::new(String::new());
    for name in ["from", "to"] {
        if let Some(value) = request.query(name) {
            query.append_pair(name, &value);
        }
    }
    format!("?{}", query.append_pair("cursor", cursor).finish())
}

fn table(rows: &[Conversion]) -> Markup {
    html! {
        @if rows.is_empty() {
            p { "No order is credited here yet." }
        } @else {
            div.wide role="region" aria-label="Conversions" tabindex="0" {
                table {
                    thead { tr {
                        th scope="col" { "Order" } th scope="col" { "Placed" } th scope="col" { "Creator" }
                        th scope="col" { "Code or link" } th scope="col" { "Status" }
                        th.number scope="col" { "Value" } th.number scope="col" { "Commission" }
                        th scope="col" { "Approval" }
                    } }
                    tbody { @for conversion in rows { (row(conversion)) } }
                }
            }
        }
    }
}

fn row(conversion: &Conversion) -> Markup {
    html! {
        tr {
            th scope="row" { (conversion.order_number) @if conversion.test { " (test)" } }
            td { (conversion.placed_at.day()) }
            td { (conversion.creator_name.clone().unwrap_or_else(nothing)) }
            td { (conversion.code_text.as_deref().unwrap_or(&conversion.source)) }
            td { (conversion.status.as_str().replace('_', " ")) }
            td.number { (money(conversion.value)) }
            td.number { (money(conversion.commission)) }
            td { (conversion.approval.as_str()) }
        }
    }
}
