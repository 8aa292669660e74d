//! Exchange rates: what is known, what is missing, and ways to add some (R55).

use maud::{Markup, html};
use serde_json::{Value, json};
use tributary_domain::FieldErrors;
use tributary_web::request::Method;
use tributary_web::rest::Scope;
use tributary_web::{Answer, Form, Notice, Problem};

use super::settings::tabs;
use crate::fields::{self, Filled, required};
use crate::layout::{Title, page_with};
use crate::parts::{self, Align, count, money};
use crate::visit::Visit;
use crate::wire::{List, MissingRate, RateDay, Report};

/// Days on a page: one of the European Central Bank's has some thirty currencies.
const DAYS: u8 = 15;

pub(crate) async fn page(visit: &Visit) -> Result<Answer, Problem> {
    let known = json!({"date": visit.context.now().day(), "base": "EUR"});
    shown(visit, 200, &Filled::with(&known)).await
}

pub(crate) async fn save(visit: &Visit) -> Result<Answer, Problem> {
    let form = visit.form()?;
    match visit.send(Method::Put, "/rates", &sent(&form)).await {
        Ok(_) => {
            let next = Answer::to_page("/dashboard/rates");
            Ok(Notice::done("Kept. Totals follow.").on(next, &visit.request))
        }
        Err(problem) if problem.status < 500 => {
            let problem = renamed(problem);
            shown(visit, problem.status, &Filled::again(&Value::Null, &form, &problem)).await
        }
        Err(problem) => Err(problem),
    }
}

/// One rate, as the call takes it.
fn sent(form: &Form) -> Value {
    let text = |name: &str| form.get(name).unwrap_or_default();
    json!({"date": text("date"), "base": text("base"), "rates": {text("currency"): text("rate")}})
}

/// What is wrong with the rate is shown at its field.
fn renamed(problem: Problem) -> Problem {
    let mut errors = FieldErrors::default();
    for error in problem.errors.as_slice() {
        let path = if error.path.starts_with("rates") { "rate" } else { &error.path };
        errors.add(path, error.code, error.detail.clone());
    }
    Problem { errors, ..problem }
}

async fn shown(visit: &Visit, status: u16, form: &Filled<'_>) -> Result<Answer, Problem> {
    let cursor = visit.request.query("cursor").unwrap_or_default();
    let found: List<RateDay> = visit.get(&format!("/rates?limit={DAYS}&cursor={cursor}")).await?;
    let report: Report = visit.get("/summary?from=2000-01-01").await?;
    let body = html! {
        (tabs("rates"))
        p { "Every amount is kept in its own currency. Totals in " (report.currency) " take the rate of an order's day, or the nearest earlier one of a week." }
        h2 { "Missing" }
        (missing(&report.missing_rates))
        @if visit.may(Scope::Write) { (ways(visit, form)) }
        h2 { "Known" }
        (known(&found.data))
        (parts::pager(visit, found.next_cursor.as_deref()))
    };
    Ok(page_with(visit, status, &Title::below("Settings", "/dashboard/settings", "Exchange rates"), &body))
}

fn missing(rates: &[MissingRate]) -> Markup {
    if rates.is_empty() {
        return html! { p { "None: every order's amount is in the totals." } };
    }
    let rows = html! {
        @for rate in rates {
            tr {
                th scope="row" { (rate.currency) }
                td.number { (count(rate.orders)) }
                td.number { (money(rate.sales)) }
            }
        }
    };
    let number = Align::Number;
    parts::table(
        "Missing rates",
        &[("Currency", Align::Text), ("Orders without", number), ("Sales in no total", number)],
        &rows,
    )
}

fn ways(visit: &Visit, form: &Filled<'_>) -> Markup {
    html! {
        h2 { "The bank's file" }
        form.sheet method="post" action="/dashboard/act/rates/ecb" enctype="multipart/form-data" {
            (parts::form_fields(visit, "/dashboard/rates", "{days} days with {rates} rates are kept. Totals follow."))
            div.field {
                label for="file" { "File of the European Central Bank" }
                input id="file" type="file" name="_file" accept=".xml,text/xml,application/xml" required aria-describedby="file-hint";
                p.hint #file-hint { "eurofxref-daily.xml, or eurofxref-hist-90d.xml for the last 90 days, from www.ecb.europa.eu." }
            }
            button { "Take the file in" }
        }
        h2 { "One rate" }
        (form.summary())
        form.sheet method="post" action="/dashboard/rates" {
            (fields::hidden(visit))
            (required("date", "Day", "").of_kind("date").on(form))
            (required("base", "One unit of", "Three letters, such as EUR.").on(form))
            (required("rate", "is worth", "Such as 1.0837.").on(form))
            (required("currency", "of", "Three letters, such as USD.").on(form))
            button { "Keep the rate" }
        }
    }
}

fn known(days: &[RateDay]) -> Markup {
    if days.is_empty() {
        return parts::empty("No rate is known. Only sales in the currency of the totals are in them.", None);
    }
    let rows = html! {
        @for day in days {
            tr {
                th scope="row" { (day.date) }
                td { "1 " (day.base) }
                td { p { @for (index, (currency, rate)) in day.rates.iter().enumerate() {
                    @if index > 0 { ", " } (rate) "\u{a0}" (currency)
                } } }
            }
        }
    };
    let text = Align::Text;
    parts::table("Known rates", &[("Day", text), ("", text), ("is worth", text)], &rows)
}
