//! Wise's batch template: a table whose head must stay as it is
//! (<https://wise.com/help/articles/2663302/how-do-i-fill-in-my-batch-template>).

use super::{Payment, Unpayable, csv, rows};

const COLUMNS: [&str; 9] = [
    "name",
    "recipientEmail",
    "paymentReference",
    "receiverType",
    "amountCurrency",
    "amount",
    "sourceCurrency",
    "targetCurrency",
    "IBAN",
];

/// `amountCurrency` is `target`: the recipient gets exactly the amount, and the brand bears the fee.
///
/// # Errors
/// Names the creators of whom no name or no address is known.
pub fn write(reference: &str, payments: &[Payment]) -> Result<Vec<u8>, Unpayable> {
    let rows = rows(payments, |payment| {
        let currency = payment.amount.currency.to_string();
        let holder = payment.account.holder.as_ref().or(payment.name.as_ref()).ok_or("the name")?;
        let cells: [String; COLUMNS.len()] = [
            holder.clone(),
            payment.email.clone().ok_or("the e-mail address")?,
            reference.to_owned(),
            "PERSON".to_owned(),
            "target".to_owned(),
            payment.amount.to_decimal(),
            currency.clone(),
            currency,
            payment.account.iban.as_ref().map(|iban| iban.as_str().to_owned()).unwrap_or_default(),
        ];
        Ok(cells.to_vec())
    })?;
    csv(std::iter::once(COLUMNS.map(str::to_owned).to_vec()).chain(rows))
}
