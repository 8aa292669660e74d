//! Who brought what to a campaign, sorted by any column. The lines add up to the campaign's figures.

use std::cmp::Reverse;

use maud::{Markup, html};
use tributary_domain::Money;
use tributary_domain::money::parse_decimal;
use tributary_storage::reports::Days;

use super::clicks;
use crate::parts::{self, Align, Column, NOTHING, count, linked, money, name, state};
use crate::visit::Visit;
use crate::wire::Member;

/// Creators with a line of their own; the others are summed in one.
const MOST_SHOWN: usize = 100;

/// The columns: what they are called, and by which word of the address the table is sorted by them.
const COLUMNS: [(&str, &str); 6] = [
    ("Creator", "name"),
    ("Clicks", "clicks"),
    ("Orders", "orders"),
    ("Sales", "sales"),
    ("Commission", "commission"),
    ("Orders per click", "rate"),
];

/// The table of a campaign; `by=` of the address sorts it, by sales where it says nothing.
pub(super) fn table(visit: &Visit, campaign: &str, days: Days, mut members: Vec<Member>) -> Markup {
    if members.is_empty() {
        let add = format!("/dashboard/campaigns/{campaign}/add");
        return parts::empty("Nobody is in this campaign yet.", Some((&add, "Add creators")));
    }
    let by = visit.request.query("by").unwrap_or_else(|| "sales".to_owned());
    sort(&mut members, &by);
    let others = members.split_off(MOST_SHOWN.min(members.len()));
    let rows = html! {
        @for member in &members { (row(visit, campaign, days, member)) }
        @if !others.is_empty() { (summed(&others)) }
    };
    let columns: Vec<Column<'_>> =
        COLUMNS.iter().map(|(label, word)| column(visit, label, word, &by)).collect();
    parts::sorted_table("By creator", &columns, &rows)
}

fn column<'a>(visit: &Visit, label: &'a str, word: &str, by: &str) -> Column<'a> {
    let (align, order) =
        if word == "name" { (Align::Text, "ascending") } else { (Align::Number, "descending") };
    let address = format!("?{}", visit.query_with(&[("by", Some(word)), ("cursor", None)]));
    Column::sorting(label, align, address, (word == by).then_some(order))
}

fn sort(members: &mut [Member], by: &str) {
    let rate = |member: &Member| parse_decimal(member.figures.conversion_rate.as_deref()?, 4);
    match by {
        "name" => members.sort_by_key(|member| member.creator_name.as_ref().map(|name| name.to_lowercase())),
        "clicks" => members.sort_by_key(|member| Reverse(member.figures.click_counts.clicks)),
        "orders" => members.sort_by_key(|member| Reverse(member.figures.orders)),
        "commission" => members.sort_by_key(|member| Reverse(member.figures.commission.amount)),
        "rate" => members.sort_by_key(|member| Reverse(rate(member))),
        // So they come.
        _ => {}
    }
}

fn row(visit: &Visit, campaign: &str, days: Days, member: &Member) -> Markup {
    let figures = &member.figures;
    let rows = member
        .creator_id
        .as_deref()
        .map(|id| format!("?{}#sales", visit.query_with(&[("creatorId", Some(id)), ("cursor", None)])));
    let figure = |text: String| rows.as_ref().map_or_else(|| html! { (text) }, |rows| linked(rows, &text));
    html! {
        tr {
            th scope="row" {
                @match &member.creator_id {
                    Some(id) => a href={ "/dashboard/creators/" (id) } { (name(member.creator_name.as_deref().unwrap_or(id))) },
                    None => "the campaign itself",
                }
                @if member.removed { " " (state("removed")) }
            }
            td.number { @match &member.creator_id {
                Some(id) => (linked(&clicks::address(&[("campaignId", campaign), ("creatorId", id)], days), &count(figures.click_counts.clicks))),
                None => (count(figures.click_counts.clicks)),
            } }
            td.number { (figure(count(figures.orders))) }
            td.number { (figure(money(figures.sales))) }
            td.number { (figure(money(figures.commission))) }
            td.number { (parts::percent(figures.conversion_rate.as_deref())) }
        }
    }
}

/// All others in one line, so that the table adds up.
fn summed(others: &[Member]) -> Markup {
    let sum = |figure: fn(&Member) -> i64| others.iter().map(figure).fold(0_i64, i64::saturating_add);
    let currency = others.first().map(|member| member.figures.sales.currency);
    let amount = |units| parts::optional_money(currency.map(|currency| Money::new(units, currency)));
    html! {
        tr {
            th scope="row" { (others.len()) " others" }
            td.number { (count(sum(|member| member.figures.click_counts.clicks))) }
            td.number { (count(sum(|member| member.figures.orders))) }
            td.number { (amount(sum(|member| member.figures.sales.amount))) }
            td.number { (amount(sum(|member| member.figures.commission.amount))) }
            td.number { (NOTHING) }
        }
    }
}
