//! Which touch earns an order (R40, R41), and why the others do not (R42).
//!
//! One pure function, [`decide`]: the order's time and its touches in, a [`Decision`] out. The decision is
//! its own explanation: data that is kept with the order, and worded by the API and the pages.
//!
//! Touches may belong to several plans. Each is judged under its own plan's window. Which kind comes first
//! is the rule of the *governing* plan: that of the first known code on the order, else that of the
//! latest click. (A code stands on the order itself, so its plan is the one that the buyer met last.)
//!
//! A buyer who was brought once may be bound to the creator who brought them: the first order is a touch of the
//! later ones then, and earns those that nothing of their own could earn.

use serde::{Deserialize, Serialize};

use crate::ids::{CampaignId, CreatorId, EnrollmentId, PlanId};
use crate::plan::{AttributionTerms, Model, Rule};
use crate::time::Timestamp;

/// The version of the rules in [`decide`], kept with each decision.
pub const RULES_VERSION: u16 = 2;

const SECONDS_PER_DAY: i64 = 86_400;

/// Anything that could earn credit for an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touch {
    /// A code, a click or a buyer's first order.
    pub kind: TouchKind,
    /// The code's text, the click id as the order carried it, or the first order's id.
    pub text: String,
    /// When it happened: the click's own time, the order's for a code, the first order's. `None` where nothing tells.
    pub at: Option<Timestamp>,
    /// Whom it belongs to, or why it belongs to nobody.
    pub owner: Result<Owner, Unowned>,
}

/// What kind of touch, in the order in which touches are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TouchKind {
    /// A code on the order.
    Code,
    /// A click on a creator's link, proved by its signed id.
    Click,
    /// The buyer's first order, under a plan that binds its customers.
    Customer,
}

/// Whose code or link it is, under which terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// The enrollment that would be credited.
    pub enrollment: EnrollmentId,
    /// Its creator; `None` for a campaign's own code (R8).
    pub creator: Option<CreatorId>,
    /// Its campaign.
    pub campaign: CampaignId,
    /// The plan whose terms hold.
    pub plan: PlanId,
    /// The version of the plan at the click, or when the code was made (R12).
    pub plan_version: u16,
    /// That version's attribution terms.
    pub terms: AttributionTerms,
    /// Whether it may earn at all: a tracking link counts visits only.
    pub earns: bool,
}

/// Why a touch belongs to nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unowned {
    /// No code or link of ours: kept, so that a replay can credit it later (R44).
    Unknown,
    /// The click id's signature is not ours: forged, altered or foreign (R21).
    Forged,
}

/// One condition that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Check {
    /// A stable word, such as `inside_window`.
    pub name: CheckName,
    /// Whether it held.
    pub passed: bool,
    /// What was seen, for people.
    pub detail: String,
}

/// The conditions that a touch can be held to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CheckName {
    /// The click id's signature is ours.
    Genuine,
    /// The code or link is one of ours.
    Known,
    /// The link is one that earns.
    AffiliateLink,
    /// The click lies inside the plan's window before the order.
    InsideWindow,
    /// The order lies inside the days in which the plan binds a buyer after the first order.
    CustomerBound,
    /// The plan's rule lets this kind earn.
    RuleAllows,
    /// The buyer also clicked this creator's link (`code_if_clicked`).
    AlsoClicked,
    /// No better touch stood against it.
    Precedence,
}

/// What became of a touch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = TouchOutcome)]
pub enum Outcome {
    /// It earns the order.
    Won,
    /// It could have earned, but another came first: an assist.
    Assist,
    /// It could not earn.
    Rejected,
}

/// A touch, judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct JudgedTouch {
    /// A code, a click or a buyer's first order.
    pub kind: TouchKind,
    /// The code's text, the click id or the first order's id.
    pub text: String,
    /// When it happened.
    pub at: Option<Timestamp>,
    /// Whose it is.
    pub enrollment_id: Option<EnrollmentId>,
    /// The conditions, in the order in which they were looked at.
    pub checks: Vec<Check>,
    /// What became of it.
    pub outcome: Outcome,
    /// A stable word for why.
    pub reason: String,
}

/// What brought the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ConversionSource)]
pub enum Source {
    /// A code alone.
    Code,
    /// A click alone.
    Link,
    /// Both, of the same enrollment.
    CodeAndLink,
    /// An earlier order of the same buyer.
    Customer,
}

impl Source {
    /// The stable text code.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Link => "link",
            Self::CodeAndLink => "code_and_link",
            Self::Customer => "customer",
        }
    }
}

/// Who is credited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Winner {
    /// The enrollment.
    pub enrollment_id: EnrollmentId,
    /// Its creator; `None` where the campaign alone is credited.
    pub creator_id: Option<CreatorId>,
    /// Its campaign.
    pub campaign_id: CampaignId,
    /// The plan whose commission holds.
    pub plan_id: PlanId,
    /// That plan's version.
    pub plan_version: u16,
    /// What brought the order.
    pub source: Source,
    /// The code that was used, if the winner's own was.
    pub code_text: Option<String>,
}

/// Who is credited and why: the whole explanation of an order's credit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Decision {
    /// The version of the rules.
    pub rules_version: u16,
    /// The governing plan's rule; the default where no touch belongs to a plan.
    pub rule: Rule,
    /// The governing plan's model.
    pub model: Model,
    /// Who is credited, if anybody.
    pub winner: Option<Winner>,
    /// Every touch and what became of it.
    pub touches: Vec<JudgedTouch>,
}

/// Decides who earns an order.
///
/// `touches` come in the order's own order: codes as the shop lists them. The result does not depend on
/// the order of clicks.
pub fn decide(placed_at: Timestamp, mut touches: Vec<Touch>) -> Decision {
    touches.sort_by(|a, b| {
        let code_first = a.kind.cmp(&b.kind);
        let clicks_by_time = if (a.kind, b.kind) == (TouchKind::Click, TouchKind::Click) {
            (a.at, &a.text).cmp(&(b.at, &b.text))
        } else {
            std::cmp::Ordering::Equal
        };
        code_first.then(clicks_by_time)
    });
    let terms = governing_terms(&touches);
    let mut judged: Vec<Judged> = touches.into_iter().map(|touch| Judged::of(touch, placed_at)).collect();
    hold_to_rule(&mut judged, terms.rule);
    let winner = choose(&judged, terms);
    Decision {
        rules_version: RULES_VERSION,
        rule: terms.rule,
        model: terms.model,
        winner: winner.and_then(|index| name_winner(&judged, index)),
        touches: judged
            .into_iter()
            .enumerate()
            .map(|(index, touch)| touch.close(index, winner, terms))
            .collect(),
    }
}

/// The first known code's terms, else the latest click's, else those of the buyer's first order.
fn governing_terms(touches: &[Touch]) -> AttributionTerms {
    let owned = |kind| {
        touches.iter().filter(move |touch| touch.kind == kind).filter_map(|touch| touch.owner.as_ref().ok())
    };
    let code = owned(TouchKind::Code).next();
    code.or_else(|| owned(TouchKind::Click).rfind(|owner| owner.earns))
        .or_else(|| owned(TouchKind::Customer).next())
        .map(|owner| owner.terms)
        .unwrap_or_default()
}

/// A touch and what has been found of it so far.
struct Judged {
    touch: Touch,
    checks: Vec<Check>,
}

impl Judged {
    /// Holds a touch to the conditions that concern it alone.
    fn of(touch: Touch, placed_at: Timestamp) -> Self {
        let mut checks = Vec::new();
        let mut check = |name, passed, detail: String| checks.push(Check { name, passed, detail });
        if touch.kind == TouchKind::Click {
            let genuine = touch.owner != Err(Unowned::Forged);
            let detail =
                if genuine { "the click id is signed by us" } else { "the click id is not signed by us" };
            check(CheckName::Genuine, genuine, detail.to_owned());
        }
        let is_forged_click = touch.kind == TouchKind::Click && touch.owner == Err(Unowned::Forged);
        if touch.kind != TouchKind::Customer && !is_forged_click {
            let detail = if touch.owner.is_ok() {
                "belongs to an enrollment"
            } else {
                "belongs to no enrollment here"
            };
            check(CheckName::Known, touch.owner.is_ok(), detail.to_owned());
        }
        if let (TouchKind::Click, Ok(owner)) = (touch.kind, &touch.owner) {
            let detail = if owner.earns { "an affiliate link" } else { "a tracking link counts visits only" };
            check(CheckName::AffiliateLink, owner.earns, detail.to_owned());
            let (passed, detail) = inside_window(touch.at, placed_at, owner.terms.window_days);
            check(CheckName::InsideWindow, passed, detail);
        }
        if let (TouchKind::Customer, Ok(owner)) = (touch.kind, &touch.owner) {
            let days = owner.terms.bind_customer_days;
            let (passed, detail) = customer_bound(touch.at, placed_at, days);
            check(CheckName::CustomerBound, passed, detail);
        }
        Self { touch, checks }
    }

    fn eligible(&self) -> bool {
        self.checks.iter().all(|check| check.passed)
    }

    fn owner(&self) -> Option<&Owner> {
        self.touch.owner.as_ref().ok()
    }

    fn is_eligible(&self, kind: TouchKind) -> bool {
        self.touch.kind == kind && self.eligible()
    }

    fn close(mut self, index: usize, winner: Option<usize>, terms: AttributionTerms) -> JudgedTouch {
        let (outcome, reason) = if winner == Some(index) {
            (Outcome::Won, "won".to_owned())
        } else if let Some(failed) = self.checks.iter().find(|check| !check.passed) {
            (Outcome::Rejected, format!("not_{}", failed.name.as_str()))
        } else {
            let detail = format!(
                "another touch came first under {} and {}",
                terms.rule.as_str(),
                terms.model.as_str()
            );
            self.checks.push(Check { name: CheckName::Precedence, passed: false, detail });
            (Outcome::Assist, "another_touch_came_first".to_owned())
        };
        if outcome == Outcome::Won {
            let detail = format!("comes first under {} and {}", terms.rule.as_str(), terms.model.as_str());
            self.checks.push(Check { name: CheckName::Precedence, passed: true, detail });
        }
        JudgedTouch {
            kind: self.touch.kind,
            at: self.touch.at,
            enrollment_id: self.owner().map(|owner| owner.enrollment.clone()),
            text: self.touch.text,
            checks: self.checks,
            outcome,
            reason,
        }
    }
}

/// A click id that an order carries is older than the order, whatever the shop's clock says; so only a
/// click too long before the order is outside.
fn inside_window(clicked_at: Option<Timestamp>, placed_at: Timestamp, window_days: u16) -> (bool, String) {
    let Some(clicked_at) = clicked_at else {
        return (false, "the click has no time".to_owned());
    };
    let (passed, time) = within(clicked_at, placed_at, window_days);
    (passed, format!("{time} before the order, of {window_days} days"))
}

fn customer_bound(first: Option<Timestamp>, placed_at: Timestamp, bound_days: u16) -> (bool, String) {
    let Some(first) = first else {
        return (false, "the first order has no time".to_owned());
    };
    let (passed, time) = within(first, placed_at, bound_days);
    (passed, format!("{time} after the buyer's first order, of {bound_days} days"))
}

/// Whether no more than so many days lie between, and how long it is.
fn within(earlier: Timestamp, later: Timestamp, most_days: u16) -> (bool, String) {
    let seconds = (later.as_seconds() - earlier.as_seconds()).max(0);
    let (days, hours) = (seconds / SECONDS_PER_DAY, seconds % SECONDS_PER_DAY / 3_600);
    (seconds <= i64::from(most_days) * SECONDS_PER_DAY, format!("{days} days and {hours} hours"))
}

/// Adds what the governing rule says of each code.
fn hold_to_rule(judged: &mut [Judged], rule: Rule) {
    let clicked: Vec<Owner> = judged
        .iter()
        .filter(|touch| touch.is_eligible(TouchKind::Click))
        .filter_map(|touch| touch.owner().cloned())
        .collect();
    for touch in judged.iter_mut().filter(|touch| touch.touch.kind == TouchKind::Code) {
        let Some(owner) = touch.owner() else { continue };
        let check = match rule {
            Rule::CodeFirst | Rule::LinkFirst => continue,
            Rule::LinkOnly => Check {
                name: CheckName::RuleAllows,
                passed: false,
                detail: "under link_only a code earns nothing".to_owned(),
            },
            Rule::CodeIfClicked => {
                let passed = clicked.iter().any(|click| same_creator(click, owner));
                let detail = if passed {
                    "the buyer clicked this creator's link"
                } else {
                    "the buyer did not click this creator's link inside the window"
                };
                Check { name: CheckName::AlsoClicked, passed, detail: detail.to_owned() }
            }
        };
        touch.checks.push(check);
    }
}

fn same_creator(a: &Owner, b: &Owner) -> bool {
    a.enrollment == b.enrollment || (a.creator.is_some() && a.creator == b.creator)
}

/// The winning touch's index. Touches stand codes first, then clicks from the earliest on, then the first order,
/// which wins only where the order has nothing of its own.
fn choose(judged: &[Judged], terms: AttributionTerms) -> Option<usize> {
    let code = || judged.iter().position(|touch| touch.is_eligible(TouchKind::Code));
    let click = || match terms.model {
        Model::FirstTouch => judged.iter().position(|touch| touch.is_eligible(TouchKind::Click)),
        Model::LastTouch => judged.iter().rposition(|touch| touch.is_eligible(TouchKind::Click)),
    };
    let own = match terms.rule {
        Rule::CodeFirst | Rule::CodeIfClicked => code().or_else(click),
        Rule::LinkFirst => click().or_else(code),
        Rule::LinkOnly => click(),
    };
    own.or_else(|| judged.iter().position(|touch| touch.is_eligible(TouchKind::Customer)))
}

fn name_winner(judged: &[Judged], index: usize) -> Option<Winner> {
    let touch = judged.get(index)?;
    let owner = touch.owner()?;
    let own = |kind| {
        judged.iter().find(|other| {
            other.is_eligible(kind) && other.owner().is_some_and(|other| other.enrollment == owner.enrollment)
        })
    };
    let code = own(TouchKind::Code);
    let source = match (code, own(TouchKind::Click)) {
        (Some(_), Some(_)) => Source::CodeAndLink,
        (Some(_), None) => Source::Code,
        (None, Some(_)) => Source::Link,
        (None, None) => Source::Customer,
    };
    Some(Winner {
        enrollment_id: owner.enrollment.clone(),
        creator_id: owner.creator.clone(),
        campaign_id: owner.campaign.clone(),
        plan_id: owner.plan.clone(),
        plan_version: owner.plan_version,
        source,
        code_text: code.map(|code| code.touch.text.clone()),
    })
}

impl CheckName {
    /// The stable text code.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Genuine => "genuine",
            Self::Known => "known",
            Self::AffiliateLink => "affiliate_link",
            Self::InsideWindow => "inside_window",
            Self::CustomerBound => "customer_bound",
            Self::RuleAllows => "rule_allows",
            Self::AlsoClicked => "also_clicked",
            Self::Precedence => "precedence",
        }
    }
}

#[cfg(test)]
mod tests;
