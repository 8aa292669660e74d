//! What a shop has, compared with what it should have.

use std::collections::BTreeMap;

use super::task::{Remote, RuleId};

/// Whether a code works, as far as somebody switched it. Dates and used-up limits are terms of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Switched on.
    Active,
    /// Switched off: a draft, disabled, ended early.
    Inactive,
}

/// A term that a shop keeps for a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Term {
    /// What a shopper saves.
    Discount,
    /// So many uses in all.
    UsageLimit,
    /// One use per customer.
    OncePerCustomer,
    /// A smallest order value.
    MinimumAmount,
    /// A fewest number of items.
    MinimumQuantity,
    /// Only some products.
    Products,
    /// Only some categories or collections.
    Categories,
    /// The first moment.
    StartsAt,
    /// The end.
    EndsAt,
}

impl Term {
    /// Every term.
    pub const ALL: [Self; 9] = [
        Self::Discount,
        Self::UsageLimit,
        Self::OncePerCustomer,
        Self::MinimumAmount,
        Self::MinimumQuantity,
        Self::Products,
        Self::Categories,
        Self::StartsAt,
        Self::EndsAt,
    ];

    /// Its path in a plan, as errors name it.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Discount => "discount",
            Self::UsageLimit => "limits.usageLimit",
            Self::OncePerCustomer => "limits.oncePerCustomer",
            Self::MinimumAmount => "limits.minimumAmount",
            Self::MinimumQuantity => "limits.minimumQuantity",
            Self::Products => "limits.productIds",
            Self::Categories => "limits.categoryIds",
            Self::StartsAt => "limits.startsAt",
            Self::EndsAt => "limits.endsAt",
        }
    }
}

/// Terms in one canonical spelling: `10%`, `5.00 EUR`, `2027-01-01T00:00:00Z`, `100`, `7, 9`; `none` for a
/// limit that is not there. A term that is absent is one that the shop's answer does not tell.
pub type Facts = BTreeMap<Term, String>;

/// A term that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Which.
    pub term: Term,
    /// What the plan says.
    pub wanted: String,
    /// What the shop has.
    pub found: String,
}

/// A code as the shop has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Its ids there.
    pub remote: Remote,
    /// Its text, in the shop's spelling (`WooCommerce` writes lower case).
    pub text: String,
    /// Whether it is switched on.
    pub state: State,
    /// Its terms, as far as this answer tells them. Where the rule has the rest, add
    /// [`super::Done::Rule`]'s facts.
    pub facts: Facts,
}

impl Seen {
    /// The rule that has the code's other terms.
    pub const fn rule(&self) -> Option<&RuleId> {
        self.remote.rule.as_ref()
    }
}

/// The terms that are told and differ.
pub(crate) fn differences(wanted: &Facts, found: &Facts) -> Vec<Difference> {
    let differs = |(term, found): (&Term, &String)| {
        let wanted = wanted.get(term).filter(|wanted| *wanted != found)?;
        Some(Difference { term: *term, wanted: wanted.clone(), found: found.clone() })
    };
    found.iter().filter_map(differs).collect()
}
