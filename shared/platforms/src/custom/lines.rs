//! The lines of an order and of a refund.

use std::collections::BTreeMap;

use tributary_domain::Currency;
use tributary_domain::order::{Line, Returned, returned};

use super::order::{LONGEST_ID, amount, at_most};
use crate::json::{Field, Object};
use crate::unreadable::Unreadable;

/// More lines than anybody has on one order.
const MOST_LINES: usize = 1_000;
const MOST_CATEGORIES: usize = 20;

/// The lines of an order: a line without an id has its place in the list for one, from 1 on.
pub(super) fn of_order(order: &Object<'_>, currency: Currency) -> Result<Vec<Line>, Unreadable> {
    let items = at_most(MOST_LINES, &order.get("lines")?)?;
    items.iter().zip(1_u32..).map(|(item, place)| line(&item.need(Field::object)?, place, currency)).collect()
}

fn line(line: &Object<'_>, place: u32, currency: Currency) -> Result<Line, Unreadable> {
    let mut names = Vec::new();
    for name in ["product", "variant", "sku"] {
        names.extend(text(&line.get(name)?)?);
    }
    let categories = at_most(MOST_CATEGORIES, &line.get("categories")?)?;
    Ok(Line {
        id: text(&line.get("id")?)?.unwrap_or_else(|| place.to_string()),
        names,
        categories: categories.iter().map(|item| item.need(text)).collect::<Result<_, _>>()?,
        quantity: line.get("quantity")?.whole()?.unwrap_or(1).into(),
        net: amount(line, "net", currency)?.ok_or_else(|| line.missing("net"))?,
    })
}

/// What a refund gives back of which lines: so many pieces, or so much of the net value.
pub(super) fn of_refund(
    refund: &Object<'_>,
    currency: Currency,
) -> Result<BTreeMap<String, Returned>, Unreadable> {
    let mut lines = BTreeMap::new();
    for item in at_most(MOST_LINES, &refund.get("lines")?)? {
        let line = item.need(Field::object)?;
        let what = match (line.get("quantity")?.whole()?, amount(&line, "net", currency)?) {
            (Some(units), None) => Returned::Units(units.into()),
            (None, Some(net)) => Returned::Net(net),
            (None, None) => return Err(line.missing("quantity")),
            (Some(_), Some(_)) => {
                return Err(line.get("net")?.wrong("stands beside quantity; say one of them"));
            }
        };
        let field = line.get("id")?;
        if lines.insert(field.need(text)?, what).is_some() {
            return Err(field.wrong("is that of another line too"));
        }
    }
    Ok(returned(lines))
}

fn text(field: &Field<'_>) -> Result<Option<String>, Unreadable> {
    match field.word_or_number()? {
        Some(text) if text.len() > LONGEST_ID => {
            Err(field.wrong(format_args!("must be at most {LONGEST_ID} bytes of text")))
        }
        text => Ok(text),
    }
}
