//! The answers.

use tributary_domain::Currency;
use tributary_domain::code::{CodeText, comparable};

use super::ask::{by_text, make, promotion_of, under_rule, write_to_nothing};
use super::objects::{promotion, seen};
use crate::json::{Field, Object};
use crate::shop_api::{
    Configuration, Done, Failure, Remote, Reply, RuleId, Seen, State, Step, Task, Told, Turn, Turned, Wish,
};

/// Reads the answer to a task's request.
pub(crate) fn read(task: &Task<'_>, turn: &Turn, reply: &Reply<'_>, currency: Currency) -> Step {
    match (task, turn) {
        (Task::Check, Turn::First) => {
            reply.check(words)?;
            Ok(Turned::More(write_to_nothing()?, Told::Nothing))
        }
        (Task::Check, Turn::Later(_)) => may_write(reply),
        (Task::MakeRule(_) | Task::ReadRule(_) | Task::RepairRule { .. }, _) => {
            reply.check(words)?;
            let (id, _, facts) = promotion(&data(reply)?, currency)?;
            Ok(Done::Rule(id, facts).into())
        }
        (Task::FindRule(terms), _) => find_rule(terms, reply, currency),
        (Task::Find(text), Turn::First) => found_code(text, reply),
        (Task::Find(_), Turn::Later(told)) => found_promotion(told, reply, currency),
        (Task::Change { to, .. }, Turn::First) => {
            removed(reply).and_then(|()| Ok(Turned::More(make(to)?, Told::Nothing)))
        }
        (Task::Switch { to: State::Inactive, .. }, _) => removed(reply).map(|()| Done::Off.into()),
        (Task::List { rule, .. }, _) => page(*rule, reply),
        (Task::Make(wish) | Task::Switch { wish, .. } | Task::Rename { to: wish, .. }, Turn::First)
        | (Task::Change { to: wish, .. }, Turn::Later(Told::Nothing)) => made(wish, reply),
        (
            Task::Make(wish)
            | Task::Switch { wish, .. }
            | Task::Rename { to: wish, .. }
            | Task::Change { to: wish, .. },
            Turn::Later(told),
        ) => match told {
            Told::Taken { said, page } => is_ours(said, page.as_deref(), wish, reply),
            told => is_taken(told, wish, reply),
        },
    }
}

/// `{errors: [{status, title}]}`, or `{status, title, type, detail}`.
fn words(body: &Object<'_>) -> Option<String> {
    let mut said: Vec<String> = Vec::new();
    for error in body.get("errors").ok().and_then(|errors| errors.objects().ok()).unwrap_or_default() {
        said.extend(error.get("title").ok().and_then(|title| title.words().ok()?));
    }
    for name in ["title", "detail"] {
        said.extend(body.get(name).ok().and_then(|field| field.words().ok()?));
    }
    (!said.is_empty()).then(|| said.join(": "))
}

fn data<'a>(reply: &Reply<'a>) -> Result<Object<'a>, Failure> {
    Ok(reply.object()?.get("data")?.need(Field::object)?)
}

fn list<'a>(reply: &Reply<'a>) -> Result<Vec<Object<'a>>, Failure> {
    Ok(reply.object()?.get("data")?.objects()?)
}

fn remote(wish: &Wish<'_>, reply: &Reply<'_>) -> Result<Remote, Failure> {
    Ok(Remote { code: data(reply)?.get("id")?.need(Field::id)?, rule: wish.rule.cloned() })
}

/// What the shop says of a text that is taken is not documented: after any refusal the shop is asked whether
/// it has the code.
fn made(wish: &Wish<'_>, reply: &Reply<'_>) -> Step {
    match reply.check(words) {
        Ok(()) => remote(wish, reply).map(|made| Done::Made(made).into()),
        Err(Failure::Refused(said)) if reply.status() >= 400 => {
            Ok(Turned::More(by_text(wish.text.as_str()), Told::Refusal(said)))
        }
        Err(failure) => Err(failure),
    }
}

/// A code of this text does not say whose it is: where there is one, our promotion is asked for it.
fn is_taken(told: &Told, wish: &Wish<'_>, reply: &Reply<'_>) -> Step {
    let found = match reply.check(words) {
        Ok(()) => code(wish.text, reply)?,
        Err(Failure::Gone(_)) => None,
        Err(failure) => return Err(failure),
    };
    match (told, &found, wish.rule) {
        (Told::Refusal(said), Some(_), Some(rule)) => {
            let taken = Told::Taken { said: said.clone(), page: None };
            Ok(Turned::More(under_rule(rule, wish.text.as_str(), None), taken))
        }
        _ => Err(told.refusal(found.as_ref())),
    }
}

/// Under our own promotion it is the very code that was to be made, whose making nobody was told of: a store has a
/// text once (R8). Elsewhere, or where the shop does not tell, it is somebody else's. The filter by text may be one
/// that the shop does not know: all pages are looked through.
fn is_ours(said: &str, page: Option<&str>, wish: &Wish<'_>, reply: &Reply<'_>) -> Step {
    match reply.check(words) {
        Ok(()) => {}
        Err(failure @ (Failure::Throttled { .. } | Failure::TryAgain(_))) => return Err(failure),
        Err(_) => return Err(Failure::duplicate(said)),
    }
    if let Some(code) = code(wish.text, reply)? {
        let made = Remote { rule: wish.rule.cloned(), ..code.remote };
        return Ok(Done::Made(made).into());
    }
    let next = next_page(reply)?.filter(|next| page != Some(next));
    match (wish.rule, next) {
        (Some(rule), Some(next)) => {
            let draft = under_rule(rule, wish.text.as_str(), Some(&next));
            Ok(Turned::More(draft, Told::Taken { said: said.to_owned(), page: Some(next) }))
        }
        _ => Err(Failure::duplicate(said)),
    }
}

/// The code of this text, whatever else the shop gives.
fn code(text: &CodeText, reply: &Reply<'_>) -> Result<Option<Seen>, Failure> {
    for item in list(reply)? {
        let code = seen(&item, None)?;
        if comparable(&code.text) == text.as_str() {
            return Ok(Some(code));
        }
    }
    Ok(None)
}

fn found_code(text: &CodeText, reply: &Reply<'_>) -> Step {
    match reply.check(words) {
        Err(Failure::Gone(_)) => return Ok(Done::Missing.into()),
        checked => checked?,
    }
    Ok(match code(text, reply)? {
        None => Done::Missing.into(),
        Some(code) => Turned::More(promotion_of(text.as_str()), Told::Code(code)),
    })
}

/// Adds its promotion to a code, where the shop names one alone.
fn found_promotion(told: &Told, reply: &Reply<'_>, currency: Currency) -> Step {
    let Told::Code(code) = told else { return Ok(Done::Missing.into()) };
    let mut code = code.clone();
    match reply.check(words) {
        Err(failure @ (Failure::Throttled { .. } | Failure::TryAgain(_))) => return Err(failure),
        Err(_) => {}
        Ok(()) => {
            if let [only] = list(reply)?.as_slice() {
                let (id, state, facts) = promotion(only, currency)?;
                code.remote.rule = Some(id);
                code.state = state;
                code.facts.extend(facts);
            }
        }
    }
    Ok(Done::Found(code).into())
}

/// The promotion of this very title: the filter may give others too. A shop that has no such list cannot tell: the
/// promotion is made once more, and its codes stand under that one.
fn find_rule(terms: &Configuration, reply: &Reply<'_>, currency: Currency) -> Step {
    match reply.check(words) {
        Err(Failure::Gone(_)) => return Ok(Done::Missing.into()),
        checked => checked?,
    }
    for item in list(reply)? {
        if item.get("name")?.text()?.as_deref() == Some(terms.title().as_str()) {
            let (id, _, facts) = promotion(&item, currency)?;
            return Ok(Done::Rule(id, facts).into());
        }
    }
    Ok(Done::Missing.into())
}

/// What is not there any more is as good as deleted.
fn removed(reply: &Reply<'_>) -> Result<(), Failure> {
    match reply.check(words) {
        Err(Failure::Gone(_)) => Ok(()),
        checked => checked,
    }
}

fn may_write(reply: &Reply<'_>) -> Step {
    let missing = match reply.check(words) {
        Err(Failure::Unauthorised(said)) => vec![said],
        Err(failure @ (Failure::Throttled { .. } | Failure::TryAgain(_))) => return Err(failure),
        _ => Vec::new(),
    };
    Ok(Done::Ready { missing }.into())
}

fn page(rule: Option<&RuleId>, reply: &Reply<'_>) -> Step {
    reply.check(words)?;
    let codes = list(reply)?.iter().map(|code| seen(code, rule)).collect::<Result<_, _>>()?;
    Ok(Done::Page { codes, next: next_page(reply)? }.into())
}

fn next_page(reply: &Reply<'_>) -> Result<Option<String>, Failure> {
    let meta = reply.object()?.get("meta")?.object()?;
    let cursor = match meta {
        Some(meta) => meta.get("cursor_pagination")?.object()?,
        None => None,
    };
    Ok(match cursor {
        Some(cursor) if has_next(&cursor)? => cursor.get("end_cursor")?.text()?,
        _ => None,
    })
}

fn has_next(cursor: &Object<'_>) -> Result<bool, Failure> {
    let links = cursor.get("links")?.object()?;
    Ok(links.map(|links| links.get("next")?.words()).transpose()?.flatten().is_some())
}
