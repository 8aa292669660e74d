//! Every credited sale, and those that wait for a person's decision.

use maud::html;
use tributary_web::{Answer, Problem};

use crate::layout::{Title, page as framed};
use crate::parts::{self, Unasked};
use crate::sales::{self, Place};
use crate::visit::Visit;
use crate::wire::{Conversion, List};

pub(crate) async fn page(visit: &Visit) -> Result<Answer, Problem> {
    let found: List<Conversion> = visit.get(&format!("/conversions?{}", visit.query_with(&[]))).await?;
    let body = html! {
        (parts::range_form(visit, Unasked::AllTime, &["status", "approval", "creatorId", "campaignId", "planId", "sort"]))
        (sales::of_whom(visit).await?)
        (sales::table(visit, &found.data, found.next_cursor.as_deref(), Place::Sales))
    };
    Ok(framed(visit, &Title::top("Credited sales"), &body))
}

/// What the rules would not decide alone (R45).
pub(crate) async fn review(visit: &Visit) -> Result<Answer, Problem> {
    let query = visit.query_with(&[("approval", Some("review"))]);
    let found: List<Conversion> = visit.get(&format!("/conversions?{query}")).await?;
    let body = html! {
        p { "These sales raised a doubt, which stands beside each. Nothing is owed for them until you approve." }
        @if found.data.is_empty() {
            (parts::empty("Nothing waits for you.", Some(("/dashboard/sales", "All sales"))))
        } @else {
            (sales::table(visit, &found.data, found.next_cursor.as_deref(), Place::Review))
        }
    };
    Ok(framed(visit, &Title::top("Review"), &body))
}
