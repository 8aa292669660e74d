//! Rules and coupons as the API writes them.

use tributary_domain::percent::Percent;
use tributary_domain::{Currency, Money};

use super::condition;
use crate::json::{Field, Object};
use crate::shop_api::facts::{NONE, money_fact, once_fact, percent_fact};
use crate::shop_api::{Facts, Remote, RuleId, Seen, State, Term};
use crate::unreadable::Unreadable;

/// Reads a coupon.
pub(super) fn seen(coupon: &Object<'_>) -> Result<Seen, Unreadable> {
    let rule = coupon.get("rule_id")?.id()?;
    Ok(Seen {
        remote: Remote { code: coupon.get("coupon_id")?.need(Field::id)?, rule: rule.map(RuleId::new) },
        text: coupon.get("code")?.text()?.unwrap_or_default(),
        state: State::Active,
        facts: limits(coupon, "usage_limit", "usage_per_customer")?,
    })
}

/// A rule's id and terms.
pub(super) fn rule(rule: &Object<'_>, currency: Currency) -> Result<(RuleId, Facts), Unreadable> {
    let id = rule.get("rule_id")?.need(Field::id)?;
    let mut facts = limits(rule, "uses_per_coupon", "uses_per_customer")?;
    for (name, term) in [("from_date", Term::StartsAt), ("to_date", Term::EndsAt)] {
        if rule.has(name) {
            facts.insert(term, day(&rule.get(name)?)?);
        }
    }
    facts.extend(discount(rule, currency)?.map(|fact| (Term::Discount, fact)));
    facts.extend(condition::facts(rule, currency)?);
    if rule.get("is_active")?.flag()? == Some(false) {
        facts.insert(Term::Discount, "none: the rule is switched off".to_owned());
    }
    Ok((RuleId::new(id), facts))
}

fn limits(of: &Object<'_>, total: &str, per_customer: &str) -> Result<Facts, Unreadable> {
    let mut facts = Facts::new();
    let count = |name: &str| -> Result<Option<u32>, Unreadable> {
        Ok(of.get(name)?.whole()?.filter(|count| *count > 0))
    };
    if of.has(total) {
        let limit = count(total)?.map_or_else(|| NONE.to_owned(), |limit| limit.to_string());
        facts.insert(Term::UsageLimit, limit);
    }
    if of.has(per_customer) {
        let once = match count(per_customer)? {
            Some(times) if times > 1 => format!("{times} times"),
            times => once_fact(times.is_some()).to_owned(),
        };
        facts.insert(Term::OncePerCustomer, once);
    }
    Ok(facts)
}

/// `2026-01-01`, of which some versions make `2026-01-01 00:00:00`.
fn day(field: &Field<'_>) -> Result<String, Unreadable> {
    let text = field.words()?;
    let day = text.and_then(|text| text.split([' ', 'T']).next().map(str::to_owned));
    Ok(day.unwrap_or_else(|| NONE.to_owned()))
}

fn discount(rule: &Object<'_>, currency: Currency) -> Result<Option<String>, Unreadable> {
    let amount = rule.get("discount_amount")?;
    let Some(action) = rule.get("simple_action")?.text()? else { return Ok(None) };
    if action == "by_percent" {
        let Some(percent) = amount.decimal(0)? else { return Ok(None) };
        return Percent::parse(&percent).map(percent_fact).map(Some).map_err(|invalid| amount.wrong(invalid));
    }
    let fact = amount.amount(currency)?.map(|amount| money_fact(Money::new(amount, currency)));
    Ok(fact.map(|fact| match action.as_str() {
        "cart_fixed" => fact,
        "by_fixed" => format!("{fact} on each item"),
        other => format!("{fact} ({other})"),
    }))
}
