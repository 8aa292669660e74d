//! The table of sales, wherever it stands: with filters, Reject, Approve and Undo in place and for chosen rows, and
//! the chosen rows as a file (R60).

use maud::{Markup, html};
use serde_json::json;
use tributary_domain::conversion::Approval;
use tributary_domain::order::Status;
use tributary_web::request::Method;
use tributary_web::rest::Scope;
use tributary_web::{Answer, Notice, Problem};

use crate::parts::{self, Align, Column, NOTHING, money, name, state, words};
use crate::visit::Visit;
use crate::wire::{Conversion, Creator, Named};

/// The filters that the table's forms and links carry along.
pub(crate) const FILTERS: [&str; 8] =
    ["from", "to", "campaignId", "creatorId", "planId", "status", "approval", "sort"];

/// Where the table stands: what all its rows have in common there is neither chosen nor named again.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place<'a> {
    /// Among all sales.
    Sales,
    /// Among those that wait for a decision.
    Review,
    /// On the page of the campaign with this id.
    Campaign(&'a str),
}

impl<'a> Place<'a> {
    /// The filter that holds for every row there.
    const fn filter(self) -> Option<(&'static str, &'a str)> {
        match self {
            Self::Sales => None,
            Self::Review => Some(("approval", Approval::Review.as_str())),
            Self::Campaign(id) => Some(("campaignId", id)),
        }
    }

    const fn names_campaigns(self) -> bool {
        !matches!(self, Self::Campaign(_))
    }
}

/// Sales with everything that can be done to them.
pub(crate) fn table(visit: &Visit, rows: &[Conversion], next: Option<&str>, place: Place<'_>) -> Markup {
    let fitting: Vec<(&str, Option<&str>)> = place
        .filter()
        .map(|(name, value)| (name, Some(value)))
        .into_iter()
        .chain([("cursor", None)])
        .collect();
    let fitting = visit.query_with(&fitting);
    html! {
        (filters(visit, place))
        @if rows.is_empty() {
            (parts::empty("No sale fits this. A sale appears as soon as the shop reports an order with a creator's code or link.", None))
        } @else {
            form method="post" action="/dashboard/sales/judge" {
                (parts::form_fields(visit, &visit.here(), ""))
                (rows_of(visit, rows, place, Column::by_time(visit, "Placed")))
                (parts::sorted_by_time())
                @if visit.may(Scope::Write) { (for_chosen()) }
                p.choices {
                    button formaction="/dashboard/sales/export.csv" { "Chosen rows as CSV" }
                    " All that fit, as "
                    a href={ "/dashboard/sales/export.csv?" (fitting) } { "CSV" }
                    " or "
                    a href={ "/dashboard/sales/export.ndjson?" (fitting) } { "NDJSON" }
                }
            }
        }
        (parts::pager(visit, next))
    }
}

/// One sale by itself, to be decided on.
pub(crate) fn one(visit: &Visit, sale: &Conversion) -> Markup {
    html! {
        form method="post" action="/dashboard/sales/judge" {
            (parts::form_fields(visit, &visit.here(), ""))
            (rows_of(visit, std::slice::from_ref(sale), Place::Sales, Column::plain("Placed", Align::Text)))
        }
    }
}

fn rows_of(visit: &Visit, rows: &[Conversion], place: Place<'_>, placed: Column<'_>) -> Markup {
    let text = |name| Some(Column::plain(name, Align::Text));
    let number = |name| Some(Column::plain(name, Align::Number));
    let columns: Vec<Column<'_>> = [
        text("Chosen"),
        text("Order"),
        Some(placed),
        text("Creator"),
        text("Campaign").filter(|_| place.names_campaigns()),
        text("By"),
        text("Status"),
        number("Value"),
        number("Commission"),
        text("Approval"),
        text("Decide").filter(|_| visit.may(Scope::Write)),
    ]
    .into_iter()
    .flatten()
    .collect();
    let body = html! { @for conversion in rows { (row(visit, conversion, place)) } };
    parts::sorted_table("Sales", &columns, &body)
}

fn row(visit: &Visit, sale: &Conversion, place: Place<'_>) -> Markup {
    html! {
        tr {
            td { input type="checkbox" name="ids" value=(sale.id) aria-label={ "Choose order " (sale.order_number) }; }
            th scope="row" {
                a href={ "/dashboard/orders/" (sale.order_id) } { (name(&sale.order_number)) }
                @if sale.test { " " (state("test")) }
            }
            td { (visit.moment(sale.placed_at)) }
            td { (creator(sale)) }
            @if place.names_campaigns() {
                td { a href={ "/dashboard/campaigns/" (sale.campaign_id) } {
                    (name(sale.campaign_name.as_deref().unwrap_or(&sale.campaign_id)))
                } }
            }
            td { @match &sale.code_text {
                Some(code) => code { (code) },
                None => { (words(&sale.source)) @if let Some(event) = &sale.event { ": " (event) } }
            } }
            td { (state(&sale.status)) }
            td.number { (money(sale.value)) }
            td.number { (money(sale.commission)) }
            td {
                (state(&sale.approval))
                @for reason in &sale.reasons { " " span.note { (words(reason)) } }
            }
            @if visit.may(Scope::Write) { td { (decisions(sale)) } }
        }
    }
}

fn creator(sale: &Conversion) -> Markup {
    html! {
        @match (&sale.creator_id, &sale.creator_name) {
            (Some(id), called) => a href={ "/dashboard/creators/" (id) } { (name(called.as_deref().unwrap_or(id))) },
            (None, _) => "the campaign",
        }
    }
}

/// The decisions that can be taken on a row as it is.
fn decisions(sale: &Conversion) -> Markup {
    let button = |act: &str, label: &str| {
        html! {
            button.small name="_one" value={ (act) " " (sale.id) } {
                (label) span.unseen { " order " (sale.order_number) }
            }
        }
    };
    html! {
        span.row {
            @if matches!(sale.approval.as_str(), "pending" | "review") { (button("approve", "Approve")) }
            @if sale.approval != "rejected" { (button("reject", "Reject")) }
            @if sale.verdict.is_some() { (button("undo", "Undo")) }
            @if sale.approval == "rejected" && sale.verdict.is_none() { (NOTHING) }
        }
    }
}

fn for_chosen() -> Markup {
    html! {
        fieldset.chosen {
            legend { "The chosen sales" }
            label { "Why " input name="reason" maxlength="500" dir="auto" autocomplete="off"; }
            button name="_act" value="approve" { "Approve" }
            button name="_act" value="reject" { "Reject" }
            button name="_act" value="undo" { "Undo" }
            button type="button" data-choose-all hidden { "Choose all on this page" }
        }
    }
}

fn filters(visit: &Visit, place: Place<'_>) -> Markup {
    let given = |name: &str| visit.request.query(name).unwrap_or_default();
    let select = |name: &str, label: &str, words_of: &[&str]| {
        html! {
            label { (label) " "
                select name=(name) {
                    option value="" { "all" }
                    @for word in words_of { option value=(word) selected[given(name) == *word] { (words(word)) } }
                }
            }
        }
    };
    html! {
        form.range method="get" {
            @for hidden in ["from", "to", "campaignId", "creatorId", "planId", "sort"] {
                @if let Some(value) = visit.request.query(hidden) { input type="hidden" name=(hidden) value=(value); }
            }
            (select("status", "Status", &Status::ALL.map(Status::as_str)))
            @if place != Place::Review { (select("approval", "Approval", &Approval::ALL.map(Approval::as_str))) }
            button { "Filter" }
            @if FILTERS.iter().any(|name| visit.request.query(name).is_some()) {
                a href="?" { "Without filters" }
            }
        }
    }
}

/// Whose sales are asked for, each with the way to everybody's.
pub(crate) async fn of_whom(visit: &Visit) -> Result<Markup, Problem> {
    let mut asked = Vec::new();
    for (parameter, what, list) in [
        ("creatorId", "creator", "creators"),
        ("campaignId", "campaign", "campaigns"),
        ("planId", "plan", "plans"),
    ] {
        let Some(id) = visit.request.query(parameter) else { continue };
        let called = match list {
            "creators" => {
                visit.get::<Creator>(&format!("/creators/{id}")).await.map(|creator| creator.name())
            }
            _ => visit.get::<Named>(&format!("/{list}/{id}")).await.map(|found| found.name),
        };
        let called = match called {
            Err(problem) if problem.status == 404 => format!("{id}, which is not there"),
            called => called?,
        };
        asked.push((parameter, what, called));
    }
    Ok(html! {
        @for (parameter, what, called) in &asked {
            p { "Of the " (what) " " strong { (name(called)) } ". "
                a href={ "?" (visit.query_with(&[(parameter, None), ("cursor", None)])) } { "Of any " (what) } }
        }
    })
}

/// What becomes of chosen sales, for people: the act and its past.
const ACTS: [(&str, &str); 3] = [("approve", "approved"), ("reject", "rejected"), ("undo", "taken back")];

/// What the log says of a decision that somebody took without a word.
const NO_REASON: &str = "decided on a page, without a reason";

/// Carries out a decision on each of the chosen sales, one change each: what one of them refuses leaves the others.
pub(crate) async fn judge(visit: &Visit) -> Result<Answer, Problem> {
    let form = visit.form()?;
    let one = form.get("_one").and_then(|text| text.split_once(' '));
    let (act, ids) = match one {
        Some((act, id)) => (act, vec![id]),
        None => (form.get("_act").unwrap_or_default(), form.all("ids").collect()),
    };
    let known = ACTS.iter().find(|(known, _)| *known == act);
    let (act, past) =
        known.ok_or_else(|| Problem::bad_request("unknown_act", "choose approve, reject or undo"))?;
    let body = json!({"reason": form.get("reason").unwrap_or(NO_REASON)});
    let (mut done, mut refused) = (0_usize, Vec::new());
    for id in ids.iter().filter(|id| id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')) {
        match visit.send(Method::Post, &format!("/conversions/{id}/{act}"), &body).await {
            Ok(_) => done += 1,
            Err(problem) if problem.status < 500 => refused.push(problem.detail),
            Err(problem) => return Err(problem),
        }
    }
    refused.dedup();
    let notice = match (done, refused.as_slice()) {
        (0, []) => Notice::Problem("Choose the sales first.".to_owned()),
        (_, []) => Notice::done(format!("{done} {past}.")),
        (_, reasons) => Notice::Problem(format!("{done} {past}. Others were not: {}.", reasons.join("; "))),
    };
    Ok(notice.on(Answer::to_page(&next_page(form.get("_then"))), &visit.request))
}

/// A page of ours only.
pub(crate) fn next_page(then: Option<&str>) -> String {
    let ours =
        |page: &&str| page.starts_with("/dashboard/") && page.bytes().all(|byte| byte.is_ascii_graphic());
    then.filter(ours).unwrap_or("/dashboard").to_owned()
}

/// The chosen rows as a file; without any chosen, all that fit the filters.
pub(crate) async fn export(visit: &Visit, kind: &str) -> Result<Answer, Problem> {
    if visit.request.method != Method::Post {
        return visit
            .ask(&format!("/exports/conversions.{kind}?{}", visit.query_with(&[("cursor", None)])))
            .await;
    }
    let form = visit.form()?;
    let ids: Vec<&str> = form.all("ids").filter(|id| !id.is_empty()).collect();
    if ids.is_empty() {
        let notice = Notice::Problem("Choose the sales for the file first.".to_owned());
        return Ok(notice.on(Answer::to_page(&next_page(form.get("_then"))), &visit.request));
    }
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("ids", &ids.join(","))
        .append_pair("for", "spreadsheet")
        .finish();
    visit.ask(&format!("/exports/conversions.{kind}?{query}")).await
}
