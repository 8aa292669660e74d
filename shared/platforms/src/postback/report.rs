//! What a report says of an order.

use tributary_domain::field_error::Invalid;
use tributary_domain::ids::StoreId;
use tributary_domain::lead;
use tributary_domain::{Currency, FieldErrors};

use super::fields::{AMOUNT, CLICK_ID, CODE, Fields, ORDER_ID, REFUND_ID, STORE_ID};
use crate::email::Email;

const LONGEST_ID: usize = 200;
const LONGEST_CODE: usize = 100;
/// RFC 3696, erratum 1690.
const LONGEST_EMAIL: usize = 254;

/// What became of the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reported {
    /// It was bought.
    Paid,
    /// It was paid back, in whole or by an amount.
    Refunded,
    /// It was called off.
    Canceled,
}

impl Reported {
    /// The stable word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Paid => "paid",
            Self::Refunded => "refunded",
            Self::Canceled => "canceled",
        }
    }

    fn parse(text: &str) -> Result<Self, Invalid> {
        match text.to_ascii_lowercase().as_str() {
            "paid" => Ok(Self::Paid),
            "refunded" => Ok(Self::Refunded),
            "canceled" | "cancelled" => Ok(Self::Canceled),
            _ => Err(Invalid::new("unknown_status", "must be paid, refunded or canceled")),
        }
    }
}

/// What a report says of an order.
#[derive(Debug, Clone)]
pub struct Report {
    /// The shop's id of the order.
    pub order_id: String,
    /// What became of it.
    pub status: Reported,
    /// The click id that the shopper came with.
    pub click_id: Option<String>,
    /// The store, where it is named.
    pub store: Option<StoreId>,
    /// The buyer's address, to be hashed.
    pub email: Option<Email>,
    /// A proof.
    pub token: Option<String>,
    /// A decimal, read once the currency is known.
    pub(super) amount: Option<String>,
    pub(super) currency: Option<Currency>,
    pub(super) code: Option<String>,
    pub(super) refund_id: Option<String>,
    pub(super) is_test: bool,
    pub(super) beside: GivenBeside,
}

/// Decimals, as [`Report::amount`] is.
#[derive(Debug, Clone, Default)]
pub(super) struct GivenBeside {
    pub(super) shipping: Option<String>,
    pub(super) tax: Option<String>,
    pub(super) discount: Option<String>,
}

impl Report {
    /// Reads a report.
    ///
    /// # Errors
    /// Every wrong field.
    pub fn read(fields: &Fields) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        let status = fields.get(&["status"]).map_or(Ok(Reported::Paid), Reported::parse);
        let status = errors.keep("status", status).unwrap_or(Reported::Paid);
        let order_id = optional_id("orderId", fields.get(ORDER_ID), &mut errors);
        if fields.get(ORDER_ID).is_none() {
            errors.add("orderId", "required", "the shop's own id of the order");
        } else if order_id.as_ref().is_some_and(|id| id.starts_with(lead::PREFIX)) {
            errors.add("orderId", "invalid", format!("must not begin with {}", lead::PREFIX));
        }
        let click_id = optional_id("clickId", fields.get(CLICK_ID), &mut errors);
        let code = short("code", fields.get(CODE), LONGEST_CODE, &mut errors).map(|code| code.to_uppercase());
        if status == Reported::Paid {
            if fields.get(CLICK_ID).or(fields.get(CODE)).is_none() {
                errors.add("clickId", "required", "the click id, or else the discount code in code");
            }
            if fields.get(AMOUNT).is_none() {
                errors.add("amount", "required", "the order's value as a decimal such as 12.99");
            }
        }
        let report = Self {
            order_id: order_id.unwrap_or_default(),
            status,
            click_id,
            store: store("storeId", fields, &mut errors),
            email: short("email", fields.get(&["email"]), LONGEST_EMAIL, &mut errors)
                .and_then(|email| Email::new(&email)),
            token: fields.get(&["token"]).map(ToOwned::to_owned),
            amount: fields.get(AMOUNT).map(ToOwned::to_owned),
            currency: fields
                .get(&["currency"])
                .and_then(|currency| errors.keep("currency", Currency::of_money(currency))),
            code,
            refund_id: optional_id("refundId", fields.get(REFUND_ID), &mut errors),
            is_test: matches!(fields.get(&["test"]), Some("1" | "true")),
            beside: GivenBeside {
                shipping: fields.get(&["shipping"]).map(ToOwned::to_owned),
                tax: fields.get(&["tax"]).map(ToOwned::to_owned),
                discount: fields.get(&["discount"]).map(ToOwned::to_owned),
            },
        };
        errors.into_result().map(|()| report)
    }
}

pub(super) fn store(path: &str, fields: &Fields, errors: &mut FieldErrors) -> Option<StoreId> {
    fields.get(STORE_ID).and_then(|id| errors.keep(path, StoreId::parse(id)))
}

/// An id of somebody else's: any text that can be shown.
pub(super) fn optional_id(path: &str, given: Option<&str>, errors: &mut FieldErrors) -> Option<String> {
    let text = short(path, given, LONGEST_ID, errors)?;
    if text.chars().any(char::is_control) {
        errors.add(path, "invalid", "must not have control characters");
        return None;
    }
    Some(text)
}

fn short(path: &str, given: Option<&str>, longest: usize, errors: &mut FieldErrors) -> Option<String> {
    let text = given?;
    if text.chars().count() > longest {
        errors.add(path, "too_long", format!("at most {longest} characters"));
        return None;
    }
    Some(text.to_owned())
}
