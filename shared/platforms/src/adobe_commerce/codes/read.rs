//! The answers.

use tributary_domain::Currency;
use tributary_domain::code::{CodeText, comparable};

use super::ask::{PAGE, by_text, page_number};
use super::objects::{rule, seen};
use crate::json::{Field, Object};
use crate::shop_api::{
    Configuration, Done, Failure, Reply, Seen, State, Step, Task, Told, Turn, Turned, Wish,
};

/// Reads the answer to a task's request.
pub(crate) fn read(task: &Task<'_>, turn: &Turn, reply: &Reply<'_>, currency: Currency) -> Step {
    match (task, turn) {
        (Task::Check, _) => ready(reply),
        (Task::MakeRule(_) | Task::ReadRule(_) | Task::RepairRule { .. }, _) => {
            reply.check(words)?;
            let (id, facts) = rule(&reply.object()?, currency)?;
            Ok(Done::Rule(id, facts).into())
        }
        (Task::FindRule(terms), _) => find_rule(terms, reply, currency),
        (Task::Find(text), _) => {
            reply.check(words)?;
            Ok(code(text, reply)?.map_or(Done::Missing, Done::Found).into())
        }
        (Task::List { page, .. }, _) => page_of(*page, reply),
        (Task::Switch { to: State::Inactive, .. }, _) => match reply.check(words) {
            Ok(()) | Err(Failure::Gone(_)) => Ok(Done::Off.into()),
            Err(failure) => Err(failure),
        },
        (
            Task::Make(wish)
            | Task::Switch { wish, .. }
            | Task::Change { to: wish, .. }
            | Task::Rename { to: wish, .. },
            turn,
        ) => match turn {
            Turn::First => made(wish, reply),
            Turn::Later(told) => whose(told, wish, reply),
        },
    }
}

/// `message`, with its parameters put in: a list for `%1`, an object for `%name`.
fn words(body: &Object<'_>) -> Option<String> {
    let mut message = body.get("message").ok()?.words().ok()??;
    let parameters = body.get("parameters").ok()?;
    if let Ok(list) = parameters.list() {
        // From the last on, so that %1 is not found in %10.
        for (index, parameter) in list.iter().enumerate().rev() {
            let text = parameter.text().ok().flatten().unwrap_or_default();
            message = message.replace(&format!("%{}", index + 1), &text);
        }
    } else if let Ok(Some(named)) = parameters.object() {
        for (name, text) in named.plain_members().unwrap_or_default() {
            message = message.replace(&format!("%{name}"), &text);
        }
    }
    Some(message)
}

/// "The consumer isn't authorized to access %resources." names what is missing; any other 401 means that the
/// keys themselves are wrong.
fn ready(reply: &Reply<'_>) -> Step {
    let missing = match reply.check(words) {
        Ok(()) => Vec::new(),
        Err(Failure::Unauthorised(said)) if said.contains("authorized to access") => vec![said],
        Err(failure) => return Err(failure),
    };
    Ok(Done::Ready { missing }.into())
}

/// How a text that is taken is said differs between versions: where the sentence does not say it, the shop
/// is asked whether it has the coupon.
fn made(wish: &Wish<'_>, reply: &Reply<'_>) -> Step {
    match reply.check(words) {
        Ok(()) => Ok(Done::Made(seen(&reply.object()?)?.remote).into()),
        Err(Failure::Refused(said)) if said.contains("already exists") => Err(Failure::Duplicate(said)),
        Err(Failure::Refused(said)) if reply.status() >= 400 => {
            Ok(Turned::More(by_text(wish.text.as_str()), Told::Refusal(said)))
        }
        Err(failure) => Err(failure),
    }
}

fn whose(told: &Told, wish: &Wish<'_>, reply: &Reply<'_>) -> Step {
    reply.check(words)?;
    Err(told.refusal(code(wish.text, reply)?.as_ref()))
}

/// The coupon of this text, whatever else the shop gives.
fn code(text: &CodeText, reply: &Reply<'_>) -> Result<Option<Seen>, Failure> {
    Ok(coupons(reply)?.into_iter().find(|coupon| comparable(&coupon.text) == text.as_str()))
}

/// The rule of this very title. A shop that has no such search cannot tell: the rule is made once more, and its
/// codes stand under that one.
fn find_rule(terms: &Configuration, reply: &Reply<'_>, currency: Currency) -> Step {
    match reply.check(words) {
        Err(Failure::Gone(_)) => return Ok(Done::Missing.into()),
        checked => checked?,
    }
    for item in reply.object()?.get("items")?.objects()? {
        if item.get("name")?.text()?.as_deref() == Some(terms.title().as_str()) {
            let (id, facts) = rule(&item, currency)?;
            return Ok(Done::Rule(id, facts).into());
        }
    }
    Ok(Done::Missing.into())
}

fn page_of(page: Option<&str>, reply: &Reply<'_>) -> Step {
    reply.check(words)?;
    let codes = coupons(reply)?;
    let total = reply.object()?.get("total_count")?.need(Field::whole)?;
    let number = page_number(page);
    let more = number.saturating_mul(PAGE) < total;
    Ok(Done::Page { codes, next: more.then(|| (number + 1).to_string()) }.into())
}

fn coupons(reply: &Reply<'_>) -> Result<Vec<Seen>, Failure> {
    Ok(reply.object()?.get("items")?.objects()?.iter().map(seen).collect::<Result<_, _>>()?)
}
