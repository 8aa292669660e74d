//! A coupon as the API writes it.

use tributary_domain::percent::Percent;
use tributary_domain::{Currency, Money, Timestamp};

use crate::json::{Field, Object};
use crate::shop_api::facts::{NONE, ids_fact, moment_fact, money_fact, once_fact, percent_fact};
use crate::shop_api::{Facts, Remote, Seen, State, Term};
use crate::unreadable::Unreadable;

/// Reads a coupon.
pub(super) fn seen(coupon: &Object<'_>, currency: Currency) -> Result<Seen, Unreadable> {
    let status = coupon.get("status")?.text()?;
    Ok(Seen {
        remote: Remote { code: coupon.get("id")?.need(Field::id)?, rule: None },
        text: coupon.get("code")?.text()?.unwrap_or_default(),
        // Older versions do not tell the status, and list published coupons only.
        state: if status.is_none_or(|status| status == "publish") { State::Active } else { State::Inactive },
        facts: facts(coupon, currency)?,
    })
}

fn facts(coupon: &Object<'_>, currency: Currency) -> Result<Facts, Unreadable> {
    let mut facts = Facts::new();
    let mut tell = |name: &str, term, fact: &dyn Fn(&Field<'_>) -> Result<String, Unreadable>| {
        // A field that an answer leaves out tells nothing; a null one says that there is none.
        if coupon.has(name) {
            facts.insert(term, fact(&coupon.get(name)?)?);
        }
        Ok::<(), Unreadable>(())
    };
    tell("usage_limit", Term::UsageLimit, &|field| {
        Ok(count(field)?.map_or_else(none, |limit| limit.to_string()))
    })?;
    tell("usage_limit_per_user", Term::OncePerCustomer, &|field| {
        Ok(match count(field)? {
            None | Some(1) => once_fact(count(field)?.is_some()).to_owned(),
            Some(times) => format!("{times} times"),
        })
    })?;
    tell("product_ids", Term::Products, &ids)?;
    tell("product_categories", Term::Categories, &ids)?;
    tell("date_expires_gmt", Term::EndsAt, &end)?;
    // Amounts are given back with two decimals: not enough for a dinar.
    if currency.exponent() <= 2 {
        tell("minimum_amount", Term::MinimumAmount, &|field| {
            Ok(field
                .amount(currency)?
                .filter(|amount| *amount > 0)
                .map_or_else(none, |amount| money_fact(Money::new(amount, currency))))
        })?;
    }
    facts.extend(discount(coupon, currency)?.map(|fact| (Term::Discount, fact)));
    Ok(facts)
}

fn none() -> String {
    NONE.to_owned()
}

fn count(field: &Field<'_>) -> Result<Option<u32>, Unreadable> {
    Ok(field.whole()?.filter(|count| *count > 0))
}

fn ids(field: &Field<'_>) -> Result<String, Unreadable> {
    let ids: Vec<String> = field.list()?.iter().map(|id| id.need(Field::id)).collect::<Result<_, _>>()?;
    Ok(ids_fact(&ids))
}

/// A time in UTC, without saying so.
fn end(field: &Field<'_>) -> Result<String, Unreadable> {
    let Some(text) = field.words()? else { return Ok(none()) };
    let utc = format!("{}Z", text.trim_end_matches('Z'));
    Timestamp::parse(&utc).map(moment_fact).map_err(|invalid| field.wrong(invalid))
}

fn discount(coupon: &Object<'_>, currency: Currency) -> Result<Option<String>, Unreadable> {
    let amount = coupon.get("amount")?;
    let Some(kind) = coupon.get("discount_type")?.text()? else { return Ok(None) };
    if kind == "percent" {
        let Some(percent) = amount.decimal(0)? else { return Ok(None) };
        return Percent::parse(&percent).map(percent_fact).map(Some).map_err(|invalid| amount.wrong(invalid));
    }
    let fact = amount.amount(currency)?.map(|amount| money_fact(Money::new(amount, currency)));
    Ok(fact.filter(|_| currency.exponent() <= 2).map(|fact| match kind.as_str() {
        "fixed_cart" => fact,
        "fixed_product" => format!("{fact} on each item"),
        other => format!("{fact} ({other})"),
    }))
}
