//! What a shop is asked for.

use tributary_domain::Timestamp;
use tributary_domain::code::CodeText;

use super::Configuration;
use super::seen::State;

/// The shop's id of what all codes of a plan version share: `BigCommerce`'s promotion, Adobe's cart price
/// rule, Stripe's coupon.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RuleId(String);

impl RuleId {
    /// An id as the shop gave it, and as it was kept since.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The shop's own ids of a code, to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remote {
    /// The code's.
    pub code: String,
    /// That of the rule which it shares with others; `None` where each code has its own terms.
    pub rule: Option<RuleId>,
}

/// A code as the shop should have it.
#[derive(Debug, Clone, Copy)]
pub struct Wish<'a> {
    /// Its text.
    pub text: &'a CodeText,
    /// Its terms.
    pub terms: &'a Configuration,
    /// Where the shop keeps them, if its codes share them ([`super::Sharing::SharedRule`]).
    pub rule: Option<&'a RuleId>,
    /// The same for every repetition of one attempt, another for the next attempt: Stripe carries out one
    /// request of each (`Idempotency-Key`). At most 255 characters.
    pub attempt: &'a str,
    /// Now: where the shop has no start date, a code that must not work yet is made inactive.
    pub now: Timestamp,
}

/// One thing to ask a shop for.
#[derive(Debug, Clone, Copy)]
pub enum Task<'a> {
    /// Whether the credentials work and may make codes. [`super::Done::Ready`].
    Check,
    /// Makes the rule that the codes of a plan version share. [`super::Done::Rule`].
    MakeRule(&'a Configuration),
    /// Looks for the rule that was made for this configuration. [`super::Done::Rule`] or `Missing`.
    FindRule(&'a Configuration),
    /// Reads a rule's terms. [`super::Done::Rule`] or [`super::Failure::Gone`].
    ReadRule(&'a RuleId),
    /// Gives a rule its terms back, after somebody changed them in the shop. [`super::Done::Rule`].
    RepairRule {
        /// The rule.
        rule: &'a RuleId,
        /// Its terms.
        terms: &'a Configuration,
    },
    /// Makes a code. [`super::Done::Made`], on `BigCommerce` also where it stands under the wish's rule already: there
    /// only a look at the rule tells whose a code is.
    Make(Wish<'a>),
    /// Looks for a code by its text. [`super::Done::Found`] or `Missing`.
    Find(&'a CodeText),
    /// Gives a code these terms, those of a newer plan version or its own again. [`super::Done::Made`], with
    /// new ids where the shop cannot change a code: keep them.
    Change {
        /// The code.
        code: &'a Remote,
        /// How it should be.
        to: Wish<'a>,
    },
    /// Gives a code another text under the same terms. [`super::Done::Made`], or
    /// [`super::Failure::Impossible`] where [`super::Shop::renaming`] says so.
    Rename {
        /// The code.
        code: &'a Remote,
        /// How it should be.
        to: Wish<'a>,
    },
    /// Switches a code on or off. [`super::Done::Made`], with a new id where the shop can only delete and
    /// make again; or [`super::Done::Off`].
    Switch {
        /// The code.
        code: &'a Remote,
        /// Which way.
        to: State,
        /// The code as it should be.
        wish: Wish<'a>,
    },
    /// A page of the shop's codes, ours and foreign ones. [`super::Done::Page`].
    List {
        /// Codes of this rule alone: required by `BigCommerce`, which lists codes by promotion.
        rule: Option<&'a RuleId>,
        /// The page that [`super::Done::Page`] named; `None` for the first.
        page: Option<&'a str>,
    },
}
