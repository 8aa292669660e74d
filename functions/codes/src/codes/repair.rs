use tributary_domain::code::CodeStatus;
use tributary_storage::codes;
use tributary_web::Problem;
use tributary_web::rest::bodies::CodeIds;
use tributary_web::rest::{Call, Outcome};

use super::{by_ids, change_of, ids_of};

/// Puts codes right that were renamed, changed, switched or deleted in their shop: text, terms and switch are sent
/// again, also those of the rule that they share, and what the shop has no more is made anew. What came of each stands
/// on the code: a `reason` where the shop cannot be put right. Codes that we keep in no shop are answered as they are.
pub(crate) async fn repair(call: &Call) -> Result<Outcome, Problem> {
    let named: CodeIds = call.request.json()?;
    let mut found = by_ids(call, &named.code_ids).await?;
    let now = call.context.now();
    for code in found.iter_mut().filter(|code| code.in_shop.is_some()) {
        code.due_at = Some(now);
        code.updated_at = now;
        if code.status != CodeStatus::Disabled {
            code.status = CodeStatus::Pending;
        }
    }
    let change = change_of(call, "code.repair", &found).await?;
    Ok(change.with_all(codes::send_again(&ids_of(&found), now)).into())
}
