//! A `codeDiscountNode` as a code of ours or of somebody else.

use tributary_domain::percent::Percent;
use tributary_domain::{Currency, Money};

use super::check::number;
use crate::json::{Field, Object};
use crate::shop_api::facts::{NONE, ids_fact, moment_fact, money_fact, once_fact, percent_fact};
use crate::shop_api::{Facts, Remote, Seen, State, Term};
use crate::unreadable::Unreadable;

/// Reads a node. A discount of another kind (buy X get Y, free shipping) has no code that we read: `None`.
pub(super) fn seen(node: &Object<'_>) -> Result<Option<Seen>, Unreadable> {
    let id = node.get("id")?.need(Field::text)?;
    let discount = node.get("codeDiscount")?.need(Field::object)?;
    if discount.get("__typename")?.text()?.is_some_and(|kind| kind != "DiscountCodeBasic") {
        return Ok(None);
    }
    let codes = discount.get("codes")?.need(Field::object)?.get("nodes")?.objects()?;
    let Some(code) = codes.first() else { return Ok(None) };
    let status = discount.get("status")?.text()?;
    Ok(Some(Seen {
        remote: Remote { code: id, rule: None },
        text: code.get("code")?.need(Field::text)?,
        // Switching a code off ends it now (`EXPIRED`); one that starts later is `SCHEDULED`.
        state: if status.as_deref() == Some("EXPIRED") { State::Inactive } else { State::Active },
        facts: facts(&discount)?,
    }))
}

fn facts(discount: &Object<'_>) -> Result<Facts, Unreadable> {
    let or_none = |text: Option<String>| text.unwrap_or_else(|| NONE.to_owned());
    let mut facts = Facts::from([
        (Term::UsageLimit, or_none(discount.get("usageLimit")?.whole()?.map(|limit| limit.to_string()))),
        (
            Term::OncePerCustomer,
            once_fact(discount.get("appliesOncePerCustomer")?.flag()?.unwrap_or_default()).to_owned(),
        ),
        (Term::EndsAt, or_none(discount.get("endsAt")?.time()?.map(moment_fact))),
    ]);
    if let Some(start) = discount.get("startsAt")?.time()? {
        facts.insert(Term::StartsAt, moment_fact(start));
    }
    let minimum = discount.get("minimumRequirement")?.object()?;
    facts.extend(minimum_facts(minimum.as_ref())?);
    if let Some(gets) = discount.get("customerGets")?.object()? {
        facts.extend(value_fact(&gets)?.map(|fact| (Term::Discount, fact)));
        if let Some(items) = gets.get("items")?.object()? {
            facts.extend(chosen(&items, "products", "Product")?.map(|ids| (Term::Products, ids_fact(&ids))));
            facts.extend(
                chosen(&items, "collections", "Collection")?.map(|ids| (Term::Categories, ids_fact(&ids))),
            );
        }
    }
    Ok(facts)
}

fn minimum_facts(minimum: Option<&Object<'_>>) -> Result<[(Term, String); 2], Unreadable> {
    let mut amount = NONE.to_owned();
    let mut quantity = NONE.to_owned();
    if let Some(minimum) = minimum {
        if let Some(least) = minimum.get("greaterThanOrEqualToSubtotal")?.object()? {
            amount = money_fact(money(&least)?);
        }
        // A count as a text: `"2"`.
        if let Some(least) = minimum.get("greaterThanOrEqualToQuantity")?.id()? {
            quantity = least;
        }
    }
    Ok([(Term::MinimumAmount, amount), (Term::MinimumQuantity, quantity)])
}

fn value_fact(gets: &Object<'_>) -> Result<Option<String>, Unreadable> {
    let Some(value) = gets.get("value")?.object()? else { return Ok(None) };
    if let Some(percent) = value.get("percentage")?.decimal(2)? {
        let percent =
            Percent::parse(&percent).map_err(|_| Unreadable::at("percentage", "is no fraction of one"))?;
        return Ok(Some(percent_fact(percent)));
    }
    let Some(amount) = value.get("amount")?.object()? else { return Ok(None) };
    let each = value.get("appliesOnEachItem")?.flag()?.unwrap_or_default();
    let amount = money_fact(money(&amount)?);
    Ok(Some(if each { format!("{amount} on each item") } else { amount }))
}

fn money(of: &Object<'_>) -> Result<Money, Unreadable> {
    let currency: Currency = of.get("currencyCode")?.need(Field::currency)?;
    Ok(Money::new(of.get("amount")?.need(|field| field.amount(currency))?, currency))
}

/// The numbers of the chosen products or collections. `None` where the answer does not have them all.
pub(super) fn chosen(items: &Object<'_>, name: &str, kind: &str) -> Result<Option<Vec<String>>, Unreadable> {
    let Some(connection) = items.get(name)?.object()? else { return Ok(Some(Vec::new())) };
    let page = connection.get("pageInfo")?.object()?;
    if let Some(page) = page
        && page.get("hasNextPage")?.flag()? == Some(true)
    {
        return Ok(None);
    }
    let mut numbers = Vec::new();
    for node in connection.get("nodes")?.objects()? {
        let id = node.get("id")?.need(Field::text)?;
        numbers.push(number(&id, kind).unwrap_or(&id).to_owned());
    }
    Ok(Some(numbers))
}
