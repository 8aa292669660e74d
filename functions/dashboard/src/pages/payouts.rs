//! Payouts: what creators are due becomes a batch, a file for the bank, and a note that it was paid (R54).

use maud::{Markup, html};
use serde_json::{Value, json};
use tributary_domain::{Currency, Money};
use tributary_web::rest::Scope;
use tributary_web::{Answer, Form, Notice, Problem};

use crate::fields::{self, Filled, optional, required};
use crate::layout::{Title, page, page_with};
use crate::parts::{self, Act, Align, moment, money, name, state};
use crate::visit::Visit;
use crate::wire::{List, Payout, Settings};

/// The files that a payout can be had as.
const FILES: [(&str, &str); 4] =
    [("csv", "CSV"), ("paypal", "PayPal"), ("wise", "Wise"), ("sepa", "SEPA transfer")];

pub(crate) async fn list(visit: &Visit) -> Result<Answer, Problem> {
    let settings: Settings = visit.get("/settings").await?;
    let known = json!({"currency": settings.default_currency});
    shown(visit, 200, &Filled::with(&known)).await
}

pub(crate) async fn create(visit: &Visit) -> Result<Answer, Problem> {
    let form = visit.form()?;
    let made = match sent(&form) {
        Ok(body) => visit.send_once("/payouts", &form, &body).await,
        Err(problem) => Err(problem),
    };
    match made {
        Ok(made) => {
            let id = made.get("id").and_then(Value::as_str).unwrap_or_default();
            let next = Answer::to_page(&format!("/dashboard/payouts/{id}"));
            Ok(Notice::done("The payout is there. Take its file to the bank, then say that it was paid.")
                .on(next, &visit.request))
        }
        Err(problem) if problem.status < 500 => {
            shown(visit, problem.status, &Filled::again(&Value::Null, &form, &problem)).await
        }
        Err(problem) => Err(problem),
    }
}

/// An amount is typed as a decimal.
fn sent(form: &Form) -> Result<Value, Problem> {
    let field = |path: &'static str| {
        move |invalid: tributary_domain::field_error::Invalid| {
            Problem::field(path, invalid.code, invalid.detail)
        }
    };
    let currency = Currency::parse(form.get("currency").unwrap_or_default()).map_err(field("currency"))?;
    let minimum =
        form.get("minimum").map(|text| Money::parse(text, currency)).transpose().map_err(field("minimum"))?;
    Ok(json!({"currency": currency, "minimum": minimum}))
}

async fn shown(visit: &Visit, status: u16, form: &Filled<'_>) -> Result<Answer, Problem> {
    let found: List<Payout> = visit.get(&format!("/payouts?{}", visit.query_with(&[]))).await?;
    let rows = html! {
        @for payout in &found.data {
            tr {
                th scope="row" { a href={ "/dashboard/payouts/" (payout.id) } { (moment(payout.created_at)) } }
                td { (state(&payout.status)) }
                td.number { (money(payout.total)) }
            }
        }
    };
    let head = [("Made", Align::Text), ("Status", Align::Text), ("Total", Align::Number)];
    let body = html! {
        p { "What approved sales earned is gathered by currency, exported for the bank, and noted as paid. No money is moved from here." }
        @if found.data.is_empty() {
            (parts::empty("No payout was made yet.", None))
        } @else { (parts::table("Payouts", &head, &rows)) }
        (parts::pager(visit, found.next_cursor.as_deref()))
        @if visit.may(Scope::Write) {
            h2 { "New payout" }
            (form.summary())
            form.sheet method="post" action="/dashboard/payouts" {
                (fields::hidden(visit))
                (required("currency", "Currency", "Three letters, such as EUR.").on(form))
                (optional("minimum", "Least amount", "Whoever is due less waits for the next payout. Such as 25.00.").on(form))
                button { "Make the payout" }
            }
        }
    };
    Ok(page_with(visit, status, &Title::top("Payouts"), &body))
}

pub(crate) async fn one(visit: &Visit, id: &str) -> Result<Answer, Problem> {
    let payout: Payout = visit.get(&format!("/payouts/{id}")).await?;
    let rows = html! {
        @for line in &payout.lines {
            tr {
                th scope="row" { a href={ "/dashboard/creators/" (line.creator_id) } {
                    (name(line.creator_name.as_deref().unwrap_or(&line.creator_id)))
                } }
                td { (state(&line.status)) }
                td { (name(line.reference.as_deref().unwrap_or_default())) }
                td.number { (money(line.amount)) }
            }
        }
    };
    let text = Align::Text;
    let head = [("Creator", text), ("Status", text), ("Reference", text), ("Amount", Align::Number)];
    let body = html! {
        p { (state(&payout.status)) " " (money(payout.total)) " in all" }
        @if payout.lines.is_empty() {
            (parts::empty("Nobody is due as much.", Some(("/dashboard/payouts", "Payouts"))))
        } @else {
            (parts::table("Payments", &head, &rows))
            (files(visit, &payout))
            @if payout.status == "pending" && visit.may(Scope::Write) { (mark(visit, &payout)) }
        }
    };
    let made = payout.created_at.day();
    Ok(page(visit, &Title::below("Payouts", "/dashboard/payouts", &format!("Payout of {made}")), &body))
}

fn files(visit: &Visit, payout: &Payout) -> Markup {
    html! {
        @if visit.may(Scope::Admin) {
            p.choices { "As a file for"
                @for (format, label) in FILES {
                    a href={ "/dashboard/payouts/" (payout.id) "/file?format=" (format) } { (label) }
                }
            }
        }
    }
}

fn mark(visit: &Visit, payout: &Payout) -> Markup {
    let act = Act {
        path: &format!("/payouts/{}/paid", payout.id),
        method: "POST",
        label: "It was paid",
        about: "",
        said: "Noted as paid.",
        then: &visit.here(),
    };
    act.with(visit, &html! {
        label { "The bank's reference " input name="reference" required maxlength="100" autocomplete="off"; } " "
    })
}

/// The file of a payout.
pub(crate) async fn file(visit: &Visit, id: &str) -> Result<Answer, Problem> {
    visit.ask(&format!("/payouts/{id}.csv?{}", visit.query_with(&[]))).await
}
