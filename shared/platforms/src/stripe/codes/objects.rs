//! Coupons and promotion codes as Stripe writes them.

use tributary_domain::percent::Percent;
use tributary_domain::{Currency, Timestamp};

use crate::json::{Field, Object};
use crate::shop_api::facts::{NONE, ids_fact, moment_fact, money_fact, percent_fact};
use crate::shop_api::{Facts, Remote, RuleId, Seen, State, Term};
use crate::stripe::units::from_stripe;
use crate::unreadable::Unreadable;

/// Reads a promotion code, with its coupon's terms where that is expanded.
pub(super) fn seen(code: &Object<'_>) -> Result<Seen, Unreadable> {
    let mut facts = code_facts(code)?;
    // Versions before 2025-09-30 have the coupon beside the code.
    let coupon = match code.get("promotion")?.object()? {
        Some(promotion) => promotion.get("coupon")?,
        None => code.get("coupon")?,
    };
    let rule = match coupon.object() {
        Ok(Some(coupon)) => {
            facts.extend(coupon_facts(&coupon)?);
            coupon.get("id")?.text()?
        }
        Ok(None) => None,
        Err(_) => coupon.text()?,
    };
    let active = code.get("active")?.flag()?;
    Ok(Seen {
        remote: Remote { code: code.get("id")?.need(Field::text)?, rule: rule.map(RuleId::new) },
        text: code.get("code")?.text()?.unwrap_or_default(),
        state: if active == Some(false) { State::Inactive } else { State::Active },
        facts,
    })
}

fn code_facts(code: &Object<'_>) -> Result<Facts, Unreadable> {
    let mut facts = Facts::new();
    if code.has("max_redemptions") {
        let limit = code.get("max_redemptions")?.whole()?;
        facts.insert(Term::UsageLimit, limit.map_or_else(none, |limit| limit.to_string()));
    }
    if code.has("expires_at") {
        let end = code.get("expires_at")?.whole()?;
        let end = end.map(|seconds| moment_fact(Timestamp::from_seconds(seconds.into())));
        facts.insert(Term::EndsAt, end.unwrap_or_else(none));
    }
    let Some(restrictions) = code.get("restrictions")?.object()? else { return Ok(facts) };
    let least = match restrictions.get("minimum_amount_currency")?.currency()? {
        Some(currency) => money(&restrictions.get("minimum_amount")?, currency)?,
        None => None,
    };
    facts.insert(Term::MinimumAmount, least.unwrap_or_else(none));
    // What we never ask for: a code that somebody else made or that was replaced.
    let first = restrictions.get("first_time_transaction")?.flag()? == Some(true);
    let once = if first { "first purchases only" } else { NONE };
    facts.insert(Term::OncePerCustomer, once.to_owned());
    Ok(facts)
}

/// The terms that a coupon has.
pub(super) fn coupon_facts(coupon: &Object<'_>) -> Result<Facts, Unreadable> {
    let mut facts = Facts::new();
    let percent = coupon.get("percent_off")?;
    if let Some(text) = percent.decimal(0)? {
        let value = Percent::parse(&text).map_err(|invalid| percent.wrong(invalid))?;
        facts.insert(Term::Discount, percent_fact(value));
    } else if let Some(currency) = coupon.get("currency")?.currency()? {
        facts.extend(money(&coupon.get("amount_off")?, currency)?.map(|fact| (Term::Discount, fact)));
    }
    // Only told where it was asked for.
    if let Some(applies) = coupon.get("applies_to")?.object()? {
        let products = applies.get("products")?.list()?;
        let ids: Vec<String> = products.iter().map(|id| id.need(Field::text)).collect::<Result<_, _>>()?;
        facts.insert(Term::Products, ids_fact(&ids));
    }
    Ok(facts)
}

fn money(field: &Field<'_>, currency: Currency) -> Result<Option<String>, Unreadable> {
    let Some(units) = field.id()? else { return Ok(None) };
    let money = units.parse().ok().and_then(|units| from_stripe(units, currency));
    money.map(|money| Some(money_fact(money))).ok_or_else(|| field.wrong("is no amount of its currency"))
}

fn none() -> String {
    NONE.to_owned()
}
