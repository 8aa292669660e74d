//! One code: from what its shop has to what it should have.

use std::mem::take;

use tributary_domain::code::CodeStatus;
use tributary_domain::code::CodeText;
use tributary_domain::code::work::{State, Switch, Task as Next, next};
use tributary_platforms::shop_api::{
    Configuration, Done, Failure, Remote, Renaming, RuleId, Seen, Sharing, Task, Wish,
};
use tributary_storage::codes::work::Leased;
use tributary_storage::codes::{self, Code, InShop, Origin};
use tributary_storage::{SqlError, codes::work};
use tributary_web::Problem;
use tributary_web::context::task;

use super::store::Work;
use super::{Setback, rule, settle};
use crate::shop::{state_of, switch_of};

/// More steps than any code needs: made under another text, renamed, changed, switched.
const MOST_STEPS: u32 = 40;
/// How often a result is written again where somebody else holds the database.
const TRIES: u32 = 5;
const BETWEEN_TRIES: std::time::Duration = std::time::Duration::from_millis(200);

/// Carries out what is wished of a code, and writes down what came of it.
pub(super) async fn out(work: &Work, mut leased: Leased) -> Result<(), Problem> {
    let outcome = bring(work, &mut leased).await;
    work.desk.pace.borrow_mut().end();
    if let Err(setback) = outcome {
        if let Setback::Shop(failure) = &setback
            && settle::take_back(work, &leased, failure).await?
        {
            work.ended(&leased);
            return Ok(());
        }
        settle::after(work, &mut leased, setback).await?;
    }
    let mut tries = TRIES;
    loop {
        tries -= 1;
        let sql = &work.desk.context.sql;
        match work::finish(sql, &work.owner, &leased, work.desk.context.now()).await {
            Ok(true) => {
                work.ended(&leased);
                return Ok(());
            }
            // Somebody else has it by now, and has asked the shop.
            Ok(false) => return Ok(()),
            Err(SqlError::Busy) if tries > 0 => task::sleep(BETWEEN_TRIES).await,
            Err(error) => return Err(error.into()),
        }
    }
}

/// Whether a code of this text that the shop has may be one that we made and were not told of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum MayBeOurs {
    No,
    Yes,
}

async fn bring(work: &Work, leased: &mut Leased) -> Result<(), Setback> {
    let may_be_ours = if leased.in_doubt { MayBeOurs::Yes } else { MayBeOurs::No };
    let (mut remark, mut rule_may_be_gone) = (None, true);
    for _ in 0..MOST_STEPS {
        let Some(text) = leased.code.text.clone() else {
            settle::without_text(leased);
            return Ok(());
        };
        let code = &leased.code;
        let terms =
            work.desk.configuration(&code.plan_id, code.plan_version).await?.map_err(Failure::Refused)?;
        let step = Step { work, text: &text, terms: &terms };
        if leased.in_doubt && leased.code.in_shop.is_none() {
            step.look_for(leased).await?;
        }
        let now = work.desk.context.now();
        let wanted = (leased.code.status != CodeStatus::Disabled).then(|| State {
            text: text.clone(),
            plan_version: leased.code.plan_version,
            switch: switch_of(terms.state_at(now)),
        });
        let to_have =
            wanted.as_ref().filter(|state| state.switch == Switch::On || !terms.is_deleted_when_off());
        match next(to_have, leased.code.in_shop.as_ref().map(|found| &found.state)) {
            Next::Nothing => {
                settle::done(leased, &terms, wanted.as_ref(), now);
                leased.code.reason = leased.code.reason.take().or(remark);
                return Ok(());
            }
            Next::Create => step.create(leased, may_be_ours, &mut rule_may_be_gone).await?,
            Next::Update => {
                remark = remark.or(step.put_rule_back(leased).await?);
                step.update(leased).await?;
            }
            Next::SwitchOn => step.switch(leased, Switch::On).await?,
            Next::SwitchOff => step.switch(leased, Switch::Off).await?,
        }
        work.welcomed().await?;
    }
    Err(Failure::TryAgain("the shop's code does not become what it should be".to_owned()).into())
}

/// What all requests about a code have in common.
struct Step<'a> {
    work: &'a Work,
    text: &'a CodeText,
    terms: &'a Configuration,
}

impl Step<'_> {
    fn wish<'b>(&'b self, rule: Option<&'b RuleId>, attempt: &'b str) -> Wish<'b> {
        let now = self.work.desk.context.now();
        Wish { text: self.text, terms: self.terms, rule, attempt, now }
    }

    async fn rule(&self, code: &Code) -> Result<Option<RuleId>, Setback> {
        rule::of_version(self.work, &code.plan_id, code.plan_version, self.terms).await
    }

    /// Takes up a code that the shop has, if it is the one that we were about to make. Where it has none, the doubt
    /// stays: what was sent before may still be on its way through the shop.
    async fn look_for(&self, leased: &mut Leased) -> Result<(), Setback> {
        if let Done::Found(seen) = self.work.desk.ask(Task::Find(self.text)).await?
            && self.is_ours(&leased.code, &seen).await?
        {
            self.adopt(&mut leased.code, seen);
            leased.in_doubt = false;
        }
        Ok(())
    }

    /// Ours is under our rule, or says exactly what we said.
    async fn is_ours(&self, code: &Code, seen: &Seen) -> Result<bool, Setback> {
        Ok(match self.work.desk.shop.sharing() {
            Sharing::SharedRule => seen.rule() == self.rule(code).await?.as_ref(),
            Sharing::OwnTerms => self.terms.differences(&seen.facts).is_empty(),
        })
    }

    fn adopt(&self, code: &mut Code, seen: Seen) {
        let switch = switch_of(seen.state);
        code.in_shop = Some(self.in_shop(seen.remote, code.plan_version, switch));
    }

    fn in_shop(&self, remote: Remote, plan_version: u16, switch: Switch) -> InShop {
        let state = State { text: self.text.clone(), plan_version, switch };
        InShop { remote: remote.code, rule: remote.rule.map(|rule| rule.as_str().to_owned()), state }
    }

    async fn create(
        &self,
        leased: &mut Leased,
        may_be_ours: MayBeOurs,
        rule_may_be_gone: &mut bool,
    ) -> Result<(), Setback> {
        if leased.code.origin == Origin::Imported {
            return self.import(leased).await;
        }
        let rule = self.rule(&leased.code).await?;
        let attempt = attempt(leased, "make");
        match self.work.desk.ask(Task::Make(self.wish(rule.as_ref(), &attempt))).await {
            Ok(Done::Made(remote)) => {
                let switch = switch_of(self.terms.state_at(self.work.desk.context.now()));
                leased.code.in_shop = Some(self.in_shop(remote, leased.code.plan_version, switch));
                leased.in_doubt = false;
                Ok(())
            }
            Ok(other) => {
                leased.in_doubt = true;
                Err(unexpected(&other).into())
            }
            Err(Failure::Duplicate(words)) => self.duplicate(leased, may_be_ours, &words).await,
            Err(failure) => {
                leased.in_doubt |= failure.leaves_doubt();
                let rule = rule.filter(|_| take(rule_may_be_gone));
                self.without_rule(leased, rule.as_ref(), failure).await
            }
        }
    }

    /// A code whose rule somebody deleted in the shop is made in the next step, with the rule: once, for a shop may not
    /// tell its rules at all. Otherwise it is the code that the shop does not want.
    async fn without_rule(
        &self,
        leased: &mut Leased,
        rule: Option<&RuleId>,
        failure: Failure,
    ) -> Result<(), Setback> {
        if let (Some(rule), Failure::Gone(_) | Failure::Refused(_)) = (rule, &failure)
            && rule::is_gone(self.work, &leased.code.plan_id, leased.code.plan_version, rule).await?
        {
            // Another attempt: the answer to this one may be the answer to all with its name.
            leased.attempts = leased.attempts.saturating_add(1);
            return Ok(());
        }
        Err(failure.into())
    }

    /// The shop has a code of this text: ours after all, or the next text is tried (R4).
    async fn duplicate(
        &self,
        leased: &mut Leased,
        may_be_ours: MayBeOurs,
        words: &str,
    ) -> Result<(), Setback> {
        if may_be_ours == MayBeOurs::Yes {
            self.look_for(leased).await?;
            if leased.code.in_shop.is_some() {
                return Ok(());
            }
        }
        if leased.code.origin == Origin::Typed {
            let detail = format!(
                "the shop has this code already, and it is not ours ({words}); import it, or type another"
            );
            return Err(Failure::Refused(detail).into());
        }
        let sql = &self.work.desk.context.sql;
        loop {
            let Some(text) = codes::next_text(sql, &leased.code).await? else {
                return Err(Failure::Refused(format!("{words}; every number after it is taken too")).into());
            };
            leased.code.collided_with.get_or_insert_with(|| self.text.to_string());
            leased.code.text = Some(text);
            leased.in_doubt = false;
            // Before the shop is asked, so that nobody here takes the same text meanwhile.
            match work::set_text(sql, &self.work.owner, leased).await {
                Ok(true) => return Ok(()),
                Ok(false) => return Err(Setback::Later(std::time::Duration::ZERO)),
                Err(SqlError::Unique(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Takes up a code that was in the shop before us, whatever its terms are: they are the brand's.
    async fn import(&self, leased: &mut Leased) -> Result<(), Setback> {
        match self.work.desk.ask(Task::Find(self.text)).await? {
            Done::Found(seen) => {
                self.adopt(&mut leased.code, seen);
                Ok(())
            }
            _ => Err(Failure::Refused("the shop has no such code".to_owned()).into()),
        }
    }

    /// What is sent again has its rule's terms again too, or a remark on why not.
    async fn put_rule_back(&self, leased: &Leased) -> Result<Option<String>, Setback> {
        let code = &leased.code;
        if !code.in_shop.as_ref().is_some_and(is_sent_again) {
            return Ok(None);
        }
        let asked_at = code.due_at.unwrap_or_else(|| self.work.desk.context.now());
        rule::put_back(self.work, &code.plan_id, code.plan_version, self.terms, asked_at).await
    }

    async fn update(&self, leased: &mut Leased) -> Result<(), Setback> {
        let Some(found) = leased.code.in_shop.clone() else { return Ok(()) };
        let remote = remote_of(&found);
        let renaming = self.work.desk.shop.renaming();
        if found.state.text != *self.text && renaming == Renaming::MakeAnew {
            let detail = "this platform cannot give a code another text: set a new code instead";
            return Err(Failure::Refused(detail.to_owned()).into());
        }
        // What is sent again may have been renamed in the shop, where that can be done.
        let may_be_renamed = is_sent_again(&found) && renaming == Renaming::InPlace;
        if found.state.text != *self.text || may_be_renamed {
            let attempt = attempt(leased, "rename");
            let to = self.wish(remote.rule.as_ref(), &attempt);
            let done = self.work.desk.ask(Task::Rename { code: &remote, to }).await;
            self.changed(leased, done, found.state.plan_version, found.state.switch).await?;
            if !may_be_renamed || leased.code.in_shop.is_none() {
                return Ok(());
            }
        }
        let rule = self.rule(&leased.code).await?;
        let attempt = attempt(leased, "change");
        let to = self.wish(rule.as_ref(), &attempt);
        let done = self.work.desk.ask(Task::Change { code: &remote, to }).await;
        // What the shop made anew is as it is made; what it changed is as it was switched.
        let switch = match &done {
            Ok(Done::Made(made)) if made.code != remote.code => switch_of(self.terms.state_at(to.now)),
            _ => found.state.switch,
        };
        let version = leased.code.plan_version;
        self.changed(leased, done, version, switch).await
    }

    async fn switch(&self, leased: &mut Leased, to: Switch) -> Result<(), Setback> {
        let Some(found) = leased.code.in_shop.clone() else { return Ok(()) };
        let remote = remote_of(&found);
        let attempt = attempt(leased, if to == Switch::On { "on" } else { "off" });
        let wish = self.wish(remote.rule.as_ref(), &attempt);
        let done = self.work.desk.ask(Task::Switch { code: &remote, to: state_of(to), wish }).await;
        if matches!(done, Ok(Done::Off)) {
            if let Some(kept) = &mut leased.code.in_shop {
                kept.state.switch = Switch::Off;
            }
            return Ok(());
        }
        self.changed(leased, done, found.state.plan_version, to).await
    }

    /// Keeps what the shop has after a change. What it has lost is made anew, if it is wanted. What a platform changes
    /// by making it anew may be there already, if nobody heard the answer.
    async fn changed(
        &self,
        leased: &mut Leased,
        done: Result<Done, Failure>,
        plan_version: u16,
        switch: Switch,
    ) -> Result<(), Setback> {
        match done {
            Ok(Done::Made(remote)) => leased.code.in_shop = Some(self.in_shop(remote, plan_version, switch)),
            Err(Failure::Gone(_)) => leased.code.in_shop = None,
            Err(Failure::Duplicate(words)) if self.work.desk.shop.sharing() == Sharing::SharedRule => {
                let before = leased.code.in_shop.take();
                self.look_for(leased).await?;
                if leased.code.in_shop.is_none() {
                    leased.code.in_shop = before;
                    return Err(Failure::Duplicate(words).into());
                }
            }
            Ok(other) => return Err(unexpected(&other).into()),
            Err(failure) => return Err(failure.into()),
        }
        Ok(())
    }
}

/// A repair leaves no version behind that the shop would have.
const fn is_sent_again(found: &InShop) -> bool {
    found.state.plan_version == 0
}

fn remote_of(found: &InShop) -> Remote {
    Remote { code: found.remote.clone(), rule: found.rule.clone().map(RuleId::new) }
}

/// The same for every repetition of one attempt, also after a crash; another after each failure.
fn attempt(leased: &Leased, what: &str) -> String {
    let code = &leased.code;
    let text = code.text.as_ref().map_or("", CodeText::as_str);
    format!("{}.{}.{}.{what}.{text}", code.id, leased.wish, leased.attempts)
}

fn unexpected(done: &Done) -> Failure {
    Failure::TryAgain(format!("the shop's answer was to something else: {done:?}"))
}
