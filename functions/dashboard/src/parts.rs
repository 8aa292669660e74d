//! Pieces that pages are put together from.

use maud::{Markup, html};
use tributary_domain::money::parse_decimal;
use tributary_domain::{Day, Money, Timestamp};
use tributary_web::Range;

use crate::visit::Visit;

/// Nothing to show in a cell.
pub(crate) const NOTHING: &str = "–";

/// An amount with its currency; no line break between them.
pub(crate) fn money(money: Money) -> String {
    format!("{}\u{a0}{}", grouped(&money.to_decimal()), money.currency)
}

pub(crate) fn optional_money(amount: Option<Money>) -> String {
    amount.map_or_else(|| NOTHING.to_owned(), money)
}

/// A count, in groups of three digits.
pub(crate) fn count(count: i64) -> String {
    grouped(&count.to_string())
}

/// A share such as `0.0416` in percent.
pub(crate) fn percent(share: Option<&str>) -> String {
    let hundredths = share.and_then(|share| parse_decimal(share, 4));
    hundredths.map_or_else(
        || NOTHING.to_owned(),
        |hundredths| format!("{}.{:02}\u{a0}%", hundredths / 100, hundredths % 100),
    )
}

/// Thin spaces between groups of three digits before the point, as ISO 31-0 has it: a comma and a point mean
/// different things to different readers.
fn grouped(decimal: &str) -> String {
    let (whole, fraction) =
        decimal.split_once('.').map_or((decimal, None), |(whole, rest)| (whole, Some(rest)));
    let digits = whole.trim_start_matches('-');
    let mut text = if digits.len() < whole.len() { "\u{2212}".to_owned() } else { String::new() };
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    if let Some(fraction) = fraction {
        text.push('.');
        text.push_str(fraction);
    }
    text
}

/// In which zone the page's times are.
pub(crate) fn zone(visit: &Visit) -> Markup {
    html! { p.note { "Times are those of " (visit.zone.name()) "; days are those of UTC." } }
}

/// A stable word of the API as people write it.
pub(crate) fn words(word: &str) -> String {
    word.replace('_', " ")
}

/// A state, with a colour and never by colour alone.
pub(crate) fn state(word: &str) -> Markup {
    let kind = match word {
        "approved" | "active" | "live" | "paid" | "done" | "won" | "connected" | "delivered" => "good",
        "rejected" | "failed" | "unreadable" | "refused" | "refunded" | "canceled" | "missing" => "bad",
        "pending" | "review" | "tbd" | "draft" | "creating" | "partially_refunded" | "assist" | "waiting" => {
            "open"
        }
        _ => "plain",
    };
    html! { span class={ "state " (kind) } { (words(word)) } }
}

/// A name that somebody typed: its direction is its own.
pub(crate) fn name(text: &str) -> Markup {
    html! { bdi { (text) } }
}

/// What to do where there is nothing yet.
pub(crate) fn empty(says: &str, next: Option<(&str, &str)>) -> Markup {
    html! {
        div.empty {
            p { (says) }
            @if let Some((address, label)) = next {
                p { a.button href=(address) { (label) } }
            }
        }
    }
}

/// A table that scrolls by itself where a screen is narrow.
pub(crate) fn table(label: &str, head: &[(&str, Align)], rows: &Markup) -> Markup {
    let columns: Vec<Column<'_>> = head.iter().map(|(name, align)| Column::plain(name, *align)).collect();
    sorted_table(label, &columns, rows)
}

/// The same with columns that it can be sorted by.
pub(crate) fn sorted_table(label: &str, columns: &[Column<'_>], rows: &Markup) -> Markup {
    html! {
        div.wide role="region" aria-label=(label) tabindex="0" {
            table {
                thead { tr {
                    @for column in columns {
                        th scope="col" class=[column.align.class()] aria-sort=[column.sorted] {
                            @match &column.sort {
                                Some(address) => a href=(address) { (column.name) },
                                None => (column.name),
                            }
                        }
                    }
                } }
                tbody { (rows) }
            }
        }
    }
}

/// A column of a table.
pub(crate) struct Column<'a> {
    name: &'a str,
    align: Align,
    /// The page on which the table is sorted by it; the other way round, where it is already.
    sort: Option<String>,
    /// The word for how the table is sorted by it now.
    sorted: Option<&'static str>,
}

impl<'a> Column<'a> {
    /// A column that the table cannot be sorted by.
    pub(crate) const fn plain(name: &'a str, align: Align) -> Self {
        Self { name, align, sort: None, sorted: None }
    }

    /// A column that it can be sorted by.
    pub(crate) const fn sorting(
        name: &'a str,
        align: Align,
        address: String,
        sorted: Option<&'static str>,
    ) -> Self {
        Self { name, align, sort: Some(address), sorted }
    }
}

impl Column<'static> {
    /// The one column that an index is in the order of: the table can begin with the newest or with the oldest.
    pub(crate) fn by_time(visit: &Visit, name: &'static str) -> Self {
        let (other, sorted) = match visit.request.query("sort").as_deref() {
            Some("oldest") => (None, "ascending"),
            _ => (Some("oldest"), "descending"),
        };
        let address = format!("?{}", visit.query_with(&[("sort", other), ("cursor", None)]));
        Self::sorting(name, Align::Text, address, Some(sorted))
    }
}

/// Why a long list is sorted by time alone.
pub(crate) fn sorted_by_time() -> Markup {
    html! { p.note { "Sorted by time alone, so that a page comes as fast from a million rows as from ten. For another order, open the export in a spreadsheet." } }
}

/// A figure as a link to the rows that it sums.
pub(crate) fn linked(rows: &str, figure: &str) -> Markup {
    html! { a href=(rows) { (figure) } }
}

/// Where a column's values stand.
#[derive(Clone, Copy)]
pub(crate) enum Align {
    Text,
    Number,
}

impl Align {
    const fn class(self) -> Option<&'static str> {
        match self {
            Self::Text => None,
            Self::Number => Some("number"),
        }
    }
}

/// The way to the next page of a list.
pub(crate) fn pager(visit: &Visit, next: Option<&str>) -> Markup {
    html! {
        nav.pager aria-label="Pages" {
            @if visit.request.query("cursor").is_some() {
                a href={ "?" (visit.query_with(&[("cursor", None)])) } { "First page" }
            }
            @if let Some(next) = next {
                a rel="next" href={ "?" (visit.query_with(&[("cursor", Some(next))])) } { "Next page" }
            }
        }
    }
}

/// What a page shows where no time range is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unasked {
    /// The last thirty days.
    Recent,
    /// Everything that there is.
    AllTime,
}

/// The form that chooses a time range, with the one that is shown; `kept` are parameters that stay.
pub(crate) fn range_form(visit: &Visit, unasked: Unasked, kept: &[&str]) -> Markup {
    let today = visit.context.now();
    let (first, last) = range_shown(visit, unasked);
    let since = |days: i64| today.plus_days(1 - days).day();
    html! {
        form.range method="get" {
            @for name in kept {
                @if let Some(value) = visit.request.query(name) { input type="hidden" name=(name) value=(value); }
            }
            (day_fields(first, last))
            button { "Show" }
            @if first.is_none() && last.is_none() { span.note { "All time is shown" } }
            span.choices {
                @for (label, days) in [("7 days", 7), ("30 days", 30), ("90 days", 90), ("1 year", 365)] {
                    a href={ "?" (visit.query_with(&[("from", Some(&since(days).to_string())), ("to", None), ("cursor", None)])) } { (label) }
                }
            }
        }
    }
}

/// The first and the last day that a page shows; `None` where it is open.
fn range_shown(visit: &Visit, unasked: Unasked) -> (Option<Day>, Option<Day>) {
    // A page whose range is wrong says so instead of this.
    let range = Range::of(&visit.request).unwrap_or_default();
    let now = visit.context.now();
    match unasked {
        Unasked::Recent => {
            let days = range.days_or_recent(now);
            (Some(days.first), Some(days.last))
        }
        Unasked::AllTime => (range.from.map(Timestamp::day), range.before.map(|_| range.days(now).last)),
    }
}

/// The fields of a time range.
pub(crate) fn day_fields(first: Option<Day>, last: Option<Day>) -> Markup {
    let text = |day: Option<Day>| day.map_or_else(String::new, |day| day.to_string());
    html! {
        label { "From " input type="date" name="from" value=(text(first)); }
        label { "To " input type="date" name="to" value=(text(last)); }
    }
}

/// Figures as tiles, each a link to the rows that it sums, where it has such.
pub(crate) fn tiles(figures: &[(&str, String, Option<String>)]) -> Markup {
    html! {
        dl.tiles {
            @for (name, value, rows) in figures {
                div {
                    dt { (name) }
                    dd { @match rows {
                        Some(address) => a href=(address) { (value) },
                        None => (value),
                    } }
                }
            }
        }
    }
}

/// A text to hand on, with a button that copies it where scripts run.
pub(crate) fn copyable(label: &str, text: &str) -> Markup {
    html! {
        span.copy {
            code { (text) }
            button.small type="button" data-copy=(text) hidden aria-label={ "Copy " (label) } { "Copy" }
        }
    }
}

/// What every form carries.
pub(crate) fn token(visit: &Visit) -> Markup {
    html! { input type="hidden" name="_csrf" value=(visit.who.form_token); }
}

/// What every form carries that calls the API.
pub(crate) fn form_fields(visit: &Visit, then: &str, said: &str) -> Markup {
    html! {
        (token(visit))
        input type="hidden" name="_then" value=(then);
        input type="hidden" name="_said" value=(said);
    }
}

/// A button that makes one call of the API.
pub(crate) struct Act<'a> {
    pub(crate) path: &'a str,
    pub(crate) method: &'a str,
    pub(crate) label: &'a str,
    /// For who cannot see which row the button stands in.
    pub(crate) about: &'a str,
    pub(crate) said: &'a str,
    pub(crate) then: &'a str,
}

impl Act<'_> {
    pub(crate) fn button(&self, visit: &Visit) -> Markup {
        self.with(visit, &html! {})
    }

    /// The same, with fields for the call's members before the button.
    pub(crate) fn with(&self, visit: &Visit, fields: &Markup) -> Markup {
        html! {
            form.act method="post" action={ "/dashboard/act" (self.path) } {
                (form_fields(visit, self.then, self.said))
                input type="hidden" name="_method" value=(self.method);
                (fields)
                button.small { (self.label) span.unseen { " " (self.about) } }
            }
        }
    }
}
