use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};
use tributary_web::rest::{Call, Outcome};
use tributary_web::{Answer, Problem};

use super::{find, url_of};

/// Wide enough for print; an SVG has no resolution, so it fits any other size as well.
const SMALLEST_SIDE: u32 = 256;

/// A QR code of the link's address (R15).
pub(crate) async fn qr(call: &Call) -> Result<Outcome, Problem> {
    let link = find(call).await?;
    let url = url_of(&call.base_url(), &link.slug);
    // Level M mends 15 % of the area: what a printed flyer loses.
    let code = QrCode::with_error_correction_level(url.as_bytes(), EcLevel::M)
        .map_err(|error| Problem::internal(format!("QR code of {url}: {error}")))?;
    let image = code.render::<svg::Color<'_>>().min_dimensions(SMALLEST_SIDE, SMALLEST_SIDE).build();
    Ok(Answer::bytes(200, "image/svg+xml", image).into())
}
