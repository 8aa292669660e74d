//! A batch as a file: plain, or as `PayPal`, Wise or a bank takes it.

use tributary_domain::payout::Status;
use tributary_domain::{Day, FieldErrors};
use tributary_platforms::payments::{Order, Payment, Unpayable, write_paypal, write_sepa, write_wise};
use tributary_storage::payees;
use tributary_storage::payouts::{Line, Payout};
use tributary_web::csv_row::{self, Cell};
use tributary_web::rest::{Call, Outcome};
use tributary_web::{Answer, Problem};

use super::{accounts, find};

/// Other people's programs rely on these names and their order: new ones come at the end.
const COLUMNS: [&str; 10] = [
    "payout_id",
    "creator_id",
    "creator_name",
    "email",
    "amount",
    "currency",
    "status",
    "reference",
    "updated_at",
    "reason",
];

/// The forms of a file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Format {
    Plain,
    PayPal,
    Wise,
    Sepa,
}

impl Format {
    fn parse(text: &str) -> Result<Self, &'static str> {
        match text {
            "csv" => Ok(Self::Plain),
            "paypal" => Ok(Self::PayPal),
            "wise" => Ok(Self::Wise),
            "sepa" => Ok(Self::Sepa),
            _ => Err("must be csv, paypal, wise or sepa"),
        }
    }
}

/// `?format=`, plain CSV by default. Files for a payment service or a bank hold the pending payments alone,
/// so that none is sent twice.
pub(crate) async fn file(call: &Call) -> Result<Outcome, Problem> {
    let format = call.request.query_as("format", Format::parse)?.unwrap_or(Format::Plain);
    let today = call.context.now().day();
    let on = call.request.query_as("on", |text| from_today_on(text, today))?.unwrap_or(today);
    let payout = find(call).await?;
    if format == Format::Plain {
        return Ok(attachment("text/csv; charset=utf-8", &format!("{}.csv", payout.id), plain(&payout)));
    }
    let payments = payments(call, &payout).await?;
    let id = payout.id.as_str();
    let (content_type, name, written) = match format {
        Format::Plain | Format::PayPal => {
            ("text/csv; charset=utf-8", format!("{id}-paypal.csv"), write_paypal(id, &payments))
        }
        Format::Wise => ("text/csv; charset=utf-8", format!("{id}-wise.csv"), write_wise(id, &payments)),
        Format::Sepa => {
            let payer = accounts::known(call, payees::PAYER).await?;
            let order = Order { id, now: call.context.now(), on, payer: &payer };
            ("application/xml", format!("{id}-pain.001.xml"), write_sepa(&order, &payments))
        }
    };
    Ok(attachment(content_type, &name, written.map_err(problem)?))
}

/// A bank carries out nothing in the past.
fn from_today_on(text: &str, today: Day) -> Result<Day, String> {
    let day = Day::parse(text).map_err(|error| error.to_string())?;
    if day < today { Err(format!("must be {today} or later")) } else { Ok(day) }
}

fn attachment(content_type: &str, name: &str, bytes: Vec<u8>) -> Outcome {
    let disposition = format!("attachment; filename=\"{name}\"");
    Answer::bytes(200, content_type, bytes).header("content-disposition", disposition).into()
}

fn plain(payout: &Payout) -> Vec<u8> {
    let head = COLUMNS.map(|name| Cell::text(Some(name))).to_vec();
    let rows = payout.lines.iter().map(|line| cells(payout, line).to_vec());
    csv_row::write(std::iter::once(head).chain(rows))
}

fn cells<'a>(payout: &Payout, line: &'a Line) -> [Cell<'a>; COLUMNS.len()] {
    [
        Cell::Number(payout.id.to_string()),
        Cell::Number(line.creator.to_string()),
        Cell::text(line.name.as_deref()),
        Cell::text(line.email.as_deref()),
        Cell::Number(line.amount.to_decimal()),
        Cell::Number(line.amount.currency.to_string()),
        Cell::text(Some(line.status.as_str())),
        Cell::text(line.reference.as_deref()),
        Cell::Number(line.updated_at.to_string()),
        Cell::text(line.reason.as_deref()),
    ]
}

/// The pending payments, with the accounts that they go to.
async fn payments(call: &Call, payout: &Payout) -> Result<Vec<Payment>, Problem> {
    let sealed = payees::of_payout(&call.context.sql, payout.id.as_str()).await?;
    payout
        .lines
        .iter()
        .filter(|line| line.status == Status::Pending)
        .map(|line| {
            let id = line.creator.as_str();
            let account =
                sealed.get(id).map(|sealed| accounts::open(&call.context, id, sealed)).transpose()?;
            Ok(Payment {
                id: id.to_owned(),
                name: line.name.clone(),
                email: line.email.clone(),
                amount: line.amount,
                account: account.unwrap_or_default(),
            })
        })
        .collect()
}

fn problem(unpayable: Unpayable) -> Problem {
    match unpayable {
        Unpayable::Lacking(lacking) => {
            let mut errors = FieldErrors::default();
            for (id, what) in lacking {
                let detail = format!("{what} is not known; see PUT /creators/{id}/payout-account");
                errors.add(id, "missing", detail);
            }
            errors.into()
        }
        Unpayable::Payer => Problem::field(
            "payer",
            "missing",
            "the brand's account holder and iban are not known; see PUT /payouts/payer",
        ),
        Unpayable::Currency => Problem::field("format", "currency", "SEPA pays in EUR only"),
        Unpayable::Broken(words) => Problem::internal(words),
    }
}
