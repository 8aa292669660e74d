//! The account: what the time range brought, and the campaigns.

use maud::{Markup, html};
use tributary_storage::reports::{self, CampaignLine};
use tributary_storage::{orders, settings};
use tributary_web::{Answer, Context, Problem, Range, Request};

use super::{amount, range_form, signed_in, tiles};

/// Campaigns on the page, the newest ones.
const CAMPAIGNS: u32 = 100;

pub(crate) async fn page(context: &Context, request: &Request) -> Result<Answer, Problem> {
    let (sql, now) = (&context.sql, context.now());
    let days = Range::of(request)?.days_or_recent(now);
    orders::release_held(sql, now).await?;
    let currency = settings::get(sql).await?.default_currency;
    let report = reports::account(sql, days, currency).await?;
    let campaigns = reports::campaigns(sql, days, None, CAMPAIGNS).await?;
    let body = html! {
        h1 { "Sales" }
        p.note { (days.first) " to " (days.last) ", days of UTC" }
        (range_form(request))
        (tiles(&report))
        h2 { "Campaigns" }
        (table(&campaigns))
    };
    Ok(signed_in("Sales", &body))
}

fn table(campaigns: &[CampaignLine]) -> Markup {
    html! {
        @if campaigns.is_empty() {
            p { "There is no campaign yet." }
        } @else {
            div.wide role="region" aria-label="Campaigns" tabindex="0" {
                table {
                    thead { tr {
                        th scope="col" { "Campaign" } th scope="col" { "Status" }
                        th.number scope="col" { "Orders" } th.number scope="col" { "Sales" }
                        th.number scope="col" { "Commission" }
                    } }
                    tbody { @for campaign in campaigns { (row(campaign)) } }
                }
            }
        }
    }
}

fn row(campaign: &CampaignLine) -> Markup {
    html! {
        tr {
            th scope="row" { a href={ "/dashboard/campaigns/" (campaign.id) } { (campaign.name) } }
            td { (campaign.status) }
            td.number { (campaign.figures.orders) }
            td.number { (amount(campaign.figures.sales, campaign.currency)) }
            td.number { (amount(campaign.figures.commission, campaign.currency)) }
        }
    }
}
