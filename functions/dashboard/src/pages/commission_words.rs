//! What a commission pays, in a few words.

use tributary_domain::commission::{Caps, CommissionTerms, Pay};

use crate::parts::money;

/// "12.5 % of a sale", and whether there is more to it than that.
pub(crate) fn in_words(terms: &CommissionTerms) -> String {
    let pay = match terms.pay {
        Pay::Percentage { rate } => format!("{rate} % of a sale"),
        Pay::Flat { amount } => format!("{} a sale or lead", money(amount)),
        Pay::PerLead { amount } => format!("{} a lead", money(amount)),
        Pay::PerClick { amount } => format!("{} a click", money(amount)),
    };
    let is_plain = terms.rules.is_empty() && terms.tiers.is_empty() && terms.caps == Caps::default();
    if is_plain { pay } else { format!("{pay}, by rules and limits") }
}
