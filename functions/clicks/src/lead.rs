//! `POST /t/lead`: a sign-up, a download, a form (R36).

use tributary_platforms::postback::Lead;
use tributary_storage::orders::Kind;
use tributary_web::{Answer, Context, Problem, Request};

use crate::booking::{Booking, Trust, book_and_answer};
use crate::{given, shop};

/// Books a lead once.
pub(crate) async fn post(request: &Request) -> Result<Answer, Problem> {
    let lead = Lead::read(&given::fields(request)?)?;
    let context = Context::get().await?;
    context.migrated().await?;
    let shop = shop::find(&context, None, Some(&lead.click_id)).await?;
    let booking = Booking {
        shop: &shop,
        external_id: lead.id(),
        kind: Kind::Lead,
        facts: lead.facts(context.now(), shop.currency),
        email: lead.email.as_ref(),
        actor: "postback",
        reason: format!("lead {}", lead.event.as_str()),
    };
    book_and_answer(&context, booking, Trust::Unproved).await
}
