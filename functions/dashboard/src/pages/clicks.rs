//! Clicks by day and by link: what the counts of clicks on the other pages are the sums of. Single clicks are not shown,
//! because they are let go in time.

use std::collections::BTreeMap;

use maud::{Markup, html};
use tributary_domain::ids::CreatorId;
use tributary_storage::creators;
use tributary_storage::reports::Days;
use tributary_web::{Answer, Problem, Range};

use super::creators::names;
use super::home::points;
use crate::chart::{Shape, chart};
use crate::layout::{Title, page as framed};
use crate::parts::{self, Align, Unasked, count, linked, name};
use crate::sales::of_whom;
use crate::visit::Visit;
use crate::wire::{ClickCounts, Clicks, ClicksOfLink, DayClicks, Link, NotCounted};

/// Days with a line of their own; those before are summed in one.
const MOST_DAYS: usize = 366;

/// The page that shows the clicks of a creator, a campaign or all in a time.
pub(crate) fn address(of: &[(&str, &str)], days: Days) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(of);
    query.append_pair("from", &days.first.to_string()).append_pair("to", &days.last.to_string());
    format!("/dashboard/clicks?{}", query.finish())
}

pub(crate) async fn page(visit: &Visit) -> Result<Answer, Problem> {
    let days = Range::of(&visit.request)?.days_or_recent(visit.context.now());
    let found: Clicks = visit.get(&format!("/clicks?{}", visit.query_with(&[]))).await?;
    let by_day = found.by_day.iter().map(|line| (line.date, line.counts.clicks)).collect();
    let body = html! {
        p { "People who clicked a link that works, by day. One person on one link is unique once in the time that the plan says." }
        (parts::range_form(visit, Unasked::Recent, &["campaignId", "creatorId", "linkId"]))
        (of_whom(visit).await?)
        (of_link(visit).await?)
        (parts::tiles(&[("Clicks", both(found.all), None)]))
        @if found.by_day.is_empty() { (parts::empty("Nobody clicked in this time.", None)) }
        @else {
            (chart("Clicks", Shape::Bars, &points(&by_day, days), count))
            h2 { "By day" }
            (days_table(&found.by_day))
        }
        @if !found.by_link.is_empty() {
            h2 { "By link" }
            (links_table(visit, &found).await?)
        }
        @if !found.not_counted.is_empty() {
            h2 { "Visits that are no clicks" }
            p.note { "They were answered, and are in no figure: programs, previews, and people on a link that does not run." }
            (not_counted_table(&found.not_counted))
        }
    };
    Ok(framed(visit, &Title::top("Clicks"), &body))
}

/// Clicks and unique ones, as every tile shows them.
pub(crate) fn both(counts: ClickCounts) -> String {
    format!("{} ({} unique)", count(counts.clicks), count(counts.unique_clicks))
}

async fn of_link(visit: &Visit) -> Result<Markup, Problem> {
    let Some(id) = visit.request.query("linkId") else { return Ok(html! {}) };
    let called = match visit.get::<Link>(&format!("/links/{id}")).await {
        Ok(link) => link.slug,
        Err(problem) if problem.status == 404 => format!("{id}, which is not there"),
        Err(problem) => return Err(problem),
    };
    Ok(html! {
        p { "On the link " strong { (name(&called)) } ". "
            a href={ "?" (visit.query_with(&[("linkId", None)])) } { "On any link" } }
    })
}

fn cells(counts: ClickCounts) -> Markup {
    html! { td.number { (count(counts.clicks)) } td.number { (count(counts.unique_clicks)) } }
}

fn days_table(days: &[DayClicks]) -> Markup {
    let (shown, before) = days.split_at(MOST_DAYS.min(days.len()));
    let rows = html! {
        @for line in shown { tr { th scope="row" { (line.date) } (cells(line.counts)) } }
        @if !before.is_empty() {
            tr { th scope="row" { (before.len()) " days before" } (cells(sum(before.iter().map(|line| line.counts)))) }
        }
    };
    let number = Align::Number;
    parts::table("By day", &[("Day", Align::Text), ("Clicks", number), ("Unique", number)], &rows)
}

/// The links, each with the way to its own clicks; all others in one line, so that the table adds up.
async fn links_table(visit: &Visit, found: &Clicks) -> Result<Markup, Problem> {
    let ids = found.by_link.iter().filter_map(|line| line.creator_id.as_ref());
    let names = names(creators::by_ids(&visit.context.sql, ids).await?);
    let shown = sum(found.by_link.iter().map(|line| line.counts));
    let others = ClickCounts {
        clicks: found.all.clicks - shown.clicks,
        unique_clicks: found.all.unique_clicks - shown.unique_clicks,
    };
    let rows = html! {
        @for line in &found.by_link { (link_row(visit, line, &names)) }
        @if others.clicks > 0 { tr { th scope="row" { "Other links" } td {} (cells(others)) } }
    };
    let (text, number) = (Align::Text, Align::Number);
    let head = [("Link", text), ("Creator", text), ("Clicks", number), ("Unique", number)];
    Ok(parts::table("By link", &head, &rows))
}

fn link_row(visit: &Visit, line: &ClicksOfLink, names: &BTreeMap<CreatorId, String>) -> Markup {
    let own = format!("?{}", visit.query_with(&[("linkId", Some(&line.link_id))]));
    html! {
        tr {
            th scope="row" { (name(&line.slug)) }
            td { @match &line.creator_id {
                Some(id) => a href={ "/dashboard/creators/" (id.as_str()) } { (name(names.get(id).map_or(id.as_str(), String::as_str))) },
                None => "the campaign itself",
            } }
            td.number { (linked(&own, &count(line.counts.clicks))) }
            td.number { (linked(&own, &count(line.counts.unique_clicks))) }
        }
    }
}

fn sum(counts: impl Iterator<Item = ClickCounts>) -> ClickCounts {
    counts.fold(ClickCounts::default(), |sum, each| ClickCounts {
        clicks: sum.clicks + each.clicks,
        unique_clicks: sum.unique_clicks + each.unique_clicks,
    })
}

fn not_counted_table(lines: &[NotCounted]) -> Markup {
    let rows = html! {
        @for line in lines { tr { th scope="row" { (reason(&line.reason)) } td.number { (count(line.visits)) } } }
    };
    parts::table("Not counted", &[("Why", Align::Text), ("Visits", Align::Number)], &rows)
}

fn reason(word: &str) -> &str {
    match word {
        "head" => "asked for the headers alone",
        "prefetch" => "a browser loaded it in advance",
        "preview" => "a messenger's preview",
        "bot" => "a crawler or a monitor",
        "program" => "a program",
        "no_user_agent" => "no browser's name",
        "before_start" => "before the plan's start",
        "ended" => "after the plan's end",
        "disabled" => "the link is switched off",
        "unknown_link" => "no such link",
        other => other,
    }
}
