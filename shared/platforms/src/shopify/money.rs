//! Amounts in the shop's currency.

use tributary_domain::Currency;

use crate::json::{Field, Object};
use crate::unreadable::Unreadable;

/// The field with an amount in the shop's currency: `<name>_set.shop_money.amount`, which says so itself, or
/// else the plain `<name>`.
pub(super) fn shop_amount<'a>(
    object: &Object<'a>,
    name: &str,
    currency: Currency,
) -> Result<Field<'a>, Unreadable> {
    let side = Side::Shop.of(object, name)?;
    match side {
        Some(side) => {
            let code = side.get("currency_code")?;
            if code.currency()?.is_some_and(|written| written != currency) {
                return Err(code.wrong("is not the currency of the order"));
            }
            let amount = side.get("amount")?;
            if amount.is_present() { Ok(amount) } else { object.get(name) }
        }
        None => object.get(name),
    }
}

/// One of the two sides of an amount set.
#[derive(Clone, Copy)]
pub(super) enum Side {
    /// What the shop counts in.
    Shop,
    /// What the buyer saw and paid.
    Buyer,
}

impl Side {
    /// That side of `<name>_set`.
    pub(super) fn of<'a>(self, object: &Object<'a>, name: &str) -> Result<Option<Object<'a>>, Unreadable> {
        let Some(set) = object.get(&format!("{name}_set"))?.object()? else { return Ok(None) };
        let side = match self {
            Self::Shop => "shop_money",
            Self::Buyer => "presentment_money",
        };
        set.get(side)?.object()
    }
}

/// The sum of some amounts of a list of objects.
pub(super) fn sum<'a>(
    objects: &[Object<'a>],
    amount: impl Fn(&Object<'a>) -> Result<Option<i64>, Unreadable>,
) -> Result<i64, Unreadable> {
    objects.iter().try_fold(0_i64, |sum, object| Ok(sum.saturating_add(amount(object)?.unwrap_or(0))))
}
