//! The creators.

use std::collections::BTreeMap;

use maud::{Markup, html};
use tributary_domain::code::CodeStatus;
use tributary_domain::ids::CreatorId;
use tributary_storage::codes::{self, Code};
use tributary_storage::creators::Creator;
use tributary_storage::reports::{self, CreatorClicks, CreatorSales, Days};
use tributary_web::rest::Scope;
use tributary_web::{Answer, Problem, Range};

use super::clicks;
use super::creator::amounts;
use crate::layout::{Title, page};
use crate::parts::{self, Align, count, linked, name, state};
use crate::visit::Visit;
use crate::wire::{self, List, Plan};

/// What people call a creator.
pub(crate) fn called(creator: &Creator) -> String {
    let names: Vec<&str> =
        [&creator.first_name, &creator.last_name].into_iter().flatten().map(String::as_str).collect();
    if !names.is_empty() {
        return names.join(" ");
    }
    let handle = creator.handles.values().next().map(|handle| format!("@{handle}"));
    handle.or_else(|| creator.email.clone()).unwrap_or_else(|| creator.id.to_string())
}

/// Names by id.
pub(crate) fn names(creators: BTreeMap<CreatorId, Creator>) -> BTreeMap<CreatorId, String> {
    creators.into_iter().map(|(id, creator)| (id, called(&creator))).collect()
}

pub(crate) async fn list(visit: &Visit) -> Result<Answer, Problem> {
    let days = Range::of(&visit.request)?.days_or_recent(visit.context.now());
    let found: List<wire::Creator> = visit.get(&format!("/creators?{}", visit.query_with(&[]))).await?;
    let brought = Brought::of(visit, &found.data, days).await?;
    let rows = html! { @for creator in &found.data { (brought.row(visit, creator)) } };
    let (text, number) = (Align::Text, Align::Number);
    let head = [
        ("Creator", text),
        ("Codes", text),
        ("Clicks", number),
        ("Orders", number),
        ("Sales", number),
        ("Commission", number),
        ("Handles", text),
        ("Tags", text),
    ];
    let body = html! {
        @if visit.may(Scope::Write) { p { a.button href="/dashboard/creators/new" { "Add a creator" } } }
        (search(visit, days).await?)
        @if found.data.is_empty() {
            (parts::empty("No creator is here. Add those who promote you, then enroll them in a campaign.", Some(("/dashboard/creators/new", "Add a creator"))))
        } @else {
            p.note { "Figures of " (days.first) " to " (days.last) ", days of UTC" }
            (parts::table("Creators", &head, &rows))
        }
        (parts::pager(visit, found.next_cursor.as_deref()))
    };
    Ok(page(visit, &Title::top("Creators"), &body))
}

async fn search(visit: &Visit, days: Days) -> Result<Markup, Problem> {
    let given = |name: &str| visit.request.query(name).unwrap_or_default();
    Ok(html! {
        form.range method="get" role="search" {
            label { "Name, handle or address " input type="search" name="q" value=(given("q")) dir="auto"; }
            label { "Tag " input name="tag" value=(given("tag")) dir="auto"; }
            (people_filters(visit).await?)
            (parts::day_fields(Some(days.first), Some(days.last)))
            button { "Find" }
        }
    })
}

/// The choice of a plan and of how a code stands, for lists of people (R63).
pub(super) async fn people_filters(visit: &Visit) -> Result<Markup, Problem> {
    let plans: List<Plan> = visit.get("/plans?limit=100").await?;
    let (plan, status) = (visit.request.query("planId"), visit.request.query("codeStatus"));
    Ok(html! {
        label { "Plan " select name="planId" {
            option value="" { "any" }
            @for each in &plans.data { option value=(each.id) selected[plan.as_ref() == Some(&each.id)] { (each.name) } }
            @if let Some(id) = plan.as_ref().filter(|id| plans.data.iter().all(|each| each.id != **id)) { option value=(id) selected { (id) } }
        } }
        label { "Code " select name="codeStatus" {
            option value="" { "any" }
            @for each in CodeStatus::ALL { option value=(each.as_str()) selected[status.as_deref() == Some(each.as_str())] { (each.as_str()) } }
        } }
    })
}

/// Codes that are named in a line.
const MOST_CODES: usize = 3;

/// What the creators on a page have and brought.
struct Brought {
    days: Days,
    codes: BTreeMap<CreatorId, Vec<Code>>,
    sales: BTreeMap<CreatorId, Vec<CreatorSales>>,
    clicks: BTreeMap<CreatorId, CreatorClicks>,
}

impl Brought {
    async fn of(visit: &Visit, creators: &[wire::Creator], days: Days) -> Result<Self, Problem> {
        let sql = &visit.context.sql;
        let ids: Vec<CreatorId> =
            creators.iter().filter_map(|each| CreatorId::parse(&each.id).ok()).collect();
        let mut codes: BTreeMap<CreatorId, Vec<Code>> = BTreeMap::new();
        for code in codes::of_creators(sql, &ids).await? {
            if let Some(creator) = code.creator_id.clone() {
                codes.entry(creator).or_default().push(code);
            }
        }
        let mut sales: BTreeMap<CreatorId, Vec<CreatorSales>> = BTreeMap::new();
        for line in reports::creators_sales(sql, &ids, days).await? {
            sales.entry(line.creator.clone()).or_default().push(line);
        }
        Ok(Self { days, codes, sales, clicks: reports::creators_clicks(sql, &ids, days).await? })
    }

    fn row(&self, visit: &Visit, creator: &wire::Creator) -> Markup {
        let id = CreatorId::parse(&creator.id).ok();
        let sales = id.as_ref().and_then(|id| self.sales.get(id)).map_or(&[][..], Vec::as_slice);
        let codes = id.as_ref().and_then(|id| self.codes.get(id)).map_or(&[][..], Vec::as_slice);
        let clicked = id.as_ref().and_then(|id| self.clicks.get(id)).copied().unwrap_or_default();
        let rows = format!(
            "/dashboard/sales?creatorId={}&from={}&to={}",
            creator.id, self.days.first, self.days.last
        );
        html! {
            tr {
                th scope="row" { a href={ "/dashboard/creators/" (creator.id) } { (name(&creator.name())) } }
                td {
                    @for code in codes.iter().take(MOST_CODES) { (code_link(code)) " " }
                    @if codes.len() > MOST_CODES { "and " (codes.len() - MOST_CODES) " more" }
                }
                td.number { (linked(&clicks::address(&[("creatorId", &creator.id)], self.days), &count(clicked.clicks))) }
                td.number { (linked(&rows, &count(sales.iter().map(|line| line.orders).sum()))) }
                td.number { (linked(&rows, &amounts(sales.iter().map(|line| line.sales)))) }
                td.number { (linked(&rows, &amounts(sales.iter().map(|line| line.commission)))) }
                td { (handles(creator)) }
                td { @for tag in &creator.tags { a href={ "?" (visit.query_with(&[("tag", Some(tag)), ("cursor", None)])) } { (name(tag)) } " " } }
            }
        }
    }
}

fn code_link(code: &Code) -> Markup {
    html! {
        a href={ "/dashboard/codes/" (code.id) } { (code.text.as_ref().map_or("no text yet", |text| text.as_str())) }
        " " (state(code.status.as_str()))
    }
}

/// A creator's handles, by network.
pub(crate) fn handles(creator: &wire::Creator) -> String {
    let handles: Vec<String> =
        creator.handles.iter().map(|(network, handle)| format!("@{handle} ({network})")).collect();
    handles.join(", ")
}
