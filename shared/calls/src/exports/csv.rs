use tributary_storage::conversions::Conversion;
use tributary_web::Problem;
use tributary_web::csv_row::{self, Cell};
use tributary_web::rest::{Call, Outcome};

use super::{Format, export};

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

/// Who opens the file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reader {
    Program,
    Spreadsheet,
}

impl Reader {
    fn parse(text: &str) -> Result<Self, &'static str> {
        match text {
            "program" => Ok(Self::Program),
            "spreadsheet" => Ok(Self::Spreadsheet),
            _ => Err("must be program or spreadsheet"),
        }
    }
}

/// Without it, Excel reads a file that it opens by a click in the code page of its computer, and not as UTF-8.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();
/// A spreadsheet's numbers have this many digits; of longer ones it makes the rest zeros.
const EXACT_DIGITS: usize = 15;

pub(crate) async fn csv(call: &Call) -> Result<Outcome, Problem> {
    let reader = call.request.query_as("for", Reader::parse)?.unwrap_or(Reader::Program);
    let names = csv_row::write([COLUMNS.map(|name| Cell::text(Some(name))).to_vec()]);
    let (head, rows): (Vec<u8>, Format) = match reader {
        Reader::Program => (names, rows),
        Reader::Spreadsheet => ([BYTE_ORDER_MARK, &names].concat(), spreadsheet_rows),
    };
    export(call, "text/csv; charset=utf-8", "conversions.csv", head, rows).await
}

fn rows(conversions: &[Conversion]) -> Vec<u8> {
    csv_row::write(conversions.iter().map(|conversion| cells(conversion).to_vec()))
}

fn spreadsheet_rows(conversions: &[Conversion]) -> Vec<u8> {
    csv_row::write(conversions.iter().map(|conversion| cells(conversion).map(exact).to_vec()))
}

/// A long number that is a name stays a text.
fn exact(cell: Cell<'_>) -> Cell<'_> {
    match cell {
        Cell::Text(text) if text.len() > EXACT_DIGITS && text.bytes().all(|byte| byte.is_ascii_digit()) => {
            Cell::Text(format!("'{text}").into())
        }
        other => other,
    }
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
