//! Webhook deliveries: what became of each, and another try for those that could not be read.

use std::collections::BTreeMap;

use maud::html;
use tributary_domain::ids::DeliveryId;
use tributary_storage::deliveries::{self, Outcome};
use tributary_web::rest::{Page, Scope, cut};
use tributary_web::{Answer, Problem};

use crate::layout::{Title, page as framed};
use crate::parts::{self, Act, Align, name, state};
use crate::visit::Visit;
use crate::wire::{List, Store};

pub(crate) async fn page(visit: &Visit) -> Result<Answer, Problem> {
    let asked = Page::of(&visit.request)?;
    let outcome = visit.request.query_as("outcome", |text| Outcome::try_from(text))?;
    let found = deliveries::list(
        &visit.context.sql,
        outcome,
        asked.after_id(DeliveryId::parse)?,
        asked.rows_to_read(),
    )
    .await?;
    let (shown, next) = cut(&asked, &found, |delivery| delivery.id.to_string());
    let stores: List<Store> = visit.get("/stores?limit=100").await?;
    let stores: BTreeMap<&str, &str> =
        stores.data.iter().map(|store| (store.id.as_str(), store.name.as_str())).collect();
    let rows = html! {
        @for delivery in shown {
            tr {
                td { (visit.moment(delivery.received_at)) }
                td { (name(stores.get(delivery.store.as_str()).copied().unwrap_or(delivery.store.as_str()))) }
                th scope="row" { (name(&delivery.topic)) }
                td { (state(delivery.outcome.as_str())) }
                td { (delivery.reason.as_deref().unwrap_or_default()) }
                td { @if delivery.outcome == Outcome::Unreadable && visit.may(Scope::Write) {
                    (Act {
                        path: &format!("/deliveries/{}/retry", delivery.id),
                        method: "POST",
                        label: "Read again",
                        about: &delivery.topic,
                        said: "It was read.",
                        then: &visit.here(),
                    }.button(visit))
                } }
            }
        }
    };
    let text = Align::Text;
    let head =
        [("Came", text), ("Store", text), ("Topic", text), ("Outcome", text), ("Why", text), ("Act", text)];
    let body = html! {
        p { "What is truly the shop's but cannot be read is kept for 30 days, so that no sale is lost." }
        nav.tabs aria-label="Outcomes" { ul {
            li { a href="?" aria-current=[outcome.is_none().then_some("page")] { "All" } }
            @for each in Outcome::ALL {
                li { a href={ "?outcome=" (each.as_str()) } aria-current=[(outcome == Some(each)).then_some("page")] { (each.as_str()) } }
            }
        } }
        @if shown.is_empty() {
            (parts::empty("No delivery here. A store's page shows the address that its webhooks go to.", Some(("/dashboard/stores", "Stores"))))
        } @else { (parts::table("Deliveries", &head, &rows)) }
        (parts::pager(visit, next.as_deref()))
    };
    Ok(framed(visit, &Title::top("Deliveries"), &body))
}
