//! Which part of an order is paid by which rule.

use super::sale::Sale;
use super::terms::{CommissionTerms, Pay, PayRule};
use super::{Uncomputable, amount_in};
use crate::money::product;
use crate::order::SoldLine;
use crate::percent::WHOLE;

/// What of an order one rule decides, or the terms beside the rules. Amounts are minor units of its currency.
pub(super) struct Share {
    /// The rule's place in the list; `None` for the terms beside it.
    pub(super) rule: Option<usize>,
    pay: Pay,
    /// Whether a flat amount is for each piece, and not for the order.
    by_piece: bool,
    /// Pieces, as placed.
    pub(super) units: i64,
    /// Net value, as placed.
    placed: i64,
    /// What is left of it, by the refunds that name lines.
    pub(super) stands: i64,
}

impl Share {
    fn of(pay: Pay, lines: &[&SoldLine]) -> Self {
        let sum = |part| sum_of(lines.iter().copied(), part);
        let (units, placed) = (sum(|sold| sold.line.quantity), sum(|sold| sold.line.net));
        Self { rule: None, pay, by_piece: false, units, placed, stands: sum(|sold| sold.stands) }
    }

    /// With what of the order stands in no line.
    fn with(self, rest: &Rest) -> Self {
        Self {
            placed: self.placed.saturating_add(rest.placed),
            stands: self.stands.saturating_add(rest.stands),
            ..self
        }
    }

    const fn is_empty(&self) -> bool {
        self.units == 0 && self.placed == 0 && self.stands == 0
    }

    /// What it earns, rounded once: `kept` is what refunds that name no lines left of the order, and `base` how much
    /// more than the net value counts.
    pub(super) fn earns(&self, sale: &Sale, kept: (i64, i64), base: (i64, i64)) -> Result<i64, Uncomputable> {
        let left = (self.stands.min(self.placed), self.placed);
        Ok(match self.pay {
            Pay::Percentage { rate } => {
                product(self.stands, &[(rate.units().into(), WHOLE.into()), kept, base])
            }
            Pay::Flat { amount } if self.by_piece => {
                product(amount_in(amount, sale.net.currency)?, &[(self.units, 1), left, kept])
            }
            Pay::Flat { amount } => product(amount_in(amount, sale.net.currency)?, &[left, kept]),
            Pay::PerLead { .. } | Pay::PerClick { .. } => 0,
        })
    }
}

/// What of an order stands in no line that is known: all of it, where the shop tells none.
struct Rest {
    placed: i64,
    stands: i64,
}

impl Rest {
    fn of(sale: &Sale) -> Self {
        let sum = |part| sum_of(&sale.lines, part);
        let placed = sale.original_net.saturating_sub(sum(|sold| sold.line.net)).max(0);
        let known = sum(|sold| sold.stands).saturating_add(placed);
        // A shop may have added to an order, or kept some of what a returned line cost.
        let more = sale.net.amount.saturating_sub(known).max(0);
        Self { placed, stands: placed.saturating_add(more) }
    }
}

fn sum_of<'a>(lines: impl IntoIterator<Item = &'a SoldLine>, part: fn(&SoldLine) -> i64) -> i64 {
    lines.into_iter().map(part).fold(0, i64::saturating_add)
}

/// Parts an order among the rules: of those that a line fits the first one decides for it. Together they are the whole
/// order, and what stands of them is no less than what stands of it.
pub(super) fn shares(terms: &CommissionTerms, sale: &Sale) -> Result<Vec<Share>, Uncomputable> {
    let (mut shares, mut left) = (Vec::new(), sale.lines.iter().collect::<Vec<_>>());
    let rest = Rest::of(sale);
    for (index, rule) in terms.rules.iter().enumerate() {
        if !holds(rule, sale)? {
            continue;
        }
        let (fitting, others): (Vec<_>, Vec<_>) =
            left.into_iter().partition(|sold| rule.when.fits(&sold.line));
        left = others;
        let share = Share { rule: Some(index), ..Share::of(rule.pay, &fitting) };
        if !rule.when.chooses_lines() {
            shares.push(share.with(&rest));
            return Ok(shares);
        }
        if !fitting.is_empty() {
            shares.push(Share { by_piece: true, ..share });
        }
    }
    let others = Share::of(terms.pay, &left).with(&rest);
    if shares.is_empty() || !others.is_empty() {
        shares.push(others);
    }
    Ok(shares)
}

/// Whether a rule's conditions hold, of which those about size look at the order as it was placed.
fn holds(rule: &PayRule, sale: &Sale) -> Result<bool, Uncomputable> {
    let when = &rule.when;
    if let Some(minimum) = when.minimum_order
        && sale.original_net < amount_in(minimum, sale.net.currency)?
    {
        return Ok(false);
    }
    let units = || sum_of(sale.lines.iter().filter(|sold| when.fits(&sold.line)), |sold| sold.line.quantity);
    Ok(when.customer.is_none_or(|wanted| sale.customer == Some(wanted))
        && when.minimum_quantity.is_none_or(|minimum| units() >= i64::from(minimum)))
}
