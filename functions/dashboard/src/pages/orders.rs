//! Orders, credited or not.

use maud::html;
use tributary_web::{Answer, Problem};

use crate::layout::{Title, page};
use crate::parts::{self, Align, Column, NOTHING, money, name, state};
use crate::visit::Visit;
use crate::wire::{List, Order};

pub(crate) async fn list(visit: &Visit) -> Result<Answer, Problem> {
    let found: List<Order> = visit.get(&format!("/orders?{}", visit.query_with(&[]))).await?;
    let rows = html! {
        @for order in &found.data {
            tr {
                th scope="row" {
                    a href={ "/dashboard/orders/" (order.id) } { (name(&order.number)) }
                    @if order.test { " " (state("test")) }
                    @if order.kind != "order" { " " (state(&order.kind)) }
                }
                td { (visit.moment(order.placed_at)) }
                td { (state(&order.status)) }
                td { @for code in &order.codes { code { (code) } " " } }
                td.number { (money(order.net)) }
                td { @match (&order.creator_id, &order.campaign_id) {
                    (Some(creator), _) => a href={ "/dashboard/creators/" (creator) } { "a creator" },
                    (None, Some(campaign)) => a href={ "/dashboard/campaigns/" (campaign) } { "a campaign" },
                    (None, None) => (NOTHING),
                } }
            }
        }
    };
    let text = |name| Column::plain(name, Align::Text);
    let columns = [
        text("Order"),
        Column::by_time(visit, "Placed"),
        text("Status"),
        text("Codes"),
        Column::plain("Net value", Align::Number),
        text("Credited to"),
    ];
    let body = html! {
        @if found.data.is_empty() {
            (parts::empty("No order has come in. A store sends them to its webhook address.", Some(("/dashboard/stores", "Stores"))))
        } @else {
            (parts::sorted_table("Orders", &columns, &rows))
            (parts::sorted_by_time())
        }
        (parts::pager(visit, found.next_cursor.as_deref()))
    };
    Ok(page(visit, &Title::top("Orders"), &body))
}
