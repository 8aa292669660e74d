//! Files of payments, in the forms that payment services and banks take (R54). We move no money.

mod paypal;
mod sepa;
mod wise;

pub use paypal::write as write_paypal;
pub use sepa::{Order, write as write_sepa};
pub use wise::write as write_wise;

use tributary_domain::Money;
use tributary_domain::payout::Account;

/// One payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// The creator's id, by which the bank's answer is matched.
    pub id: String,
    /// The creator's name, where no account holder is known.
    pub name: Option<String>,
    /// The creator's e-mail address.
    pub email: Option<String>,
    /// How much.
    pub amount: Money,
    /// Where it goes.
    pub account: Account,
}

/// Payments that the file cannot hold, because something is not known of them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unpayable {
    /// A payment lacks something: its id and what is missing.
    #[error("{} of {}", .0.iter().map(|(_, what)| *what).next().unwrap_or_default(), .0.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>().join(", "))]
    Lacking(Vec<(String, &'static str)>),
    /// The brand's own account is not known.
    #[error("the payer's holder and iban")]
    Payer,
    /// The scheme has payments of another currency only.
    #[error("a payout in EUR: SEPA has no other currency")]
    Currency,
    /// The file could not be written.
    #[error("the file could not be written: {0}")]
    Broken(String),
}

/// A row for each payment, or the payments that have none.
fn rows<'a, T>(
    payments: &'a [Payment],
    row: impl Fn(&'a Payment) -> Result<T, &'static str>,
) -> Result<Vec<T>, Unpayable> {
    let mut lacking = Vec::new();
    let mut rows = Vec::with_capacity(payments.len());
    for payment in payments {
        match row(payment) {
            Ok(row) => rows.push(row),
            Err(what) => lacking.push((payment.id.clone(), what)),
        }
    }
    if lacking.is_empty() { Ok(rows) } else { Err(Unpayable::Lacking(lacking)) }
}

/// Rows of CSV. A cell that a spreadsheet would run gets an apostrophe before it: names are anybody's text.
fn csv(rows: impl IntoIterator<Item = Vec<String>>) -> Result<Vec<u8>, Unpayable> {
    let broken = |error: &dyn std::fmt::Display| Unpayable::Broken(error.to_string());
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        let cells = row.into_iter().map(|cell| {
            if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell }
        });
        writer.write_record(cells).map_err(|error| broken(&error))?;
    }
    writer.into_inner().map_err(|error| broken(&error))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use tributary_domain::Currency;
    use tributary_domain::iban::Iban;

    pub(crate) fn payment(id: &str, amount: i64, currency: &str) -> Payment {
        Payment {
            id: id.to_owned(),
            name: Some("José García".to_owned()),
            email: Some("jose@example.com".to_owned()),
            amount: Money::new(amount, Currency::parse(currency).unwrap()),
            account: Account {
                iban: Some(Iban::parse("DE89370400440532013000").unwrap()),
                ..Account::default()
            },
        }
    }

    // R54
    #[test]
    fn paypal_gets_a_row_for_each_recipient_without_a_head() {
        let other = Account { paypal: Some("pay@example.com".to_owned()), ..Account::default() };
        let payments =
            [payment("crt_1", 1_250, "EUR"), Payment { account: other, ..payment("crt_2", 700, "JPY") }];
        let file = String::from_utf8(write_paypal("pay_1", &payments).unwrap()).unwrap();
        assert_eq!(
            file,
            "jose@example.com,12.50,EUR,crt_1,pay_1,PAYPAL\npay@example.com,700,JPY,crt_2,pay_1,PAYPAL\n"
        );
    }

    // R54
    #[test]
    fn wise_gets_a_table_that_names_the_exact_amount_for_the_recipient() {
        let file =
            String::from_utf8(write_wise("pay_1", &[payment("crt_1", 1_250, "GBP")]).unwrap()).unwrap();
        assert_eq!(
            file,
            "name,recipientEmail,paymentReference,receiverType,amountCurrency,amount,sourceCurrency,targetCurrency,IBAN\n\
             José García,jose@example.com,pay_1,PERSON,target,12.50,GBP,GBP,DE89370400440532013000\n"
        );
    }

    // R54
    #[test]
    fn who_cannot_be_paid_is_named_and_no_half_file_is_written() {
        let nobody = Payment { email: None, ..payment("crt_2", 1, "EUR") };
        let payments = [payment("crt_1", 1, "EUR"), nobody];
        let lacking = Unpayable::Lacking(vec![("crt_2".to_owned(), "the e-mail address")]);
        assert_eq!(write_paypal("pay_1", &payments), Err(lacking.clone()));
        assert_eq!(write_wise("pay_1", &payments), Err(lacking));
    }

    // R54, R64
    #[test]
    fn a_name_that_a_spreadsheet_would_run_does_not_run() {
        let named = Payment { name: Some("=1+1".to_owned()), ..payment("crt_1", 1, "EUR") };
        let file = String::from_utf8(write_wise("pay_1", &[named]).unwrap()).unwrap();
        assert!(file.contains("\n'=1+1,"), "{file}");
    }
}
