//! What a commission pays, in a few words.

use tributary_domain::commission::{BaseOptions, Caps, CommissionTerms, LeadPay, Pay, PayRule, Tier};
use tributary_domain::order::Customer;

use crate::parts::money;

/// "12.5 % of a sale", and whether there is more to it than that.
pub(crate) fn in_words(terms: &CommissionTerms) -> String {
    let leads = leads_in_words(&terms.leads).map(|leads| format!("; leads: {leads}")).unwrap_or_default();
    let pay = format!("{}{leads}", pay_in_words(terms.pay));
    let is_plain = terms.rules.is_empty() && terms.tiers.is_empty() && terms.caps == Caps::default();
    if is_plain { pay } else { format!("{pay}, by rules and limits") }
}

/// What a rule pays, and when: "20 % of the goods SHOE, BAG, from 3 pieces on".
pub(crate) fn rule_in_words(rule: &PayRule) -> String {
    let when = &rule.when;
    let mut conditions = Vec::new();
    for (what, chosen) in [("the goods", &when.products), ("the categories", &when.categories)] {
        if !chosen.is_empty() {
            conditions.push(format!("of {what} {}", chosen.join(", ")));
        }
    }
    conditions.extend(when.minimum_quantity.map(|pieces| format!("from {pieces} pieces on")));
    conditions.extend(when.minimum_order.map(|minimum| format!("of orders from {} on", money(minimum))));
    conditions.extend(when.customer.map(|customer| match customer {
        Customer::New => "of new customers".to_owned(),
        Customer::Returning => "of returning customers".to_owned(),
    }));
    let pay = match rule.pay {
        Pay::Percentage { rate } => format!("{rate} %"),
        Pay::Flat { amount } if when.chooses_lines() => format!("{} a piece", money(amount)),
        pay => pay_in_words(pay),
    };
    format!("{pay} {}", conditions.join(", "))
}

/// What leads earn by their event: "1.50 EUR a sign-up, 0.50 EUR a download".
pub(crate) fn leads_in_words(leads: &[LeadPay]) -> Option<String> {
    let each = |lead: &LeadPay| format!("{} a {}", money(lead.amount), lead.event.as_str());
    (!leads.is_empty()).then(|| leads.iter().map(each).collect::<Vec<_>>().join(", "))
}

/// What a tier pays, and from when on: "15 % once the month's sales have reached 500.00 EUR".
pub(crate) fn tier_in_words(tier: &Tier) -> String {
    format!("{} % once the month's sales have reached {}", tier.rate, money(tier.from))
}

/// What percentages are taken of, where it is more than the net value.
pub(crate) fn base_in_words(base: BaseOptions) -> Option<String> {
    let chosen = [
        (base.shipping, "shipping"),
        (base.tax, "tax"),
        (base.before_discount, "what the discount took off"),
    ];
    let more: Vec<&str> = chosen.iter().filter(|(counts, _)| *counts).map(|(_, what)| *what).collect();
    (!more.is_empty()).then(|| format!("the net value, {}", more.join(", ")))
}

/// What is paid where no rule decides.
pub(crate) fn pay_in_words(pay: Pay) -> String {
    match pay {
        Pay::Percentage { rate } => format!("{rate} % of a sale"),
        Pay::Flat { amount } => format!("{} a sale or lead", money(amount)),
        Pay::PerLead { amount } => format!("{} a lead", money(amount)),
        Pay::PerClick { amount } => format!("{} a click", money(amount)),
    }
}
