use tributary_storage::conversions::Conversion;
use tributary_web::Problem;
use tributary_web::csv_row::{self, Cell};
use tributary_web::rest::{Call, Outcome};

use super::export;

/// Other people's programs rely on these names and their order: new ones come at the end.
const COLUMNS: [&str; 18] = [
    "conversion_id",
    "order_id",
    "order_number",
    "placed_at",
    "campaign_id",
    "campaign_name",
    "creator_id",
    "creator_name",
    "plan_id",
    "enrollment_id",
    "source",
    "code",
    "status",
    "approval",
    "value",
    "commission",
    "currency",
    "test",
];

pub(crate) async fn csv(call: &Call) -> Result<Outcome, Problem> {
    let head = csv_row::write([COLUMNS.map(|name| Cell::text(Some(name))).to_vec()]);
    export(call, "text/csv; charset=utf-8", "conversions.csv", head, rows).await
}

fn rows(conversions: &[Conversion]) -> Vec<u8> {
    csv_row::write(conversions.iter().map(|conversion| cells(conversion).to_vec()))
}

/// As many cells as there are columns: the compiler counts.
fn cells(conversion: &Conversion) -> [Cell<'_>; COLUMNS.len()] {
    let id = |text: &str| Cell::Number(text.to_owned());
    [
        id(conversion.id.as_str()),
        id(conversion.order.as_str()),
        Cell::text(Some(&conversion.order_number)),
        id(&conversion.placed_at.to_string()),
        id(conversion.campaign.as_str()),
        Cell::text(conversion.campaign_name.as_deref()),
        id(conversion.creator.as_ref().map_or("", |creator| creator.as_str())),
        Cell::text(conversion.creator_name.as_deref()),
        id(conversion.plan.as_str()),
        id(conversion.enrollment.as_str()),
        Cell::text(Some(&conversion.source)),
        Cell::text(conversion.code_text.as_deref()),
        Cell::text(Some(conversion.status.as_str())),
        Cell::text(Some(conversion.approval.as_str())),
        Cell::Number(conversion.value.to_decimal()),
        Cell::Number(conversion.commission.to_decimal()),
        id(conversion.value.currency.code()),
        Cell::text(Some(if conversion.test { "true" } else { "false" })),
    ]
}
