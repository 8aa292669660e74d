//! What other terms would have paid: history decided anew, first for a look, then booked (R43, R44).

use std::collections::BTreeMap;

use maud::{Markup, html};
use serde_json::{Value, json};
use tributary_domain::FieldErrors;
use tributary_domain::ids::CreatorId;
use tributary_storage::creators;
use tributary_web::rest::Scope;
use tributary_web::{Answer, Form, Problem};

use super::commission_form::{self, arranged, asks_for_rows};
use super::commission_terms::{self, lay_over};
use super::creators::names;
use super::plan_sections::attribution;
use super::plan_terms::{as_fields, fields_of};
use crate::fields::{self, Filled, choices, required};
use crate::layout::{Title, page_with};
use crate::parts::{self, Align, NOTHING, count, money, name};
use crate::visit::Visit;
use crate::wire::{CreatorDifference, List, MovedOrder, Plan, Replayed, Store};

/// Lines of each table on the page; all are counted.
const MOST_SHOWN: usize = 100;

/// A plan with its store.
struct Chosen {
    plan: Plan,
    store: Store,
}

impl Chosen {
    async fn of(visit: &Visit, id: &str) -> Result<Self, Problem> {
        let plan: Plan = visit.get(&format!("/plans/{id}")).await?;
        let store = visit.get(&format!("/stores/{}", plan.store_id)).await?;
        Ok(Self { plan, store })
    }
}

pub(crate) async fn page(visit: &Visit) -> Result<Answer, Problem> {
    let now = visit.context.now();
    let known = json!({"from": now.plus_days(-29).day(), "to": now.day(), "under": "proposed"});
    match visit.request.query("planId") {
        Some(id) => {
            let chosen = Chosen::of(visit, &id).await?;
            let mut filled = fields_of(&Value::Object(chosen.plan.terms.clone()));
            lay_over(&mut filled, &known);
            shown(visit, 200, Some(&chosen), &Filled::with(&filled), &html! {}).await
        }
        None => shown(visit, 200, None, &Filled::with(&known), &html! {}).await,
    }
}

/// Shows what would move, and books it where the form says so.
pub(crate) async fn ask(visit: &Visit) -> Result<Answer, Problem> {
    let form = arranged(visit.form()?);
    let chosen = match form.get("planId") {
        Some(id) => Some(Chosen::of(visit, id).await?),
        None => None,
    };
    if asks_for_rows(&form) {
        return shown(visit, 200, chosen.as_ref(), &Filled::typed(&Value::Null, &form), &html! {}).await;
    }
    let replayed = match wanted(&form, chosen.as_ref()) {
        Ok(body) => replay(visit, &form, &body).await,
        Err(problem) => Err(problem),
    };
    match replayed {
        Ok(replayed) => {
            let told = told(visit, &form, &replayed).await?;
            shown(visit, 200, chosen.as_ref(), &Filled::typed(&Value::Null, &form), &told).await
        }
        Err(problem) if problem.status < 500 => {
            let problem = renamed(problem);
            let filled = Filled::again(&Value::Null, &form, &problem);
            shown(visit, problem.status, chosen.as_ref(), &filled, &html! {}).await
        }
        Err(problem) => Err(problem),
    }
}

async fn replay(visit: &Visit, form: &Form, body: &Value) -> Result<Replayed, Problem> {
    let told = visit.send_once("/replays", form, body).await?;
    serde_json::from_value(told).map_err(|error| Problem::internal(error.to_string()))
}

/// The call that a form stands for.
fn wanted(form: &Form, chosen: Option<&Chosen>) -> Result<Value, Problem> {
    let mut body =
        json!({"from": form.get("from"), "to": form.get("to"), "apply": form.get("_apply").is_some()});
    let Some(members) = body.as_object_mut() else { return Ok(body) };
    members.extend(form.get("reason").map(|reason| ("reason".to_owned(), json!(reason))));
    let Some(chosen) = chosen else { return Ok(body) };
    members.insert("planId".to_owned(), json!(chosen.plan.id));
    match form.get("under") {
        Some("proposed") => drop(members.insert("proposed".to_owned(), proposed(form, chosen)?)),
        Some("versions") => drop(members.insert("proposed".to_owned(), json!({}))),
        _ => {}
    }
    Ok(body)
}

/// The plan's terms with those of the form over them: what the form does not know stays.
fn proposed(form: &Form, chosen: &Chosen) -> Result<Value, Problem> {
    let sent = form.to_json();
    let mut errors = FieldErrors::default();
    let known = chosen.plan.terms.get("commission").unwrap_or(&Value::Null);
    let said = sent.get("commission").unwrap_or(&Value::Null);
    let commission = commission_terms::read(said, known, chosen.store.currency, &mut errors);
    errors.into_result()?;
    let mut attribution = chosen.plan.terms.get("attribution").cloned().unwrap_or_default();
    lay_over(&mut attribution, sent.get("attribution").unwrap_or(&Value::Null));
    Ok(json!({"attribution": attribution, "commission": commission}))
}

/// A problem with proposed terms under the names of the form's fields.
fn renamed(problem: Problem) -> Problem {
    let mut errors = FieldErrors::default();
    for error in problem.errors.as_slice() {
        let path = error.path.strip_prefix("proposed.").unwrap_or(&error.path);
        errors.add(path, error.code, error.detail.clone());
    }
    as_fields(Problem { errors, ..problem })
}

async fn shown(
    visit: &Visit,
    status: u16,
    chosen: Option<&Chosen>,
    form: &Filled<'_>,
    told: &Markup,
) -> Result<Answer, Problem> {
    let plans: List<Plan> = visit.get("/plans?limit=100").await?;
    let body = html! {
        p { "The orders of a time are decided anew, by the same rules as when they came. You see what would move; nothing is booked before you say so. Terms that you book hold from then on for the orders of that time up to now, also for those that come late." }
        form.range method="get" {
            label { "Plan " select name="planId" {
                option value="" { "every plan, under the terms that hold" }
                @for plan in &plans.data {
                    option value=(plan.id) selected[chosen.is_some_and(|chosen| chosen.plan.id == plan.id)] { (plan.name) }
                }
            } }
            button { "Choose" }
        }
        (form.summary())
        (told)
        h2 { "What is decided anew" }
        form.sheet method="post" action="/dashboard/what-if" {
            (fields::hidden(visit))
            (fields::enter())
            (required("from", "From", "").of_kind("date").on(form))
            (required("to", "To", "The last day that is looked at.").of_kind("date").on(form))
            @match chosen {
                Some(chosen) => (terms(chosen, form)),
                None => p.note { "Each order under the terms that hold for it: what moves is what became known since, such as a code that was typed in later." },
            }
            button { "Show what would move" }
        }
    };
    Ok(page_with(visit, status, &Title::below("Plans", "/dashboard/plans", "What if?"), &body))
}

fn terms(chosen: &Chosen, form: &Filled<'_>) -> Markup {
    html! {
        input type="hidden" name="planId" value=(chosen.plan.id);
        (fields::choice(form, "under", "Under which terms", "", &choices(&[
            ("proposed", "those below, in place of the plan's, in all of its versions"),
            ("versions", "those of the plan's versions, as if nothing else had been booked here"),
            ("own", "those that hold: only what became known since moves"),
        ])))
        (commission_form::section(form, &chosen.store))
        (attribution(form))
    }
}

/// What moves, by creator and by order, and the button that books it.
async fn told(visit: &Visit, form: &Form, replayed: &Replayed) -> Result<Markup, Problem> {
    let moved = count(i64::try_from(replayed.moved_in_all).unwrap_or(i64::MAX));
    let considered = count(i64::try_from(replayed.considered).unwrap_or(i64::MAX));
    if replayed.applied {
        return Ok(
            html! { p.notice role="status" { (moved) " of " (considered) " orders moved, and the differences are in the ledger." } },
        );
    }
    if replayed.moved_in_all == 0 {
        return Ok(
            html! { p.notice role="status" { "Nothing would move. " (considered) " orders were looked at." } },
        );
    }
    let names = who(visit, replayed).await?;
    Ok(html! {
        p.notice role="status" { (moved) " of " (considered) " orders would move." }
        h2 { "The difference by creator" }
        (by_creator(&replayed.by_creator, &names))
        h2 { "The orders that would move" }
        (by_order(&replayed.moved, &names))
        @if replayed.moved.len() > MOST_SHOWN { p.note { "The first " (MOST_SHOWN) " are shown." } }
        @if visit.may(Scope::Write) { (confirm(visit, form, &moved)) }
    })
}

/// Names of all that stand in the tables.
async fn who(visit: &Visit, replayed: &Replayed) -> Result<BTreeMap<CreatorId, String>, Problem> {
    let lines = replayed.by_creator.iter().take(MOST_SHOWN).map(|line| &line.creator_id);
    let orders = replayed.moved.iter().take(MOST_SHOWN).flat_map(|moved| [&moved.from, &moved.to]);
    let ids: Vec<CreatorId> =
        lines.chain(orders).flatten().filter_map(|id| CreatorId::parse(id).ok()).collect();
    Ok(names(creators::by_ids(&visit.context.sql, &ids).await?))
}

fn shown_name(id: Option<&String>, names: &BTreeMap<CreatorId, String>) -> Markup {
    let called = id.and_then(|id| names.get(&CreatorId::parse(id).ok()?));
    html! {
        @match (id, called) {
            (Some(id), Some(called)) => a href={ "/dashboard/creators/" (id) } { (name(called)) },
            (Some(_), None) => "somebody who is gone",
            (None, _) => "nobody, or a campaign alone",
        }
    }
}

fn by_creator(lines: &[CreatorDifference], names: &BTreeMap<CreatorId, String>) -> Markup {
    let rows = html! {
        @for line in lines.iter().take(MOST_SHOWN) {
            tr {
                th scope="row" { (shown_name(line.creator_id.as_ref(), names)) }
                td.number { (count(line.orders)) }
                td.number { (money(line.commission_before)) }
                td.number { (money(line.commission_after)) }
                td.number { (money(line.difference)) }
            }
        }
    };
    let number = Align::Number;
    let head = [
        ("Creator", Align::Text),
        ("Orders", number),
        ("Before", number),
        ("After", number),
        ("Difference", number),
    ];
    parts::table("Difference by creator", &head, &rows)
}

fn by_order(moved: &[MovedOrder], names: &BTreeMap<CreatorId, String>) -> Markup {
    let rows = html! {
        @for order in moved.iter().take(MOST_SHOWN) {
            tr {
                th scope="row" { a href={ "/dashboard/orders/" (order.order_id) } { (name(&order.order_number)) } }
                td { (shown_name(order.from.as_ref(), names)) }
                td { @if order.from == order.to { (NOTHING) } @else { (shown_name(order.to.as_ref(), names)) } }
                td.number { (money(order.commission_before)) }
                td.number { (money(order.commission_after)) }
            }
        }
    };
    let (text, number) = (Align::Text, Align::Number);
    let head =
        [("Order", text), ("Credited to", text), ("Instead to", text), ("Before", number), ("After", number)];
    parts::table("Orders that would move", &head, &rows)
}

/// The same form again, with the word to book it.
fn confirm(visit: &Visit, form: &Form, moved: &str) -> Markup {
    html! {
        form.sheet method="post" action="/dashboard/what-if" {
            fieldset {
                legend { "Book the difference" }
                (fields::hidden(visit))
                @for (field, value) in form.fields() { input type="hidden" name=(field) value=(value); }
                p { "New lines in the ledger make creators' balances what they would have been. The lines that are there stay; what a person rejected or approved stays so." }
                label for="why" { "Why" span.needed { " (needed)" } }
                input id="why" name="reason" required maxlength="500" dir="auto" autocomplete="off";
                button name="_apply" value="1" { "Book the difference of " (moved) " orders" }
            }
        }
    }
}
