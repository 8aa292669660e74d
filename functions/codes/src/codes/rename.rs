use serde_json::json;
use tributary_domain::FieldErrors;
use tributary_domain::code::{CodeStatus, CodeText};
use tributary_domain::ids::CodeId;
use tributary_platforms::shop_api::Renaming;
use tributary_storage::codes::{self, Code, Origin};
use tributary_web::Problem;
use tributary_web::codes::{link_keys_of, plan_and_store, to_wire};
use tributary_web::rest::bodies::NewCodeText;
use tributary_web::rest::{Call, Change, Outcome};

use crate::shop::ShopDesk;

/// Gives a code another text, in its shop too: what shoppers have in hand works no longer, unlike after
/// `PUT /enrollments/{id}/code`. The old text is an older code of the enrollment, and still credits.
pub(crate) async fn rename(call: &Call) -> Result<Outcome, Problem> {
    let asked: NewCodeText = call.request.json()?;
    let mut errors = FieldErrors::default();
    let text = errors.keep("text", CodeText::parse(&asked.text));
    errors.into_result()?;
    let id = call.id("id", "code", CodeId::parse)?;
    let old = codes::by_ids(&call.context.sql, std::slice::from_ref(&id)).await?.pop();
    let old = old.ok_or_else(|| Problem::not_found("code"))?;
    let text = text.filter(|text| Some(text) != old.text.as_ref());
    let Some(text) = text else { return Ok(Outcome::json(&to_wire(&old))) };
    if !old.is_current {
        return Err(Problem::conflict("code_replaced", "only the enrollment's code of today can be renamed"));
    }
    let new = renamed(call, &old, text.clone()).await?;
    let now = call.context.now();
    let reason = format!("renamed to {text}");
    let leave = match (&old.in_shop, &new.in_shop) {
        (Some(found), Some(_)) => vec![codes::hand_over(&old.id, &found.remote, &reason, now)],
        _ => std::iter::once(codes::retire(&old.id, now)).chain(codes::disable(&[&old.id], now)).collect(),
    };
    let change = Change::new("code.rename", id.as_str(), to_wire(&new))
        .status(202)
        .with_all(leave)
        .with_all(codes::insert_all(std::slice::from_ref(&new))?)
        .run_again_when_stale()
        .on_conflict("codes.store_id, codes.text", taken(&text))
        .audited(Some(json!({"text": old.text})), Some(json!({"id": new.id, "text": text})))
        .forget(link_keys_of(call, [&old.enrollment_id]).await?);
    Ok(change.into())
}

fn taken(text: &CodeText) -> Problem {
    Problem::conflict("code_taken", format!("{text} is another code of this store"))
}

/// The code that comes in its place. It takes over what the shop has, where the platform can rename that.
async fn renamed(call: &Call, old: &Code, text: CodeText) -> Result<Code, Problem> {
    let (plan, store) = plan_and_store(call, &old.plan_id).await?;
    let (status, reason) = if old.status == CodeStatus::Disabled {
        (CodeStatus::Disabled, None)
    } else {
        let (status, reason) = codes::fate(&plan.terms, &store);
        (status, Some(reason.to_owned()))
    };
    let in_shop = match &old.in_shop {
        Some(found) => {
            let desk = ShopDesk::open(std::rc::Rc::clone(&call.context), store).await?;
            (desk.shop.renaming() == Renaming::InPlace).then(|| found.clone())
        }
        None => None,
    };
    let now = call.context.now();
    Ok(Code {
        id: CodeId::new(now, call.context.id_random()),
        text: Some(text),
        status,
        reason,
        missing: Vec::new(),
        collided_with: None,
        origin: Origin::Typed,
        in_shop,
        due_at: codes::due_at(status, now),
        created_at: now,
        updated_at: now,
        ..old.clone()
    })
}
