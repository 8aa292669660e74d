//! What Shopify's answers mean.

use tributary_domain::code::CodeText;

use super::input::Surplus;
use super::node::{chosen, seen};
use super::query::{look_for_nothing, update};
use crate::json::{Field, Object};
use crate::shop_api::{Configuration, Done, Failure, Remote, Reply, State, Step, Task, Told, Turn, Turned};
use crate::unreadable::Unreadable;

/// What a token must be allowed to do: making codes includes reading them.
const SCOPE: &str = "write_discounts";

/// Reads the answer to a task's request.
pub(crate) fn read(task: &Task<'_>, turn: &Turn, reply: &Reply<'_>) -> Step {
    let data = match (task, turn, data(reply)) {
        // Whether a token may make codes does not hang on whether it may ask for its scopes.
        (Task::Check, Turn::First, Err(Failure::Refused(_))) => return ask_otherwise(),
        (_, _, data) => data?,
    };
    match (task, turn) {
        (Task::Check, Turn::First) => ready(&data)?.map_or_else(ask_otherwise, |ready| Ok(ready.into())),
        (Task::Check, Turn::Later(_)) => may_read(&data).map(Turned::from),
        (Task::Find(text), _) => Ok(found(text, &data)?.into()),
        (Task::List { .. }, _) => Ok(page(&data)?.into()),
        (Task::Change { code, to }, Turn::First) if data.has("codeDiscountNode") => {
            let surplus = surplus(&data, to.terms)?;
            let surplus =
                surplus.ok_or_else(|| Failure::Gone("Shopify has no such discount any more".to_owned()))?;
            update(code, to, &surplus).map(|draft| Turned::More(draft, Told::Nothing))
        }
        // Switching on makes a code active at once and takes its end date off.
        (Task::Switch { code, to: State::Active, wish }, Turn::First) => {
            let made = mutated(&data)?;
            let limits = wish.terms.limits();
            if limits.starts_at.is_some() || limits.ends_at.is_some() {
                update(code, wish, &Surplus::default()).map(|draft| Turned::More(draft, Told::Nothing))
            } else {
                Ok(Done::Made(made).into())
            }
        }
        (Task::Switch { to: State::Inactive, .. }, _) => mutated(&data).map(|_| Done::Off.into()),
        _ => mutated(&data).map(|made| Done::Made(made).into()),
    }
}

/// `data`, where nothing is wrong with the whole request.
fn data<'a>(reply: &Reply<'a>) -> Result<Object<'a>, Failure> {
    reply.check(|body| words(body).ok().flatten())?;
    let body = reply.object()?;
    match failure(&body)? {
        Some(failure) => Err(failure),
        None => Ok(body.get("data").and_then(|field| field.need(Field::object))?),
    }
}

/// The sentence of `errors`, which is a text where the request never came to GraphQL.
fn words(body: &Object<'_>) -> Result<Option<String>, Unreadable> {
    let errors = body.get("errors")?;
    if let Ok(text) = errors.words() {
        return Ok(text);
    }
    let mut sentences = Vec::new();
    for error in errors.objects()? {
        sentences.extend(error.get("message")?.words()?);
    }
    Ok(Some(sentences.join("; ")).filter(|words| !words.is_empty()))
}

/// A failure of the whole request, at status 200.
fn failure(body: &Object<'_>) -> Result<Option<Failure>, Unreadable> {
    let Some(words) = words(body)? else { return Ok(None) };
    let mut codes = Vec::new();
    for error in body.get("errors")?.objects()? {
        if let Some(extensions) = error.get("extensions")?.object()? {
            codes.extend(extensions.get("code")?.words()?);
        }
    }
    let has = |code: &str| codes.iter().any(|known| known == code);
    Ok(Some(if has("THROTTLED") {
        Failure::Throttled { wait: None }
    } else if has("ACCESS_DENIED") {
        Failure::unauthorised(words)
    } else if has("INTERNAL_SERVER_ERROR") || has("TIMEOUT") {
        Failure::try_again(words)
    } else {
        Failure::refused(words)
    }))
}

/// The discount that a mutation made or changed, or why it did not.
fn mutated(data: &Object<'_>) -> Result<Remote, Failure> {
    let result = data.only().and_then(|field| field.need(Field::object))?;
    user_errors(&result)?;
    let node = result.get("codeDiscountNode").and_then(|field| field.need(Field::object))?;
    let code = node.get("id").and_then(|field| field.need(Field::text))?;
    Ok(Remote { code, rule: None })
}

fn user_errors(result: &Object<'_>) -> Result<(), Failure> {
    let mut sentences = Vec::new();
    let mut codes = Vec::new();
    let errors = result.get("userErrors").and_then(|field| field.objects())?;
    for error in &errors {
        sentences.extend(error.get("message").and_then(|field| field.words())?);
        codes.extend(error.get("code").and_then(|field| field.words())?);
    }
    let words = sentences.join("; ");
    let has = |code: &str| codes.iter().any(|known| known == code);
    match errors.is_empty() {
        true => Ok(()),
        false if has("TAKEN") => Err(Failure::duplicate(words)),
        false if words.contains("does not exist") => Err(Failure::gone(words)),
        false => Err(Failure::refused(words)),
    }
}

/// What the token lacks. `None` where the shop does not tell what it may do.
fn ready(data: &Object<'_>) -> Result<Option<Done>, Unreadable> {
    let Some(installation) = data.get("currentAppInstallation")?.object()? else { return Ok(None) };
    if !installation.has("accessScopes") {
        return Ok(None);
    }
    let mut granted = Vec::new();
    for scope in installation.get("accessScopes")?.objects()? {
        granted.push(scope.get("handle")?.need(Field::text)?);
    }
    let missing = [SCOPE].into_iter().filter(|scope| !granted.iter().any(|known| known == scope));
    Ok(Some(Done::Ready { missing: missing.map(str::to_owned).collect() }))
}

/// A shop that does not tell what a token may do is asked for a code, as codes are asked for later.
fn ask_otherwise() -> Step {
    Ok(Turned::More(look_for_nothing()?, Told::Nothing))
}

/// The token may read codes, which is all that can be known without making one.
fn may_read(data: &Object<'_>) -> Result<Done, Failure> {
    if data.has("codeDiscountNodeByCode") {
        Ok(Done::Ready { missing: Vec::new() })
    } else {
        Err(data.missing("codeDiscountNodeByCode").into())
    }
}

fn found(text: &CodeText, data: &Object<'_>) -> Result<Done, Unreadable> {
    let Some(node) = data.get("codeDiscountNodeByCode")?.object()? else { return Ok(Done::Missing) };
    let mut code = seen(&node)?;
    if code.text.is_empty() {
        text.as_str().clone_into(&mut code.text);
    }
    Ok(Done::Found(code))
}

fn page(data: &Object<'_>) -> Result<Done, Unreadable> {
    let connection = data.get("codeDiscountNodes")?.need(Field::object)?;
    let mut codes = connection.get("nodes")?.objects()?.iter().map(seen).collect::<Result<Vec<_>, _>>()?;
    codes.retain(|code| !code.text.is_empty());
    let page = connection.get("pageInfo")?.need(Field::object)?;
    let more = page.get("hasNextPage")?.flag()?.unwrap_or_default();
    Ok(Done::Page { codes, next: page.get("endCursor")?.text()?.filter(|_| more) })
}

/// What the discount entitles to and should not. `None` where there is no such discount.
fn surplus(data: &Object<'_>, wanted: &Configuration) -> Result<Option<Surplus>, Unreadable> {
    let Some(node) = data.get("codeDiscountNode")?.object()? else { return Ok(None) };
    let discount = node.get("codeDiscount")?.need(Field::object)?;
    let gets = discount.get("customerGets")?.need(Field::object)?;
    let Some(items) = gets.get("items")?.object()? else { return Ok(Some(Surplus::default())) };
    let limits = wanted.limits();
    let left = |name, kind, wanted: &[String]| -> Result<Vec<String>, Unreadable> {
        let mut ids = chosen(&items, name, kind)?.unwrap_or_default();
        ids.retain(|id| !wanted.iter().any(|wanted| super::check::number(wanted, kind) == Some(id)));
        Ok(ids)
    };
    Ok(Some(Surplus {
        products: left("products", "Product", &limits.product_ids)?,
        collections: left("collections", "Collection", &limits.category_ids)?,
    }))
}
