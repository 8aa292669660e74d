//! From facts to an answer.

use std::rc::Rc;

use serde_json::json;
use tributary_domain::ids::ConversionId;
use tributary_domain::order::OrderFacts;
use tributary_platforms::Email;
use tributary_storage::orders::book::{Incoming, Take};
use tributary_storage::orders::{Kind, OrderRow};
use tributary_web::{Answer, Context, Problem, till};

use crate::shop::Shop;

/// What is to be booked.
pub(crate) struct Booking<'a> {
    pub(crate) shop: &'a Shop,
    pub(crate) external_id: String,
    pub(crate) kind: Kind,
    pub(crate) facts: OrderFacts,
    pub(crate) email: Option<&'a Email>,
    pub(crate) actor: &'static str,
    pub(crate) reason: String,
}

/// Whom to believe.
#[derive(Clone, Copy)]
pub(crate) enum Trust {
    /// The sender is the shop: merged into what is known.
    Proved,
    /// Anybody: taken only where nothing is known yet.
    Unproved,
}

/// Books it, and tells what became of the order.
pub(crate) async fn book_and_answer(
    context: &Rc<Context>,
    booking: Booking<'_>,
    trust: Trust,
) -> Result<Answer, Problem> {
    let mut facts = booking.facts;
    if let Some(email) = booking.email {
        context.note_buyer(&mut facts, email.expose());
    }
    let incoming = Incoming {
        store: booking.shop.id.clone(),
        currency: booking.shop.currency,
        external_id: booking.external_id,
        kind: booking.kind,
        facts,
        actor: booking.actor.to_owned(),
        reason: booking.reason,
    };
    let take = match trust {
        Trust::Proved => Take::Merged,
        Trust::Unproved => Take::IfNew,
    };
    let booked = till::book(context, incoming, take).await?;
    Ok(answer(&booked.row))
}

fn answer(row: &OrderRow) -> Answer {
    let conversion = row.enrollment.is_some().then(|| ConversionId::from(&row.id));
    Answer::json(200, &json!({ "orderId": row.id, "conversionId": conversion, "status": row.status }))
}
