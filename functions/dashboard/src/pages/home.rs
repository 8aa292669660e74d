//! The account: what the time range brought, who brought it, and what needs a person.

use std::collections::BTreeMap;

use maud::{Markup, html};
use tributary_domain::code::CodeStatus;
use tributary_domain::ids::CreatorId;
use tributary_domain::{Currency, Day, Money};
use tributary_storage::codes;
use tributary_storage::deliveries::{self, Outcome};
use tributary_storage::reports::{self, CampaignLine, Days, Member};
use tributary_web::{Answer, Problem, Range};

use super::{amazon, clicks};
use crate::chart::{Point, Shape, chart};
use crate::layout::{Title, page as framed};
use crate::parts::{self, Align, Unasked, count, linked, money, name, optional_money, state};
use crate::visit::Visit;
use crate::wire::{Conversion, DayLine, List, Report, WebhookEndpoint};

/// Campaigns on the page, the newest ones.
const CAMPAIGNS: u32 = 10;
const CREATORS: usize = 10;
/// What waits is counted up to this.
const MOST_WAITING: u32 = 100;
/// A chart goes back ten years at most.
const MOST_DAYS: i32 = 3_660;

pub(crate) async fn page(visit: &Visit) -> Result<Answer, Problem> {
    let days = Range::of(&visit.request)?.days_or_recent(visit.context.now());
    let query = format!("from={}&to={}", days.first, days.last);
    let report: Report = visit.get(&format!("/summary?{query}")).await?;
    let campaigns = reports::campaigns(&visit.context.sql, days, None, CAMPAIGNS).await?;
    let creators = reports::best_creators(&visit.context.sql, days, report.currency, CREATORS).await?;
    let body = html! {
        p.note { (days.first) " to " (days.last) ", days of UTC" }
        (parts::range_form(visit, Unasked::Recent, &[]))
        (figures(&report, &format!("/dashboard/sales?{query}"), clicks::address(&[], days)))
        (amazon::beside(&report.aggregates))
        (charts(&report, days))
        (attention(visit).await?)
        h2 { "Top creators" }
        (creators_table(&creators, report.currency, &query))
        h2 { "Newest campaigns" }
        (campaigns_table(&campaigns, &query))
        p { a href="/dashboard/campaigns" { "All campaigns" } }
    };
    Ok(framed(visit, &Title::top("Sales"), &body))
}

/// The figures of a report, each a link to the rows that it sums.
pub(crate) fn figures(report: &Report, rows: &str, clicks: String) -> Markup {
    let figures = &report.figures;
    let linked = || Some(rows.to_owned());
    html! {
        (parts::tiles(&[
            ("Sales", money(figures.sales), linked()),
            ("Orders", count(figures.orders), linked()),
            ("Commission", money(figures.commission), linked()),
            ("Clicks", clicks::both(figures.click_counts), Some(clicks)),
            ("Orders per click", parts::percent(figures.conversion_rate.as_deref()), None),
            ("Average order", optional_money(figures.average_order), None),
            ("Earnings per click", optional_money(figures.earnings_per_click), None),
        ]))
        (notes(report))
    }
}

/// What must be known to read the figures right (R55, R62).
fn notes(report: &Report) -> Markup {
    let removed = &report.removed_creators;
    html! {
        @if (removed.orders, removed.sales.amount, removed.commission.amount) != (0, 0, 0) {
            p.note {
                "Of this, removed creators brought " (count(removed.orders)) " orders, " (money(removed.sales)) "."
            }
        }
        @for rate in &report.missing_rates {
            p.note {
                "Not in the amounts, because there is no rate for " (rate.currency) ": " (count(rate.orders)) " orders, "
                (money(rate.sales)) "."
            }
        }
    }
}

/// Sales, orders and clicks by day.
pub(crate) fn charts(report: &Report, days: Days) -> Markup {
    let currency = report.currency;
    html! {
        div.charts {
            (chart("Sales", Shape::Area, &series(report, days, |day| day.sales.amount), |amount| money(Money::new(amount, currency))))
            (chart("Orders", Shape::Bars, &series(report, days, |day| day.orders), count))
            (chart("Clicks", Shape::Bars, &series(report, days, |day| day.clicks), count))
        }
    }
}

fn series(report: &Report, days: Days, value: fn(&DayLine) -> i64) -> Vec<Point> {
    points(&report.by_day.iter().map(|day| (day.date, value(day))).collect(), days)
}

/// Every day of the range: nothing happened on those that are left out.
pub(crate) fn points(known: &BTreeMap<Day, i64>, days: Days) -> Vec<Point> {
    // Where the range begins at the beginning of time, the chart begins when something happened.
    let first = match known.keys().next() {
        Some(first) if days.first.number() == 0 => *first,
        None if days.first.number() == 0 => days.last,
        _ => days.first,
    };
    (first.number().max(days.last.number().saturating_sub(MOST_DAYS))..=days.last.number())
        .map(Day::from_number)
        .map(|day| Point { label: day.to_string(), value: known.get(&day).copied().unwrap_or(0) })
        .collect()
}

fn creators_table(creators: &[Member], currency: Currency, query: &str) -> Markup {
    if creators.is_empty() {
        return parts::empty(
            "Nobody sold anything in this time. Creators appear here with their first sale.",
            Some(("/dashboard/creators", "Creators")),
        );
    }
    let rows = html! {
        @for line in creators {
            @let id = line.creator.as_ref().map(CreatorId::as_str).unwrap_or_default();
            @let rows = format!("/dashboard/sales?creatorId={id}&{query}");
            @let amount = |units| money(Money::new(units, currency));
            tr {
                th scope="row" {
                    a href={ "/dashboard/creators/" (id) "?" (query) } { (name(line.name.as_deref().unwrap_or(id))) }
                    @if line.removed { " " (state("removed")) }
                }
                td.number { (linked(&rows, &count(line.figures.orders))) }
                td.number { (linked(&rows, &amount(line.figures.sales))) }
                td.number { (linked(&rows, &amount(line.figures.commission))) }
            }
        }
    };
    let number = Align::Number;
    parts::table(
        "Top creators",
        &[("Creator", Align::Text), ("Orders", number), ("Sales", number), ("Commission", number)],
        &rows,
    )
}

/// Campaigns with what they brought.
pub(crate) fn campaigns_table(campaigns: &[CampaignLine], query: &str) -> Markup {
    if campaigns.is_empty() {
        return parts::empty(
            "There is no campaign yet. Connect a store, make a plan, then a campaign for it.",
            Some(("/dashboard/campaigns/new", "New campaign")),
        );
    }
    let rows = html! {
        @for campaign in campaigns {
            @let id = campaign.id.as_str();
            @let rows = format!("/dashboard/sales?campaignId={id}&{query}");
            tr {
                th scope="row" { a href={ "/dashboard/campaigns/" (id) "?" (query) } { (name(&campaign.name)) } }
                td { (state(&campaign.status)) }
                td.number { (linked(&rows, &count(campaign.figures.orders))) }
                td.number { (linked(&rows, &amount(campaign.figures.sales, campaign.currency))) }
                td.number { (linked(&rows, &amount(campaign.figures.commission, campaign.currency))) }
            }
        }
    };
    let (text, number) = (Align::Text, Align::Number);
    parts::table(
        "Campaigns",
        &[
            ("Campaign", text),
            ("Status", text),
            ("Orders", number),
            ("Sales", number),
            ("Commission", number),
        ],
        &rows,
    )
}

fn amount(minor_units: i64, currency: Option<Currency>) -> String {
    optional_money(currency.map(|currency| Money::new(minor_units, currency)))
}

/// What waits for a person.
async fn attention(visit: &Visit) -> Result<Markup, Problem> {
    let sql = &visit.context.sql;
    let review: List<Conversion> =
        visit.get(&format!("/conversions?approval=review&limit={MOST_WAITING}")).await?;
    let with = |status| codes::Filter { status: Some(status), ..codes::Filter::default() };
    let failed = codes::list(sql, &with(CodeStatus::Failed), None, MOST_WAITING).await?;
    let undecided = codes::list(sql, &with(CodeStatus::Tbd), None, MOST_WAITING).await?;
    let unreadable = deliveries::list(sql, Some(Outcome::Unreadable), None, MOST_WAITING).await?;
    // One that a person switched off has no reason.
    let endpoints: List<WebhookEndpoint> = visit.get("/webhook-endpoints?limit=100").await?;
    let given_up = endpoints.data.iter().filter(|endpoint| endpoint.disabled_reason.is_some()).count();
    let owners = |status: CodeStatus| format!("/dashboard/creators?codeStatus={}", status.as_str());
    let waiting = [
        (review.data.len(), "sales to review", "/dashboard/review".to_owned()),
        (failed.len(), "codes that could not be made", owners(CodeStatus::Failed)),
        (undecided.len(), "codes to type in", owners(CodeStatus::Tbd)),
        (
            unreadable.len(),
            "webhooks that could not be read",
            "/dashboard/deliveries?outcome=unreadable".to_owned(),
        ),
        (given_up, "webhook endpoints that were switched off", "/dashboard/webhooks".to_owned()),
    ];
    Ok(html! {
        @if waiting.iter().any(|(many, ..)| *many > 0) {
            h2 { "Needs attention" }
            ul.attention {
                @for (many, what, address) in waiting.iter().filter(|(many, ..)| *many > 0) {
                    li { a href=(address) { (many) @if *many >= 100 { "+" } " " (what) } }
                }
            }
        }
    })
}
