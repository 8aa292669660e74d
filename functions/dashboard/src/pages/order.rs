//! One order, and why it is credited as it is, in words (R42).

use std::collections::BTreeMap;

use maud::{Markup, html};
use tributary_domain::ids::{CreatorId, EnrollmentId};
use tributary_storage::{creators, enrollments};
use tributary_web::{Answer, Problem};

use super::commission_words::{pay_in_words, rule_in_words};
use super::creators::names;
use crate::layout::{Title, page as framed};
use crate::parts::{self, money, name, state, words};
use crate::sales;
use crate::visit::Visit;
use crate::wire::{Attribution, Conversion, Earned, Order, Part, Touch};

/// Who stands behind an enrollment: a creator with their name, or the campaign alone.
struct Owners(BTreeMap<EnrollmentId, Option<(CreatorId, String)>>);

impl Owners {
    async fn of(visit: &Visit, touches: &[Touch]) -> Result<Self, Problem> {
        let ids: Vec<EnrollmentId> = touches
            .iter()
            .filter_map(|touch| EnrollmentId::parse(touch.enrollment_id.as_deref()?).ok())
            .collect();
        let found = enrollments::by_ids(&visit.context.sql, &ids).await?;
        let of = found.values().filter_map(|enrollment| enrollment.creator_id.as_ref());
        let names = names(creators::by_ids(&visit.context.sql, of).await?);
        let owner = |creator: Option<CreatorId>| {
            creator.and_then(|id| names.get(&id).cloned().map(|name| (id, name)))
        };
        Ok(Self(found.into_iter().map(|(id, enrollment)| (id, owner(enrollment.creator_id))).collect()))
    }

    fn shown(&self, enrollment: Option<&str>) -> Markup {
        let known = enrollment.and_then(|id| EnrollmentId::parse(id).ok()).and_then(|id| self.0.get(&id));
        html! {
            @match (known, enrollment) {
                (Some(Some((id, called))), _) => a href={ "/dashboard/creators/" (id) } { (name(called)) },
                (Some(None), _) => "the campaign itself",
                (None, Some(_)) => "an enrollment that is gone",
                (None, None) => "nobody that we know",
            }
        }
    }
}

pub(crate) async fn page(visit: &Visit, id: &str) -> Result<Answer, Problem> {
    let order: Order = visit.get(&format!("/orders/{id}")).await?;
    let attribution: Attribution = visit.get(&format!("/orders/{id}/attribution")).await?;
    let owners = Owners::of(visit, &attribution.touches).await?;
    let conversion = match &order.conversion_id {
        Some(id) => Some(visit.get::<Conversion>(&format!("/conversions/{id}")).await?),
        None => None,
    };
    let body = html! {
        (facts(visit, &order))
        h2 { "Why it is credited so" }
        (story(&order, &attribution, &owners))
        (timeline(visit, &order, &attribution, &owners))
        @if let Some(conversion) = &conversion {
            h2 { "The credit" }
            (sales::one(visit, conversion))
            @if let Some(earned) = attribution.commission.as_ref().filter(|earned| !earned.terms.rules.is_empty()) {
                (given(earned))
            }
        }
    };
    let title = format!("Order {}", order.number);
    Ok(framed(visit, &Title::below("Orders", "/dashboard/orders", &title), &body))
}

fn facts(visit: &Visit, order: &Order) -> Markup {
    html! {
        dl.facts {
            div { dt { "Status" } dd { (state(&order.status)) @if order.test { " " (state("test")) } } }
            div { dt { "Net value" } dd { (money(order.net)) } }
            div { dt { "Total" } dd { (money(order.total)) } }
            div { dt { "Placed" } dd { (visit.moment(order.placed_at)) } }
            div { dt { "First heard of" } dd { (visit.moment(order.received_at)) } }
            div { dt { "The shop's id" } dd { (order.external_id) } }
            div { dt { "Store" } dd { a href={ "/dashboard/stores/" (order.store_id) } { "its store" } } }
            @if let Some(customer) = &order.customer { div { dt { "Customer" } dd { (words(customer)) } } }
            @if !order.codes.is_empty() {
                div { dt { "Codes" } dd { @for code in &order.codes { code { (code) } " " } } }
            }
        }
    }
}

/// What each rule gave, where there are rules.
fn given(earned: &Earned) -> Markup {
    let why = |part: &Part| match part.rule.and_then(|rule| earned.terms.rules.get(rule)) {
        Some(rule) => rule_in_words(rule),
        None => format!("{}, where no rule decides", pay_in_words(earned.terms.pay)),
    };
    html! {
        ul { @for part in &earned.parts {
            li { strong { (money(part.amount)) } " of " (money(part.base)) ", by " (why(part)) }
        } }
    }
}

/// The decision in a few sentences.
fn story(order: &Order, attribution: &Attribution, owners: &Owners) -> Markup {
    let rule = match attribution.rule.as_deref() {
        Some("link_first") => "A click inside the window wins over any code.",
        Some("code_if_clicked") => "A code counts only where the buyer also clicked that creator's link.",
        Some("link_only") => "Codes earn nothing; only clicks do.",
        _ => "A code on the order wins over any click.",
    };
    let model = match attribution.model.as_deref() {
        Some("first_touch") => "Of several, the earliest wins.",
        _ => "Of several, the one nearest to the order wins.",
    };
    let won = attribution.touches.iter().find(|touch| touch.outcome == "won");
    html! {
        p {
            @match won {
                Some(touch) => {
                    "Order " (name(&order.number)) " is credited to " strong { (owners.shown(touch.enrollment_id.as_deref())) }
                    " because of " (what(touch)) "."
                }
                None if attribution.touches.is_empty() => "Nobody is credited: the order carries no code and no click of ours.",
                None => "Nobody is credited: none of the touches below could earn it.",
            }
        }
        @if !attribution.touches.is_empty() {
            p { "The rule of the plan"
                @if let Some(version) = attribution.plan_version { " (version " (version) ")" }
                ": " (rule) " " (model)
            }
        }
        @if attribution.winner.is_none() && !order.codes.is_empty() {
            p.note { "A code that belongs to nobody yet is kept with the order. Once it is given to a creator, " a href="/dashboard/what-if" { "a replay credits them" } "." }
        }
    }
}

fn what(touch: &Touch) -> Markup {
    html! {
        @if touch.kind == "code" { "the code " code { (touch.text.as_deref().unwrap_or_default()) } }
        @else if touch.kind == "click" { "a click on their link" }
        @else if touch.kind == "customer" { "an earlier order of the same buyer" }
        @else { (words(&touch.kind)) }
    }
}

/// Everything that could have earned the order, in the order in which it happened.
fn timeline(visit: &Visit, order: &Order, attribution: &Attribution, owners: &Owners) -> Markup {
    let mut touches: Vec<&Touch> = attribution.touches.iter().collect();
    touches.sort_by_key(|touch| touch.at.unwrap_or(order.placed_at));
    html! {
        ol.timeline {
            @for touch in touches {
                li class=(touch.outcome) {
                    p {
                        (visit.moment(touch.at.unwrap_or(order.placed_at))) " "
                        strong { (what(touch)) } ", " (owners.shown(touch.enrollment_id.as_deref())) " " (state(&touch.outcome))
                    }
                    @if let Some(reason) = touch.reason.as_ref().filter(|reason| **reason != touch.outcome) { p.note { (words(reason)) } }
                    @if !touch.checks.is_empty() {
                        ul.checks {
                            @for check in &touch.checks {
                                li {
                                    (if check.passed { "✓" } else { "✗" })
                                    span.unseen { (if check.passed { "passed" } else { "failed" }) }
                                    " " (words(&check.name)) ": " (check.detail)
                                }
                            }
                        }
                    }
                }
            }
            li { p { (visit.moment(order.placed_at)) " " strong { "the order was placed" } } }
            li { p { (visit.moment(order.received_at)) " " strong { "the shop told us" } } }
        }
        @if attribution.touches.is_empty() {
            (parts::empty("A creator's link adds a click id to the shop's address, and a creator's code stands on the order. This order has neither.", None))
        }
    }
}
