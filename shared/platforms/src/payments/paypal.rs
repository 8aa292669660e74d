//! `PayPal`'s payment file for mass payouts: a row for each recipient and no head
//! (<https://developer.paypal.com/docs/payouts/standard/payouts-web/>).

use super::{Payment, Unpayable, csv, rows};

/// Recipient, amount, currency, customer id, note, wallet.
///
/// # Errors
/// Names the creators of whom no address is known.
pub fn write(reference: &str, payments: &[Payment]) -> Result<Vec<u8>, Unpayable> {
    let rows = rows(payments, |payment| {
        let recipient =
            payment.account.paypal.as_ref().or(payment.email.as_ref()).ok_or("the e-mail address")?;
        Ok(vec![
            recipient.clone(),
            payment.amount.to_decimal(),
            payment.amount.currency.to_string(),
            payment.id.clone(),
            reference.to_owned(),
            "PAYPAL".to_owned(),
        ])
    })?;
    csv(rows)
}
