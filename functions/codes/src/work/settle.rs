//! How a code stands after the shop was asked: its status, and the reason for people.

use std::time::Duration;

use tributary_domain::Timestamp;
use tributary_domain::code::CodeStatus;
use tributary_domain::code::work::{State, Switch, back_off_millis};
use tributary_platforms::shop_api::{Configuration, Failure};
use tributary_storage::Sql;
use tributary_storage::codes::work::{self as codes, Leased, waiting_status};
use tributary_storage::shops::{self, Pause};
use tributary_web::Problem;
use tributary_web::context::random;

use super::Setback;
use super::store::Work;

/// A shorter wait is kept in mind by this loop; a longer one is written down for the others.
const WORTH_WRITING_DOWN_MILLIS: i64 = 2_000;
/// Those whom one limit held up do not all come back in the same moment.
const SPREAD_MILLIS: u32 = 100;

/// The shop has it as it should be.
pub(super) fn done(leased: &mut Leased, terms: &Configuration, wanted: Option<&State>, now: Timestamp) {
    leased.attempts = 0;
    let code = &mut leased.code;
    (code.status, code.reason, code.due_at) = match wanted.map(|state| state.switch) {
        None => (CodeStatus::Disabled, None, None),
        Some(Switch::On) => (CodeStatus::Active, None, terms.switch_off_at()),
        Some(Switch::Off) => match (terms.switch_on_at(), terms.switch_off_at()) {
            (_, Some(end)) if end <= now => {
                (CodeStatus::Disabled, Some(format!("its plan ended at {end}")), None)
            }
            (start, _) => {
                let when = start.map_or_else(String::new, |start| format!(" at {start}"));
                let what = if terms.is_deleted_when_off() {
                    "waits, and is made in the shop"
                } else {
                    "is in the shop, and is switched on"
                };
                (CodeStatus::Pending, Some(format!("{what}{when}")), start)
            }
        },
    };
}

/// There is nothing to be made without a text.
pub(super) fn without_text(leased: &mut Leased) {
    leased.code.due_at = None;
    leased.code.status = waiting_status(leased.code.status);
}

/// It could not be made as it should be.
pub(super) async fn after(work: &Work, leased: &mut Leased, setback: Setback) -> Result<(), Problem> {
    let now = work.desk.context.now();
    let (until, reason) = match setback {
        Setback::Ours(problem) => return Err(problem),
        Setback::Later(wait) => (now.plus_millis(millis(wait)), leased.code.reason.clone()),
        Setback::Shop(Failure::Throttled { wait }) => {
            let otherwise = Duration::from_millis(back_off(1).unsigned_abs());
            let until = work.desk.pace.borrow_mut().slow_down(wait, otherwise, now);
            if until.as_millis() - now.as_millis() >= WORTH_WRITING_DOWN_MILLIS {
                let pause = shops::pause(&work.desk.store.id, until, Pause::Limit);
                work.desk.context.sql.execute(pause).await?;
            }
            let spread = i64::from(chance() % SPREAD_MILLIS);
            (until.plus_millis(spread), Some("the shop asks us to slow down".to_owned()))
        }
        Setback::Shop(Failure::Unauthorised(words)) => {
            work.refused(&words).await?;
            (now, Some(words))
        }
        Setback::Shop(Failure::TryAgain(words)) => {
            work.desk.pace.borrow_mut().fail();
            leased.in_doubt |= leased.code.in_shop.is_none();
            leased.attempts = leased.attempts.saturating_add(1);
            let until = now.plus_millis(back_off(leased.attempts));
            let reason = format!("{words}; tried {} times, next at {until}", leased.attempts);
            (until, Some(reason))
        }
        Setback::Shop(
            Failure::Duplicate(words)
            | Failure::Refused(words)
            | Failure::Gone(words)
            | Failure::Impossible(words),
        ) => {
            refuse(leased, words);
            return Ok(());
        }
    };
    let code = &mut leased.code;
    (code.status, code.reason, code.due_at) = (waiting_status(code.status), reason, Some(until));
    Ok(())
}

/// What the shop does not rename stays what it was: the code before has its place again, and says why. `false` where
/// it was no renaming that the shop refused.
pub(super) async fn take_back(work: &Work, leased: &Leased, failure: &Failure) -> Result<bool, Problem> {
    let (Failure::Duplicate(words) | Failure::Refused(words) | Failure::Impossible(words)) = failure else {
        return Ok(false);
    };
    let now = work.desk.context.now();
    Ok(codes::take_back(&work.desk.context.sql, &work.owner, leased, words, now).await?)
}

/// The shop does not want it so. A code that works there goes on working as it is.
fn refuse(leased: &mut Leased, words: String) {
    let code = &mut leased.code;
    let is_usable = code.in_shop.as_ref().is_some_and(|found| {
        found.state.switch == Switch::On && code.text.as_ref() == Some(&found.state.text)
    });
    let status = match code.status {
        CodeStatus::Disabled => CodeStatus::Disabled,
        _ if is_usable => CodeStatus::Active,
        _ => CodeStatus::Failed,
    };
    (code.status, code.reason, code.due_at) = (status, Some(words), None);
}

fn back_off(attempts: u32) -> i64 {
    back_off_millis(attempts, chance())
}

fn chance() -> u32 {
    u32::from_le_bytes(random())
}

fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}
