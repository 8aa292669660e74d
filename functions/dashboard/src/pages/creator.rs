//! One creator: who they are, what they brought, their codes and links by campaign, their balance and its lines.

use std::collections::BTreeMap;

use maud::{Markup, html};
use serde_json::{Value, json};
use tributary_domain::Money;
use tributary_domain::ids::{CampaignId, CreatorId, EnrollmentId};
use tributary_storage::codes::{self, Code};
use tributary_storage::enrollments::{self, Enrollment, EnrollmentStatus};
use tributary_storage::reports::{self, CreatorClicks, CreatorSales, Days};
use tributary_storage::{aggregates, campaigns, links};
use tributary_web::links::make::url_of;
use tributary_web::rest::Scope;
use tributary_web::{Answer, Problem, Range};

use super::people::{code_cell, terms};
use super::{amazon, clicks};
use crate::fields;
use crate::layout::{Title, page as framed};
use crate::parts::{self, Act, Align, Unasked, count, money, name, state, words};
use crate::visit::Visit;
use crate::wire::{Aggregate, Balances, ClickCounts, Creator, LedgerLine, List};

/// Campaigns of one creator on the page.
const MOST_ENROLLMENTS: u32 = 100;

pub(crate) async fn page(visit: &Visit, id: &str) -> Result<Answer, Problem> {
    shown(visit, id, None).await
}

/// Makes the private link of the creator's own page, which stands on the answer to the form itself: it is kept
/// nowhere else.
pub(crate) async fn make_page(visit: &Visit, id: &str) -> Result<Answer, Problem> {
    let form = visit.form()?;
    let made = visit.send_once(&format!("/creators/{id}/page"), &form, &json!({})).await?;
    shown(visit, id, made.get("url").and_then(Value::as_str)).await
}

async fn shown(visit: &Visit, id: &str, private_link: Option<&str>) -> Result<Answer, Problem> {
    let creator: Creator = visit.get(&format!("/creators/{id}")).await?;
    let key = CreatorId::parse(id).map_err(|_| Problem::not_found("creator"))?;
    let days = Range::of(&visit.request)?.days_or_recent(visit.context.now());
    let balances: Balances = visit.get(&format!("/creators/{id}/balance")).await?;
    let lines: List<LedgerLine> = visit.get(&format!("/ledger?creatorId={id}&limit=50")).await?;
    let sql = &visit.context.sql;
    let sales = reports::creator_sales(sql, &key, days).await?;
    let clicks = reports::creator_clicks(sql, &key, days).await?;
    let beside = aggregates::of_creator(sql, &key, (days.first, days.last)).await?;
    let beside: Vec<Aggregate> = beside.into_iter().map(Aggregate::from).collect();
    let body = html! {
        (about(visit, &creator, private_link))
        h2 { "Performance" }
        p.note { (days.first) " to " (days.last) ", days of UTC" }
        (parts::range_form(visit, Unasked::Recent, &[]))
        (figures(Some(id), days, &sales, clicks))
        (amazon::beside(&beside))
        h2 { "Campaigns, codes and links" }
        (enrolled(visit, &key).await?)
        h2 { "Balance" }
        (balance_table(&balances))
        h2 { "Statement" }
        p { a href={ "/dashboard/creators/" (id) "/statement" } { "By month, to print" } }
        (statement(visit, &lines.data, Some("/dashboard/orders")))
    };
    Ok(framed(visit, &Title::below("Creators", "/dashboard/creators", &creator.name()), &body))
}

fn about(visit: &Visit, creator: &Creator, private_link: Option<&str>) -> Markup {
    html! {
        dl.facts {
            @if let Some(email) = &creator.email { div { dt { "Address" } dd { (email) } } }
            @for (network, handle) in &creator.handles { div { dt { (network) } dd { "@" (handle) } } }
            @if let Some(id) = &creator.external_id { div { dt { "Your own id" } dd { (id) } } }
            @if !creator.tags.is_empty() { div { dt { "Tags" } dd { (creator.tags.join(", ")) } } }
        }
        @if creator.deleted_at.is_some() {
            p { (state("removed")) " Hidden from lists. Sales stay in every total." }
        } @else if visit.may(Scope::Write) {
            div.choices {
                a.button href={ "/dashboard/creators/" (creator.id) "/edit" } { "Edit" }
                a.button href={ "/dashboard/creators/" (creator.id) "/account" } { "Where payments go" }
                (Act {
                    path: &format!("/creators/{}", creator.id),
                    method: "DELETE",
                    label: "Remove",
                    about: &creator.name(),
                    said: "Removed from the lists. Sales stay in every total.",
                    then: "/dashboard/creators",
                }.button(visit))
            }
            (own_page(visit, creator, private_link))
        }
    }
}

/// The creator's own page: its link is shown when it is made, and ends when another is.
fn own_page(visit: &Visit, creator: &Creator, private_link: Option<&str>) -> Markup {
    html! {
        @if let Some(link) = private_link {
            div.notice role="status" {
                p { "The private link of the creator's own page. Send it to them now: it is not shown again." }
                p { (parts::copyable("private link", link)) }
            }
        }
        div.choices {
            form.act method="post" action={ "/dashboard/creators/" (creator.id) "/page" } {
                (fields::hidden(visit))
                button.small { "Make a private link to their own page" }
            }
            (Act {
                path: &format!("/creators/{}/page", creator.id),
                method: "DELETE",
                label: "End the private link",
                about: &creator.name(),
                said: "The private link does not work any more.",
                then: &format!("/dashboard/creators/{}", creator.id),
            }.button(visit))
        }
    }
}

/// What a creator brought; with links to the rows where the reader may see them as the brand does.
pub(crate) fn figures(
    linked: Option<&str>,
    days: Days,
    sales: &[CreatorSales],
    clicked: CreatorClicks,
) -> Markup {
    let counts = ClickCounts { clicks: clicked.clicks, unique_clicks: clicked.unique_clicks };
    let rows =
        || linked.map(|id| format!("/dashboard/sales?creatorId={id}&from={}&to={}", days.first, days.last));
    parts::tiles(&[
        ("Sales", amounts(sales.iter().map(|line| line.sales)), rows()),
        ("Orders", count(sales.iter().map(|line| line.orders).sum()), rows()),
        ("Commission", amounts(sales.iter().map(|line| line.commission)), rows()),
        ("Clicks", clicks::both(counts), linked.map(|id| clicks::address(&[("creatorId", id)], days))),
    ])
}

/// Amounts of several currencies, beside each other: each is what it is.
pub(super) fn amounts(amounts: impl Iterator<Item = Money>) -> String {
    let amounts: Vec<String> = amounts.map(money).collect();
    if amounts.is_empty() { "0".to_owned() } else { amounts.join(" + ") }
}

/// The creator's part in each campaign.
async fn enrolled(visit: &Visit, id: &CreatorId) -> Result<Markup, Problem> {
    let sql = &visit.context.sql;
    let found = enrollments::of_creator(sql, id, MOST_ENROLLMENTS).await?;
    if found.is_empty() {
        let says = "Not in any campaign yet. A campaign's page enrolls creators and makes their codes.";
        return Ok(parts::empty(says, Some(("/dashboard/campaigns", "Campaigns"))));
    }
    let ids = || found.iter().map(|enrollment| &enrollment.id);
    let codes = codes::of_enrollments(sql, ids()).await?;
    let codes: BTreeMap<EnrollmentId, Code> =
        codes.into_iter().map(|code| (code.enrollment_id.clone(), code)).collect();
    let links = links::of_enrollments(sql, ids()).await?;
    let campaigns = campaigns::by_ids(sql, found.iter().map(|enrollment| &enrollment.campaign_id)).await?;
    let named = |id: &CampaignId| campaigns.get(id).map_or("", |campaign| campaign.name.as_str());
    let base = tributary_web::rest::base_url(&visit.context, &visit.request);
    let rows = html! {
        @for enrollment in &found {
            tr {
                th scope="row" {
                    a href={ "/dashboard/campaigns/" (enrollment.campaign_id) } { (name(named(&enrollment.campaign_id))) }
                    @if enrollment.status == EnrollmentStatus::Removed { " " (state("removed")) }
                    (terms(visit, enrollment, named(&enrollment.campaign_id)))
                }
                td { (code_cell(visit, enrollment, codes.get(&enrollment.id), named(&enrollment.campaign_id))) }
                td {
                    @for link in links.iter().filter(|link| link.enrollment_id == enrollment.id) {
                        (link_line(visit, link, &url_of(&base, &link.slug)))
                    }
                    @if visit.may(Scope::Write) && enrollment.status == EnrollmentStatus::Active { (new_link(visit, enrollment)) }
                }
            }
        }
    };
    let text = Align::Text;
    Ok(parts::table("Campaigns", &[("Campaign", text), ("Code", text), ("Links", text)], &rows))
}

fn link_line(visit: &Visit, link: &links::Link, url: &str) -> Markup {
    let (label, to, said) = match link.status {
        links::LinkStatus::Active => {
            ("Switch off", "disabled", "Switched off. The link leads to the fallback.")
        }
        links::LinkStatus::Disabled => ("Switch on", "active", "Switched on."),
    };
    html! {
        div.link {
            (parts::copyable("link", url))
            @if link.status == links::LinkStatus::Disabled { " " (state("disabled")) }
            @if let Some(to) = &link.to { " " span.note { "to " (to) } }
            " " a href={ "/dashboard/links/" (link.id) "/qr.svg" } download={ (link.id) ".svg" } { "QR code" }
            @if visit.may(Scope::Write) {
                " " (Act { path: &format!("/links/{}", link.id), method: "PATCH", label, about: url, said, then: &visit.here() }
                    .with(visit, &html! { input type="hidden" name="status" value=(to); }))
            }
        }
    }
}

fn new_link(visit: &Visit, enrollment: &Enrollment) -> Markup {
    let act = Act {
        path: "/links",
        method: "POST",
        label: "Make",
        about: "the link",
        said: "The link is there.",
        then: &visit.here(),
    };
    html! {
        details.inline {
            summary { "One more link" }
            (act.with(visit, &html! {
                input type="hidden" name="enrollmentId" value=(enrollment.id.as_str());
                label { "To a page of the shop " input name="to?" placeholder="/products/x" autocomplete="off"; }
                label { "Its own word " input name="slug?" placeholder="random" autocomplete="off"; }
                label { "Kind " select name="kind" {
                    option value="affiliate" { "credits sales" }
                    option value="tracking" { "counts visits" }
                } }
            }))
        }
    }
}

pub(crate) fn balance_table(balances: &Balances) -> Markup {
    if balances.balances.is_empty() {
        return parts::empty("Nothing earned yet.", None);
    }
    let rows = html! {
        @for balance in &balances.balances {
            tr {
                th scope="row" { (balance.due.currency) }
                td.number { (money(balance.due)) }
                td.number { (money(balance.pending)) }
                td.number { (money(balance.paid)) }
            }
        }
    };
    let number = Align::Number;
    parts::table(
        "Balance",
        &[("Currency", Align::Text), ("Due", number), ("Pending", number), ("Paid", number)],
        &rows,
    )
}

/// The ledger's lines; `orders` is where the pages of orders are, for who may see them.
pub(crate) fn statement(visit: &Visit, lines: &[LedgerLine], orders: Option<&str>) -> Markup {
    if lines.is_empty() {
        return parts::empty("No line yet: an approved sale makes the first.", None);
    }
    let rows = html! {
        @for line in lines {
            tr {
                td { (visit.moment(line.at)) }
                th scope="row" { (words(&line.kind)) }
                td { @if let (Some(id), Some(orders)) = (&line.conversion_id, orders) {
                    a href={ (orders) "/" (id.replacen("cnv_", "ord_", 1)) } { "its order" }
                } }
                td { (line.reason.as_deref().unwrap_or_default()) }
                td.number { (money(line.amount)) }
            }
        }
    };
    let text = Align::Text;
    parts::table(
        "Statement",
        &[("When", text), ("What", text), ("For", text), ("Why", text), ("Amount", Align::Number)],
        &rows,
    )
}
