//! Payouts: what creators are due becomes a batch, a file for the bank, and a note that it was paid (R54).

use maud::{Markup, html};
use serde_json::{Value, json};
use tributary_domain::{Currency, Money};
use tributary_web::request::Method;
use tributary_web::rest::{self, Scope};
use tributary_web::{Answer, Form, Notice, Problem};

use crate::fields::{self, Filled, optional, required};
use crate::layout::{Title, page, page_with};
use crate::parts::{self, Align, Column, money, name, state};
use crate::visit::Visit;
use crate::wire::{List, Payout, PayoutLine, Settings};

/// The files that carry a payout out; they need to know where payments go.
const FILES: [(&str, &str); 3] = [("paypal", "PayPal"), ("wise", "Wise"), ("sepa", "SEPA transfer")];
const MADE: &str = "The payout is there. Take its file to the bank, then say that it was paid.";
const NOTHING_DUE: &str = "Nobody is due as much. No payout was made.";
/// Payments on a page.
const LINES: usize = 200;
/// Creators of whom it is said what a file lacks of them.
const MOST_LACKING: usize = 50;

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
            let (page, said) = match made.get("id").and_then(Value::as_str) {
                Some(id) => (format!("/dashboard/payouts/{id}"), MADE),
                None => ("/dashboard/payouts".to_owned(), NOTHING_DUE),
            };
            Ok(Notice::done(said).on(Answer::to_page(&page), &visit.request))
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
                th scope="row" { a href={ "/dashboard/payouts/" (payout.id) } { (visit.moment(payout.created_at)) } }
                td { (state(&payout.status)) }
                td.number { (money(payout.total)) }
            }
        }
    };
    let columns = [
        Column::by_time(visit, "Made"),
        Column::plain("Status", Align::Text),
        Column::plain("Total", Align::Number),
    ];
    let body = html! {
        p { "What approved sales earned is gathered by currency, exported for the bank, and noted as paid. No money is moved from here." }
        @if visit.may(Scope::Admin) { p { a href="/dashboard/payouts/payer" { "The account that you pay from" } } }
        @if found.data.is_empty() {
            (parts::empty("No payout was made yet.", None))
        } @else { (parts::sorted_table("Payouts", &columns, &rows)) }
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
    let first = visit.request.query_as("cursor", str::parse::<usize>)?.unwrap_or(0);
    let next = first.saturating_add(LINES);
    let shown: Vec<&PayoutLine> = payout.lines.iter().skip(first).take(LINES).collect();
    let body = html! {
        p { (state(&payout.status)) " " (money(payout.total)) " in all, " (payout.lines.len()) " payments" }
        @if payout.lines.is_empty() {
            (parts::empty("Nobody is due as much.", Some(("/dashboard/payouts", "Payouts"))))
        } @else {
            (files(visit, &payout).await?)
            (payments(visit, &payout, &shown))
            (parts::pager(visit, (next < payout.lines.len()).then(|| next.to_string()).as_deref()))
        }
    };
    let made = payout.created_at.day();
    Ok(page(visit, &Title::below("Payouts", "/dashboard/payouts", &format!("Payout of {made}")), &body))
}

/// The payments, to be chosen and noted as paid or failed.
fn payments(visit: &Visit, payout: &Payout, shown: &[&PayoutLine]) -> Markup {
    let rows = html! { @for line in shown { (row(line)) } };
    let text = Align::Text;
    let head = [
        ("Chosen", text),
        ("Creator", text),
        ("Status", text),
        ("Reference", text),
        ("Amount", Align::Number),
    ];
    html! {
        h2 { "Payments" }
        form method="post" action={ "/dashboard/payouts/" (payout.id) "/mark" } {
            (parts::form_fields(visit, &visit.here(), ""))
            (parts::table("Payments", &head, &rows))
            @if visit.may(Scope::Write) && payout.status != "failed" { (mark_fields(payout)) }
        }
    }
}

fn row(line: &PayoutLine) -> Markup {
    let called = line.creator_name.as_deref().unwrap_or(&line.creator_id);
    html! {
        tr {
            td { @if line.status != "failed" {
                input type="checkbox" name="creatorIds" value=(line.creator_id) aria-label={ "Choose " (called) };
            } }
            th scope="row" { a href={ "/dashboard/creators/" (line.creator_id) } { (name(called)) } }
            td { (state(&line.status)) }
            td {
                (name(line.reference.as_deref().unwrap_or_default()))
                @if let Some(reason) = &line.reason { p.note { (name(reason)) } }
            }
            td.number { (money(line.amount)) }
        }
    }
}

fn mark_fields(payout: &Payout) -> Markup {
    html! {
        fieldset.chosen {
            legend { "What became of them" }
            label { "The bank's reference, or why it failed " input name="words" required maxlength="200" dir="auto" autocomplete="off"; }
            @if payout.status == "pending" { button name="_act" value="all" { "All that are pending were paid" } }
            button name="_act" value="paid" { "The chosen were paid" }
            button name="_act" value="failed" { "The chosen failed" }
            button type="button" data-choose-all hidden { "Choose all on this page" }
        }
    }
}

/// Notes what became of payments: of all that are pending, or of the chosen ones.
pub(crate) async fn mark(visit: &Visit, id: &str) -> Result<Answer, Problem> {
    let form = visit.form()?;
    let chosen: Vec<&str> = form.all("creatorIds").filter(|id| !id.is_empty()).collect();
    let words = form.get("words").unwrap_or_default();
    let (call, body, said) = match form.get("_act") {
        Some("all") => ("paid", json!({"reference": words}), "Noted as paid."),
        Some("failed") => (
            "failed",
            json!({"reason": words, "creatorIds": chosen}),
            "Noted as failed: the money is due again.",
        ),
        _ => ("paid", json!({"reference": words, "creatorIds": chosen}), "Noted as paid."),
    };
    let marked = if chosen.is_empty() && form.get("_act") != Some("all") {
        Err(Problem::field("creatorIds", "required", "choose the payments first"))
    } else {
        visit.send(Method::Post, &format!("/payouts/{id}/{call}"), &body).await
    };
    let notice = match marked {
        Ok(_) => Notice::done(said),
        Err(problem) if problem.status < 500 => Notice::problem(&problem, &rest::request_id()),
        Err(problem) => return Err(problem),
    };
    let page = format!("/dashboard/payouts/{id}");
    Ok(notice.on(Answer::to_page(&page), &visit.request))
}

/// The files, and what keeps one from being made.
async fn files(visit: &Visit, payout: &Payout) -> Result<Markup, Problem> {
    if !visit.may(Scope::Admin) {
        return Ok(html! {});
    }
    let (mut ready, mut lacking) = (vec![("csv", "CSV")], Vec::new());
    for (format, label) in FILES.iter().filter(|_| payout.status == "pending") {
        match visit.ask(&format!("/payouts/{}.csv?format={format}", payout.id)).await {
            Ok(_) => ready.push((format, label)),
            Err(problem) if problem.status < 500 => lacking.push((*label, problem)),
            Err(problem) => return Err(problem),
        }
    }
    Ok(html! {
        p.choices { "As a file for"
            @for (format, label) in ready {
                a href={ "/dashboard/payouts/" (payout.id) "/file?format=" (format) } { (label) }
            }
        }
        @for (label, problem) in &lacking { (lacks(payout, label, problem)) }
    })
}

/// What a file lacks, with the way to the form where it is put in.
fn lacks(payout: &Payout, label: &str, problem: &Problem) -> Markup {
    let errors = problem.errors.as_slice();
    let of = |id: &str| payout.lines.iter().find(|line| line.creator_id == id);
    html! {
        details {
            summary { "No file for " (label) " yet: " (errors.len()) " things are missing" }
            ul { @for error in errors.iter().take(MOST_LACKING) {
                // What programs should call stands behind the semicolon.
                @let what = error.detail.split(';').next().unwrap_or_default();
                li { @match of(&error.path) {
                    Some(line) => {
                        a href={ "/dashboard/creators/" (line.creator_id) "/account" } {
                            (name(line.creator_name.as_deref().unwrap_or(&line.creator_id)))
                        }
                        ": " (what)
                    }
                    None if error.path == "payer" => a href="/dashboard/payouts/payer" { (what) },
                    None => (what),
                } }
            } }
            @if errors.len() > MOST_LACKING { p.note { "The first " (MOST_LACKING) " are shown." } }
        }
    }
}

/// The file of a payout.
pub(crate) async fn file(visit: &Visit, id: &str) -> Result<Answer, Problem> {
    visit.ask(&format!("/payouts/{id}.csv?{}", visit.query_with(&[]))).await
}
