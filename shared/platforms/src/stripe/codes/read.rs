//! The answers.

use tributary_domain::code::{CodeText, comparable};

use super::ask::{active_by_text, make, write_to_nothing};
use super::objects::{coupon_facts, seen};
use crate::json::{Field, Object};
use crate::shop_api::{Done, Failure, Reply, RuleId, Seen, State, Step, Task, Told, Turn, Turned, Wish};

/// Reads the answer to a task's request.
pub(crate) fn read(task: &Task<'_>, turn: &Turn, reply: &Reply<'_>) -> Step {
    let checked = check(reply);
    match (task, turn) {
        (Task::Check, Turn::First) => checked.map(|()| Turned::More(write_to_nothing(), Told::Nothing)),
        (Task::Check, Turn::Later(_)) => may_write(checked),
        (Task::MakeRule(terms), _) => match checked {
            // Its id is ours alone, so this is the very coupon.
            Err(Failure::Duplicate(_)) => Ok(Done::Rule(RuleId::new(terms.key()), terms.facts()).into()),
            checked => checked.and_then(|()| coupon(reply)),
        },
        (Task::FindRule(_), _) => match checked {
            Err(Failure::Gone(_)) => Ok(Done::Missing.into()),
            checked => checked.and_then(|()| coupon(reply)),
        },
        (Task::ReadRule(_), _) => checked.and_then(|()| coupon(reply)),
        (Task::Find(text), _) => checked.and_then(|()| find(text, reply)),
        (Task::List { .. }, _) => checked.and_then(|()| page(reply)),
        (Task::Change { to, .. }, Turn::First) => match checked {
            // What is not there any more need not be switched off.
            Ok(()) | Err(Failure::Gone(_)) => Ok(Turned::More(make(to)?, Told::Nothing)),
            Err(failure) => Err(failure),
        },
        (Task::Switch { to: State::Inactive, .. }, _) => checked.map(|()| Done::Off.into()),
        (Task::Make(wish) | Task::Switch { wish, .. }, Turn::First)
        | (Task::Change { to: wish, .. }, Turn::Later(Told::Nothing)) => made(wish, checked, reply),
        (Task::Make(wish) | Task::Switch { wish, .. } | Task::Change { to: wish, .. }, Turn::Later(told)) => {
            whose(told, wish, checked, reply)
        }
        (Task::RepairRule { .. } | Task::Rename { .. }, _) => checked.and_then(|()| remote(reply)),
    }
}

/// `error.message`, and what its `code` adds to the status. Stripe documents neither code nor sentence for a text that
/// is taken; this sentence is enough: "An active promotion code with `code: X` already exists."
fn check(reply: &Reply<'_>) -> Result<(), Failure> {
    let code = reply.object().ok().and_then(|body| error(&body)?.get("code").ok()?.text().ok()?);
    match reply.check(|body| error(body)?.get("message").ok()?.words().ok()?) {
        Err(Failure::Refused(said))
            if said.contains("already exists") || code.as_deref() == Some("resource_already_exists") =>
        {
            Err(Failure::Duplicate(said))
        }
        Err(Failure::Refused(said)) if code.as_deref() == Some("resource_missing") => {
            Err(Failure::Gone(said))
        }
        // The same key is still being worked on, or was used for something else a moment ago.
        Err(Failure::Refused(said)) if reply.status() == 409 => Err(Failure::TryAgain(said)),
        checked => checked,
    }
}

fn error<'a>(body: &Object<'a>) -> Option<Object<'a>> {
    body.get("error").ok()?.object().ok()?
}

fn remote(reply: &Reply<'_>) -> Step {
    Ok(Done::Made(seen(&reply.object()?)?.remote).into())
}

/// Stripe's words for a text that is taken are not documented: after a refusal in any other words it is asked whether
/// it has the code.
fn made(wish: &Wish<'_>, checked: Result<(), Failure>, reply: &Reply<'_>) -> Step {
    match checked {
        Err(Failure::Refused(said)) if reply.status() >= 400 => {
            Ok(Turned::More(active_by_text(wish.text), Told::Refusal(said)))
        }
        checked => checked.and_then(|()| remote(reply)),
    }
}

fn whose(told: &Told, wish: &Wish<'_>, checked: Result<(), Failure>, reply: &Reply<'_>) -> Step {
    checked?;
    let (codes, _) = codes(reply)?;
    let is_taken_by =
        |code: &&Seen| code.state == State::Active && comparable(&code.text) == wish.text.as_str();
    Err(told.refusal(codes.iter().find(is_taken_by)))
}

fn may_write(checked: Result<(), Failure>) -> Step {
    let missing = match checked {
        Err(Failure::Unauthorised(said)) => vec![said],
        Err(failure @ (Failure::Throttled { .. } | Failure::TryAgain(_))) => return Err(failure),
        _ => Vec::new(),
    };
    Ok(Done::Ready { missing }.into())
}

fn coupon(reply: &Reply<'_>) -> Step {
    let body = reply.object()?;
    let id = body.get("id")?.need(Field::text)?;
    Ok(Done::Rule(RuleId::new(id), coupon_facts(&body)?).into())
}

/// The active one of this text, else the newest: Stripe gives them newest first.
fn find(text: &CodeText, reply: &Reply<'_>) -> Step {
    let (mut codes, _) = codes(reply)?;
    codes.retain(|code| comparable(&code.text) == text.as_str());
    let active = codes.iter().position(|code| code.state == State::Active);
    let best = (!codes.is_empty()).then(|| codes.swap_remove(active.unwrap_or(0)));
    Ok(best.map_or(Done::Missing, Done::Found).into())
}

fn page(reply: &Reply<'_>) -> Step {
    let (codes, more) = codes(reply)?;
    let next = codes.last().map(|code| code.remote.code.clone()).filter(|_| more);
    Ok(Done::Page { codes, next }.into())
}

fn codes(reply: &Reply<'_>) -> Result<(Vec<Seen>, bool), Failure> {
    let body = reply.object()?;
    let codes = body.get("data")?.objects()?.iter().map(seen).collect::<Result<_, _>>()?;
    Ok((codes, body.get("has_more")?.flag()?.unwrap_or_default()))
}
