//! What all pages have in common.

pub(crate) mod campaign;
pub(crate) mod creator;
pub(crate) mod home;
pub(crate) mod sign_in;

use maud::{DOCTYPE, Markup, html};
use tributary_domain::report::Figures;
use tributary_domain::{Currency, Money};
use tributary_storage::reports::Report;
use tributary_web::{Answer, Problem, Request};

/// Nothing but our own stylesheet and our own forms; no frame, no script, nobody else.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; form-action 'self'; \
    base-uri 'none'; frame-ancestors 'none'";

/// A whole page.
fn answer(status: u16, title: &str, body: &Markup) -> Answer {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · Tributary" }
                link rel="stylesheet" href="/dashboard/style.css";
            }
            body { (body) }
        }
    };
    Answer::bytes(status, "text/html; charset=utf-8", page.into_string())
        .header("content-security-policy", CONTENT_SECURITY_POLICY)
        .header("referrer-policy", "no-referrer")
        .header("x-frame-options", "DENY")
}

/// A page for somebody who is signed in.
fn signed_in(title: &str, body: &Markup) -> Answer {
    let body = html! {
        header {
            nav { a href="/dashboard" { "Tributary" } }
            form method="post" action="/dashboard/sign-out" { button { "Sign out" } }
        }
        main { (body) }
    };
    answer(200, title, &body)
}

/// A page that says what went wrong.
pub(crate) fn problem(problem: &Problem) -> Answer {
    let title = if problem.status == 404 { "Not found" } else { "That did not work" };
    let body = html! {
        main {
            h1 { (title) }
            p { (problem.detail) }
            p { a href="/dashboard" { "To the dashboard" } }
        }
    };
    answer(problem.status, title, &body)
}

/// The form that chooses a time range, as it was sent.
fn range_form(request: &Request) -> Markup {
    let given = |name| request.query(name).unwrap_or_default();
    html! {
        form.range method="get" {
            label { "From " input type="date" name="from" value=(given("from")); }
            label { "To " input type="date" name="to" value=(given("to")); }
            button { "Show" }
        }
    }
}

/// The figures of a report, as tiles.
fn tiles(report: &Report) -> Markup {
    let (total, currency) = (&report.total, report.currency);
    html! {
        dl.tiles {
            (tile("Sales", &money(Money::new(total.sales, currency))))
            (tile("Orders", &total.orders.to_string()))
            (tile("Commission", &money(Money::new(total.commission, currency))))
            (tile("Clicks", &format!("{} ({} unique)", total.clicks, total.unique_clicks)))
            (tile("Orders per click", &total.conversion_rate().unwrap_or_else(nothing)))
            (tile("Average order", &optional(total.average_order(currency))))
            (tile("Earnings per click", &optional(total.earnings_per_click(currency))))
        }
        (notes(report))
    }
}

fn tile(name: &str, value: &str) -> Markup {
    html! { div { dt { (name) } dd { (value) } } }
}

/// What must be known to read the figures right (R55, R62).
fn notes(report: &Report) -> Markup {
    html! {
        @if report.removed != Figures::default() {
            p.note {
                "Of this, removed creators brought " (report.removed.orders) " orders, "
                (money(Money::new(report.removed.sales, report.currency))) "."
            }
        }
        @for rate in &report.missing_rates {
            p.note {
                "Not in the amounts, because there is no rate: " (rate.orders) " orders, "
                (money(Money::new(rate.sales, rate.currency))) "."
            }
        }
    }
}

fn money(money: Money) -> String {
    format!("{} {}", money.to_decimal(), money.currency)
}

fn optional(amount: Option<Money>) -> String {
    amount.map_or_else(nothing, money)
}

fn amount(minor_units: i64, currency: Option<Currency>) -> String {
    optional(currency.map(|currency| Money::new(minor_units, currency)))
}

fn nothing() -> String {
    "–".to_owned()
}
