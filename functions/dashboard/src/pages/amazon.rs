//! Amazon's figures beside orders, and what can be asked of Amazon (R37).

use maud::{Markup, html};
use tributary_domain::capability::Platform;
use tributary_domain::ids::PlanId;
use tributary_storage::{plans, stores};
use tributary_web::Problem;
use tributary_web::rest::Scope;

use crate::parts::{self, Act, Align, count, money};
use crate::visit::Visit;
use crate::wire::{Aggregate, Store};

/// What Amazon counted, by currency; nothing where it counted nothing.
pub(super) fn beside(figures: &[Aggregate]) -> Markup {
    if figures.is_empty() {
        return html! {};
    }
    let rows = html! {
        @for line in figures {
            tr {
                th scope="row" { (line.sales.currency) }
                td.number { (count(line.clicks)) }
                td.number { (count(line.purchases)) }
                td.number { (count(line.units)) }
                td.number { (money(line.sales)) }
                td.number { (money(line.bonus)) }
            }
        }
    };
    let number = Align::Number;
    let head = [
        ("Currency", Align::Text),
        ("Clicks", number),
        ("Purchases", number),
        ("Units", number),
        ("Sales", number),
        ("Bonus to the brand", number),
    ];
    html! {
        h2 { "On Amazon" }
        p.note { "Amazon tells sums by the day and no orders. They are in no other figure of this page." }
        (parts::table("On Amazon", &head, &rows))
    }
}

/// Where a campaign's links carry nothing that Amazon gave out: that it measures none of them, and where to ask for it.
pub(super) async fn missing_tag(visit: &Visit, plan: Option<&str>) -> Result<Markup, Problem> {
    let sql = &visit.context.sql;
    let plan = match plan.and_then(|id| PlanId::parse(id).ok()) {
        Some(id) => plans::by_id(sql, &id).await?,
        None => None,
    };
    let Some(plan) = plan else { return Ok(html! {}) };
    let page = plan.terms.link.click_through_url.as_ref();
    let is_tagged = page.is_some_and(|page| page.query_pairs().any(|(name, _)| name == "maas"));
    let store = stores::by_id(sql, &plan.store_id).await?.filter(|store| store.platform == Platform::Amazon);
    let store = store.filter(|store| store.attribution_tag.is_none() && !is_tagged);
    Ok(html! {
        @if let Some(store) = &store {
            p.note {
                "Amazon measures none of these links, because it has given out no tag for them yet. "
                a href={ "/dashboard/stores/" (store.id.as_str()) "#amazon" } { "Ask Amazon for it" }
            }
        }
    })
}

/// The forms that ask Amazon, on the page of its store.
pub(super) fn acts(visit: &Visit, store: &Store) -> Markup {
    if store.platform != Platform::Amazon || !visit.may(Scope::Write) {
        return html! {};
    }
    html! {
        h2 #amazon { "Ask Amazon" }
        @match &store.attribution_tag {
            Some(tag) => p { "Its links carry Amazon's " code { (tag) } "." },
            None => p { "Amazon has given out no tag for its links yet." },
        }
        @if store.has_credentials { (ask_for_tag(visit, store)) (fetch(visit, store)) }
        @else { p.note { "It takes the credentials of Amazon's API: put them in under Edit." } }
    }
}

fn page(store: &Store) -> String {
    format!("/dashboard/stores/{}", store.id)
}

fn ask_for_tag(visit: &Visit, store: &Store) -> Markup {
    let act = Act {
        path: &format!("/stores/{}/aggregates/tags", store.id),
        method: "POST",
        label: "Ask for the tag",
        about: "of the publisher",
        said: "Amazon told {tags} tags. The links carry: {attributionTag}",
        then: &format!("{}#amazon", page(store)),
    };
    act.with(
        visit,
        &html! {
            label { "Where the links are shown " input name="publisher" required placeholder="Instagram"; } " "
            label { "Advertiser, where the profile has several " input name="advertiserId?" autocomplete="off"; } " "
        },
    )
}

fn fetch(visit: &Visit, store: &Store) -> Markup {
    let cursor = visit.request.query("cursor");
    let act = Act {
        path: &format!("/stores/{}/aggregates/fetch", store.id),
        method: "POST",
        label: if cursor.is_some() { "Read on" } else { "Fetch the figures of the last 30 days" },
        about: "from Amazon",
        said: "{lines} lines were taken in.",
        then: &format!("{}?cursor={{nextCursor}}#amazon", page(store)),
    };
    html! {
        @if cursor.is_some() { p.note { "There is more: read on until this is gone." } }
        (act.with(visit, &html! {
            @if let Some(cursor) = &cursor { input type="hidden" name="cursor?" value=(cursor); }
        }))
    }
}
