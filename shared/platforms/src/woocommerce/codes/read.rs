//! The answers.

use tributary_domain::Currency;
use tributary_domain::code::{CodeText, comparable};

use super::ask::{PAGE, page_number, search, write_to_nothing};
use super::coupon::seen;
use crate::json::Object;
use crate::shop_api::{Done, Failure, Remote, Reply, Seen, State, Step, Task, Told, Turn, Turned};

/// Reads the answer to a task's request.
pub(crate) fn read(task: &Task<'_>, turn: &Turn, reply: &Reply<'_>, currency: Currency) -> Step {
    if let (Task::Check, Turn::Later(_)) = (task, turn) {
        return may_write(reply);
    }
    check(reply)?;
    match task {
        Task::Check => Ok(Turned::More(write_to_nothing()?, Told::Nothing)),
        Task::Find(text) => find(text, turn, reply, currency),
        Task::List { page, .. } => page_of(*page, reply, currency),
        Task::Switch { to: State::Inactive, .. } => made(reply).map(|_| Done::Off.into()),
        _ => made(reply).map(|made| Done::Made(made).into()),
    }
}

fn check(reply: &Reply<'_>) -> Result<(), Failure> {
    let code = reply.object().ok().and_then(|body| body.get("code").ok()?.text().ok()?).unwrap_or_default();
    match reply.check(words) {
        Err(Failure::Refused(said)) if code == "woocommerce_rest_coupon_code_already_exists" => {
            Err(Failure::Duplicate(said))
        }
        Err(Failure::Refused(said)) if code == "woocommerce_rest_shop_coupon_invalid_id" => {
            Err(Failure::Gone(said))
        }
        checked => checked,
    }
}

fn words(body: &Object<'_>) -> Option<String> {
    body.get("message").ok()?.words().ok()?
}

fn made(reply: &Reply<'_>) -> Result<Remote, Failure> {
    let body = reply.object()?;
    Ok(Remote { code: body.get("id")?.need(crate::json::Field::id)?, rule: None })
}

/// A key that may read alone is refused when it writes, whatever it writes.
fn may_write(reply: &Reply<'_>) -> Step {
    let missing = match check(reply) {
        Err(Failure::Unauthorised(said)) => vec![said],
        Err(failure @ (Failure::Throttled { .. } | Failure::TryAgain(_))) => return Err(failure),
        _ => Vec::new(),
    };
    Ok(Done::Ready { missing }.into())
}

/// A published coupon first, a draft among all others then. What the shop gives back is compared: a filter
/// that it does not know gives everything.
fn find(text: &CodeText, turn: &Turn, reply: &Reply<'_>, currency: Currency) -> Step {
    let mut coupons = coupons(reply, currency)?;
    coupons.retain(|coupon| comparable(&coupon.text) == text.as_str());
    let published = coupons.iter().position(|coupon| coupon.state == State::Active);
    let best = (!coupons.is_empty()).then(|| coupons.swap_remove(published.unwrap_or(0)));
    Ok(match (best, turn) {
        (Some(coupon), _) => Done::Found(coupon).into(),
        (None, Turn::First) => Turned::More(search(text.as_str()), Told::Nothing),
        (None, Turn::Later(_)) => Done::Missing.into(),
    })
}

fn page_of(page: Option<&str>, reply: &Reply<'_>, currency: Currency) -> Step {
    let codes = coupons(reply, currency)?;
    let number = page_number(page);
    let more = match reply.number("x-wp-totalpages") {
        Some(pages) => number < pages,
        None => u32::try_from(codes.len()).is_ok_and(|count| count >= PAGE),
    };
    Ok(Done::Page { codes, next: more.then(|| (number + 1).to_string()) }.into())
}

fn coupons(reply: &Reply<'_>, currency: Currency) -> Result<Vec<Seen>, Failure> {
    reply.objects()?.iter().map(|coupon| Ok(seen(coupon, currency)?)).collect()
}
