//! `GET /t/pixel.gif`: an order reported by an image on the shop's thank-you page (R35).
//!
//! A page always gets its image: an error here would only put a broken one in front of a buyer.

use serde_json::json;
use tributary_platforms::postback::{Fields, Report, Reported};
use tributary_web::{Answer, Context, Problem, Request, log};

use crate::booking::Trust;
use crate::{conversion, shop};

/// One transparent dot.
const GIF: [u8; 43] = [
    0x47, 0x49, 0x46, 0x38, 0x39, 0x61, 0x01, 0x00, 0x01, 0x00, 0x80, 0x00, 0x00, 0x00, 0x00, 0x00, 0xFF,
    0xFF, 0xFF, 0x21, 0xF9, 0x04, 0x01, 0x00, 0x00, 0x00, 0x00, 0x2C, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00,
    0x01, 0x00, 0x00, 0x02, 0x01, 0x44, 0x00, 0x3B, 0x00,
];

/// Books what the page says, and answers the image.
pub(crate) async fn get(request: &Request) -> Answer {
    if let Err(problem) = book(request).await {
        log::warn("pixel_refused", &json!({ "code": problem.code, "reason": problem.for_log() }));
    }
    Answer::bytes(200, "image/gif", GIF)
}

async fn book(request: &Request) -> Result<(), Problem> {
    let report = Report::read(&Fields::of_pairs(request.query_pairs()))?;
    // A token on a page is no secret, so nothing that a pixel says is proved.
    if report.status != Reported::Paid {
        return Err(Problem::new(403, "pixel_cannot_refund", "a pixel can only report a paid order"));
    }
    let context = Context::get().await?;
    context.migrated().await?;
    let shop = shop::find(&context, report.store.as_ref(), report.click_id.as_deref()).await?;
    conversion::book(&context, request, &report, &shop, Trust::Unproved).await.map(drop)
}
