//! The topics by which a buyer or a shop asks to be shown or forgotten (R38).

use super::parse::Parsed;
use crate::email::Email;
use crate::json::{Field, Object};
use crate::unreadable::Unreadable;

pub(super) fn redact(body: &Object<'_>) -> Result<Parsed, Unreadable> {
    Ok(Parsed::Redact { order_ids: ids(body, "orders_to_redact")?, buyer_email: email(body)? })
}

pub(super) fn data_request(body: &Object<'_>) -> Result<Parsed, Unreadable> {
    let request_id = match body.get("data_request")?.object()? {
        Some(request) => request.get("id")?.id()?,
        None => None,
    };
    Ok(Parsed::DataRequest {
        request_id,
        order_ids: ids(body, "orders_requested")?,
        buyer_email: email(body)?,
    })
}

fn ids(body: &Object<'_>, name: &str) -> Result<Vec<String>, Unreadable> {
    body.get(name)?.list()?.iter().map(|id| id.need(Field::id)).collect()
}

fn email(body: &Object<'_>) -> Result<Option<Email>, Unreadable> {
    match body.get("customer")?.object()? {
        Some(customer) => Ok(customer.get("email")?.text()?.and_then(|text| Email::new(&text))),
        None => Ok(None),
    }
}
