//! `GET, POST /t/conversion`: an order of any shop, reported by its page or its server (R35).

use std::rc::Rc;

use sha2::{Digest, Sha256};
use tributary_domain::Timestamp;
use tributary_domain::keys::hex;
use tributary_platforms::Delivery;
use tributary_platforms::postback::{Heard, Report, Reported, proved};
use tributary_storage::orders::{Kind, by_external_id};
use tributary_web::{Answer, Context, Problem, Request};

use crate::booking::{Booking, Trust, book_and_answer};
use crate::given;
use crate::shop::{self, Shop};

/// Books what a page or a server reports.
pub(crate) async fn answer(request: &Request) -> Result<Answer, Problem> {
    let report = Report::read(&given::fields(request)?)?;
    let context = Context::get().await?;
    context.migrated().await?;
    let shop = shop::find(&context, report.store.as_ref(), report.click_id.as_deref()).await?;
    let trust = trust(request, &report, &shop, context.now())?;
    book(&context, request, &report, &shop, trust).await
}

/// Whoever sees the shop's pages can report a first sale; what takes money back must be proved.
fn trust(request: &Request, report: &Report, shop: &Shop, now: Timestamp) -> Result<Trust, Problem> {
    let delivery = Delivery::new(request.headers.iter(), &request.body);
    let secrets: Vec<&str> = shop.webhook_secrets.iter().map(String::as_str).collect();
    match proved(&delivery, report.token.as_deref(), &secrets, now) {
        Ok(true) => Ok(Trust::Proved),
        Ok(false) if report.status == Reported::Paid => Ok(Trust::Unproved),
        Ok(false) => Err(Problem::new(
            401,
            "proof_required",
            "a refund or a cancellation needs a webhook secret of the store as token, or a signature",
        )),
        Err(refused) => Err(Problem::new(401, "bad_proof", refused.to_string())),
    }
}

/// Books a report in that trust.
pub(crate) async fn book(
    context: &Rc<Context>,
    request: &Request,
    report: &Report,
    shop: &Shop,
    trust: Trust,
) -> Result<Answer, Problem> {
    let known = by_external_id(&context.sql, &shop.id, &report.order_id).await?;
    let fingerprint = fingerprint(request);
    let facts = report.facts(&Heard {
        now: context.now(),
        is_proved: matches!(trust, Trust::Proved),
        currency: shop.currency,
        known: known.as_ref().map(|row| &row.facts),
        fingerprint: &fingerprint,
    })?;
    let booking = Booking {
        shop,
        external_id: report.order_id.clone(),
        kind: Kind::Order,
        facts,
        email: report.email.as_ref(),
        actor: "postback",
        reason: report.status.as_str().to_owned(),
    };
    book_and_answer(context, booking, trust).await
}

/// The same for the same report sent again.
fn fingerprint(request: &Request) -> String {
    let digest = Sha256::new().chain_update(&*request.query).chain_update([0]).chain_update(&request.body);
    hex(&digest.finalize())
}
