//! What a commission pays, in a few words.

use tributary_domain::commission::{CommissionTerms, Pay};

use crate::parts::money;

/// "12.5 % of a sale", and whether there is more to it than that.
pub(crate) fn in_words(terms: &CommissionTerms) -> String {
    let pay = match terms.pay {
        Pay::Percentage { rate } => format!("{rate} % of a sale"),
        Pay::Flat { amount } => format!("{} a sale or lead", money(amount)),
        Pay::PerLead { amount } => format!("{} a lead", money(amount)),
    };
    if terms.rules.is_empty() { pay } else { format!("{pay}, more or less by rules") }
}
