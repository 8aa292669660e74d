//! Promotions and codes as the API writes them.

use tributary_domain::percent::Percent;
use tributary_domain::{Currency, Money};

use super::matcher;
use crate::json::{Field, Object};
use crate::shop_api::facts::{NONE, moment_fact, money_fact, once_fact, percent_fact};
use crate::shop_api::{Facts, Remote, RuleId, Seen, State, Term};
use crate::unreadable::Unreadable;

/// Reads a code. Which promotion it belongs to, it does not say.
pub(super) fn seen(code: &Object<'_>, rule: Option<&RuleId>) -> Result<Seen, Unreadable> {
    let mut facts = Facts::new();
    if code.has("max_uses") {
        let limit = count(&code.get("max_uses")?)?;
        facts.insert(Term::UsageLimit, limit.map_or_else(none, |limit| limit.to_string()));
    }
    if code.has("max_uses_per_customer") {
        let fact = match count(&code.get("max_uses_per_customer")?)? {
            Some(times) if times > 1 => format!("{times} times"),
            times => once_fact(times.is_some()).to_owned(),
        };
        facts.insert(Term::OncePerCustomer, fact);
    }
    Ok(Seen {
        remote: Remote { code: code.get("id")?.need(Field::id)?, rule: rule.cloned() },
        text: code.get("code")?.text()?.unwrap_or_default(),
        state: State::Active,
        facts,
    })
}

/// A promotion's id, whether it is switched on, and its terms.
pub(super) fn promotion(
    promotion: &Object<'_>,
    currency: Currency,
) -> Result<(RuleId, State, Facts), Unreadable> {
    let id = promotion.get("id")?.need(Field::id)?;
    let disabled = promotion.get("status")?.text()?.as_deref() == Some("DISABLED");
    let state = if disabled { State::Inactive } else { State::Active };
    Ok((RuleId::new(id), state, facts(promotion, currency)?))
}

fn facts(promotion: &Object<'_>, store: Currency) -> Result<Facts, Unreadable> {
    let currency = promotion.get("currency_code")?.text()?.and_then(|code| Currency::parse(&code).ok());
    let currency = currency.unwrap_or(store);
    let mut facts = Facts::new();
    if promotion.has("end_date") {
        facts.insert(Term::EndsAt, promotion.get("end_date")?.time()?.map_or_else(none, moment_fact));
    }
    if let Some(start) = promotion.get("start_date")?.time()? {
        facts.insert(Term::StartsAt, moment_fact(start));
    }
    // A promotion's own limit overrides its codes'.
    if let Some(limit) = count(&promotion.get("max_uses")?)? {
        facts.insert(Term::UsageLimit, format!("{limit} for all codes"));
    }
    let rules = promotion.get("rules")?.objects()?;
    if let [rule] = rules.as_slice() {
        facts.extend(action(&rule.get("action")?.need(Field::object)?, currency)?);
        let condition = rule.get("condition")?.object()?;
        let cart = condition.map(|condition| condition.get("cart")?.object()).transpose()?.flatten();
        facts.extend(minimum(cart.as_ref(), currency)?);
    }
    Ok(facts)
}

fn action(action: &Object<'_>, currency: Currency) -> Result<Facts, Unreadable> {
    let (inner, items) = match (action.get("cart_value")?.object()?, action.get("cart_items")?.object()?) {
        (Some(value), _) => (value, None),
        (None, Some(chosen)) => {
            let items = chosen.get("items")?.object()?;
            (chosen, items)
        }
        (None, None) => return Ok(Facts::from([(Term::Discount, "another kind".to_owned())])),
    };
    let mut facts = matcher::facts(items.as_ref())?;
    let discount = inner.get("discount")?.need(Field::object)?;
    let percent = discount.get("percentage_amount")?;
    if let Some(text) = percent.decimal(0)? {
        let value = Percent::parse(&text).map_err(|invalid| percent.wrong(invalid))?;
        facts.insert(Term::Discount, percent_fact(value));
    } else if let Some(amount) = discount.get("fixed_amount")?.amount(currency)? {
        let fact = money_fact(Money::new(amount, currency));
        let each = inner.get("as_total")?.flag()? == Some(false);
        facts.insert(Term::Discount, if each { format!("{fact} on each item") } else { fact });
    }
    Ok(facts)
}

fn minimum(cart: Option<&Object<'_>>, currency: Currency) -> Result<Facts, Unreadable> {
    let (mut amount, mut quantity) = (None, None);
    if let Some(cart) = cart {
        amount = cart.get("minimum_spend")?.amount(currency)?.filter(|amount| *amount > 0);
        quantity = count(&cart.get("minimum_quantity")?)?;
    }
    Ok(Facts::from([
        (Term::MinimumAmount, amount.map_or_else(none, |amount| money_fact(Money::new(amount, currency)))),
        (Term::MinimumQuantity, quantity.map_or_else(none, |least| least.to_string())),
    ]))
}

/// 0 is none.
fn count(field: &Field<'_>) -> Result<Option<u32>, Unreadable> {
    Ok(field.whole()?.filter(|count| *count > 0))
}

fn none() -> String {
    NONE.to_owned()
}
