//! A `codeDiscountNode` as a code of ours or of somebody else.

use tributary_domain::percent::Percent;
use tributary_domain::{Currency, Money};

use super::check::number;
use crate::json::{Field, Object};
use crate::shop_api::facts::{NONE, ids_fact, moment_fact, money_fact, once_fact, percent_fact};
use crate::shop_api::{Facts, Remote, Seen, State, Term};
use crate::unreadable::Unreadable;

/// Reads a node, as far as it tells. The text of a discount of another kind (free shipping, buy X get Y) is
/// not asked for: it is empty.
pub(super) fn seen(node: &Object<'_>) -> Result<Seen, Unreadable> {
    let id = node.get("id")?.need(Field::text)?;
    let mut seen = Seen {
        remote: Remote { code: id, rule: None },
        text: String::new(),
        state: State::Active,
        facts: Facts::new(),
    };
    let Some(discount) = node.get("codeDiscount")?.object()? else { return Ok(seen) };
    // Switching a code off ends it now (`EXPIRED`); one that starts later is `SCHEDULED`.
    if discount.get("status")?.text()?.as_deref() == Some("EXPIRED") {
        seen.state = State::Inactive;
    }
    if let Some(codes) = discount.get("codes")?.object()?
        && let Some(code) = codes.get("nodes")?.objects()?.first()
    {
        seen.text = code.get("code")?.text()?.unwrap_or_default();
    }
    seen.facts = facts(&discount)?;
    if discount.get("__typename")?.text()?.is_some_and(|kind| kind != "DiscountCodeBasic") {
        seen.facts.insert(Term::Discount, "another kind of discount".to_owned());
    }
    Ok(seen)
}

/// The terms that are told: a field that is left out tells nothing, a null one that there is no limit.
fn facts(discount: &Object<'_>) -> Result<Facts, Unreadable> {
    let or_none = |text: Option<String>| text.unwrap_or_else(|| NONE.to_owned());
    let mut facts = Facts::new();
    if discount.has("usageLimit") {
        let limit = discount.get("usageLimit")?.whole()?;
        facts.insert(Term::UsageLimit, or_none(limit.map(|limit| limit.to_string())));
    }
    if let Some(once) = discount.get("appliesOncePerCustomer")?.flag()? {
        facts.insert(Term::OncePerCustomer, once_fact(once).to_owned());
    }
    if discount.has("endsAt") {
        facts.insert(Term::EndsAt, or_none(discount.get("endsAt")?.time()?.map(moment_fact)));
    }
    facts.extend(discount.get("startsAt")?.time()?.map(|start| (Term::StartsAt, moment_fact(start))));
    if discount.has("minimumRequirement") {
        facts.extend(minimum_facts(discount.get("minimumRequirement")?.object()?.as_ref())?);
    }
    if let Some(gets) = discount.get("customerGets")?.object()? {
        facts.extend(value_fact(&gets)?.map(|fact| (Term::Discount, fact)));
        if let Some(items) = gets.get("items")?.object()? {
            for (term, name, kind) in
                [(Term::Products, "products", "Product"), (Term::Categories, "collections", "Collection")]
            {
                facts.extend(chosen(&items, name, kind)?.map(|ids| (term, ids_fact(&ids))));
            }
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
