//! The rule that all codes of a plan's version share, made before the first of them (R6).

use std::time::Duration;

use tributary_domain::Timestamp;
use tributary_domain::ids::PlanId;
use tributary_platforms::shop_api::{Configuration, Done, Failure, RuleId, Sharing, Task};
use tributary_storage::Sql;
use tributary_storage::codes::rules::{self, Doubt, Rule, RuleOf};
use tributary_storage::codes::work::Lease;

use super::Setback;
use super::store::Work;

/// How long another loop may need to make a rule.
const WHILE_IT_IS_MADE: Duration = Duration::from_secs(1);

/// The rule's id; `None` where each code has its own terms.
pub(super) async fn of_version(
    work: &Work,
    plan: &PlanId,
    version: u16,
    terms: &Configuration,
) -> Result<Option<RuleId>, Setback> {
    if work.desk.shop.sharing() == Sharing::OwnTerms {
        return Ok(None);
    }
    // One of this loop's codes makes the rule while the others wait for it.
    let mut known = work.rules.lock().await;
    let key = (plan.clone(), version);
    if let Some(rule) = known.get(&key) {
        return Ok(Some(rule.clone()?));
    }
    let of = RuleOf { store: &work.desk.store.id, plan, version };
    match find_or_make(work, of, terms).await {
        Ok(rule) => {
            known.insert(key, Ok(rule.clone()));
            Ok(Some(rule))
        }
        Err(setback) => {
            // The shop need not say so again for each code.
            if let Setback::Shop(refusal @ Failure::Refused(_)) = &setback {
                known.insert(key, Err(refusal.clone()));
            }
            Err(setback)
        }
    }
}

/// What came of giving a rule its terms back.
pub(super) struct PutBack {
    /// When the shop was asked what it has.
    at: Timestamp,
    /// Why the rule is not as it should be, where the shop does not take it.
    remark: Option<String>,
}

/// Gives the rule its terms back where somebody changed them in the shop, and lets one that is gone be made anew.
/// Once for all codes that were told before to be sent again: `asked_at` is when this one was.
///
/// Why the rule stays as it is, where the platform cannot change it (Stripe's coupons) or the shop refuses it.
pub(super) async fn put_back(
    work: &Work,
    plan: &PlanId,
    version: u16,
    terms: &Configuration,
    asked_at: Timestamp,
) -> Result<Option<String>, Setback> {
    let Some(rule) = of_version(work, plan, version, terms).await? else { return Ok(None) };
    let mut known = work.put_back.lock().await;
    let key = (plan.clone(), version);
    if let Some(before) = known.get(&key).filter(|before| before.at >= asked_at) {
        return Ok(before.remark.clone());
    }
    let at = work.desk.context.now();
    let remark = match with_its_terms(work, &rule, terms).await {
        Ok(()) => None,
        Err(Failure::Gone(_)) => {
            forget(work, plan, version, &rule).await?;
            None
        }
        Err(Failure::Refused(words) | Failure::Impossible(words)) => Some(words),
        Err(failure) => return Err(failure.into()),
    };
    known.insert(key, PutBack { at, remark: remark.clone() });
    Ok(remark)
}

/// Whether the shop has lost a rule; then it is made anew by whoever needs it next.
pub(super) async fn is_gone(
    work: &Work,
    plan: &PlanId,
    version: u16,
    rule: &RuleId,
) -> Result<bool, Setback> {
    match work.desk.ask(Task::ReadRule(rule)).await {
        Ok(_) => Ok(false),
        Err(Failure::Gone(_)) => forget(work, plan, version, rule).await.map(|()| true),
        Err(failure) => Err(failure.into()),
    }
}

async fn forget(work: &Work, plan: &PlanId, version: u16, rule: &RuleId) -> Result<(), Setback> {
    let of = RuleOf { store: &work.desk.store.id, plan, version };
    work.desk.context.sql.execute(rules::forget(of, rule.as_str())).await?;
    // Another code of this loop may have had it made anew already.
    let mut known = work.rules.lock().await;
    let key = (plan.clone(), version);
    if known.get(&key).is_some_and(|known| known.as_ref() == Ok(rule)) {
        known.remove(&key);
    }
    Ok(())
}

/// Only what differs is written: where nothing does, nothing can be refused.
async fn with_its_terms(work: &Work, rule: &RuleId, terms: &Configuration) -> Result<(), Failure> {
    if let Done::Rule(_, facts) = work.desk.ask(Task::ReadRule(rule)).await?
        && !terms.differences(&facts).is_empty()
    {
        work.desk.ask(Task::RepairRule { rule, terms }).await?;
    }
    Ok(())
}

async fn find_or_make(work: &Work, of: RuleOf<'_>, terms: &Configuration) -> Result<RuleId, Setback> {
    let sql = &work.desk.context.sql;
    let lease = Lease::from(&work.owner, work.desk.context.now());
    let doubt = match rules::find_or_lease(sql, of, &lease).await? {
        Rule::Made(remote) => return Ok(RuleId::new(remote)),
        Rule::BeingMade => return Err(Setback::Later(WHILE_IT_IS_MADE)),
        Rule::Ours(doubt) => doubt,
    };
    match make(work, doubt, terms).await {
        Ok(rule) => {
            sql.execute(rules::keep(of, rule.as_str())).await?;
            Ok(rule)
        }
        Err(failure) => {
            let doubt = if failure.leaves_doubt() { Doubt::Yes } else { doubt };
            sql.execute(rules::give_back(of, doubt, &work.owner)).await?;
            Err(failure.into())
        }
    }
}

async fn make(work: &Work, doubt: Doubt, terms: &Configuration) -> Result<RuleId, Failure> {
    if doubt == Doubt::Yes
        && let Done::Rule(rule, _) = work.desk.ask(Task::FindRule(terms)).await?
    {
        return Ok(rule);
    }
    match work.desk.ask(Task::MakeRule(terms)).await? {
        Done::Rule(rule, _) => Ok(rule),
        other => Err(Failure::TryAgain(format!("the shop answered a rule with {other:?}"))),
    }
}
