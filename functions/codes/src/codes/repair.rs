use std::collections::BTreeSet;

use tributary_domain::code::CodeStatus;
use tributary_domain::ids::{CodeId, StoreId};
use tributary_platforms::shop_api::is_deleted_when_off;
use tributary_storage::codes::{self, Code};
use tributary_storage::stores;
use tributary_web::Problem;
use tributary_web::rest::bodies::CodeIds;
use tributary_web::rest::{Call, Outcome};

use super::{by_ids, change_of};

/// Puts codes right that were renamed, changed, switched or deleted in their shop: text, terms and switch are sent
/// again, also those of the rule that they share, and what the shop has no more is made anew. What came of each stands
/// on the code: a `reason` where the shop cannot be put right. Codes that we keep in no shop are answered as they are.
/// A code that is off and that somebody made again in a shop that has no switch is looked for there by its text.
pub(crate) async fn repair(call: &Call) -> Result<Outcome, Problem> {
    let named: CodeIds = call.request.json()?;
    let mut found = by_ids(call, &named.code_ids).await?;
    let now = call.context.now();
    let without_switch = without_switch(call, &found).await?;
    let is_deleted =
        |code: &Code| code.status == CodeStatus::Disabled && without_switch.contains(&code.store_id);
    for code in found.iter_mut().filter(|code| code.in_shop.is_some() || is_deleted(code)) {
        code.due_at = Some(now);
        code.updated_at = now;
        if code.status != CodeStatus::Disabled {
            code.status = CodeStatus::Pending;
        }
    }
    let change = change_of(call, "code.repair", &found).await?;
    let ids = |deleted: bool| -> Vec<&CodeId> {
        found.iter().filter(|code| is_deleted(code) == deleted).map(|code| &code.id).collect()
    };
    let change = change.with_all(codes::look_again(&ids(true), now));
    Ok(change.with_all(codes::send_again(&ids(false), now)).into())
}

/// Those of the codes' stores whose platform has no switch for a code: one that is off is deleted there.
async fn without_switch(call: &Call, codes: &[Code]) -> Result<BTreeSet<StoreId>, Problem> {
    let mut without = BTreeSet::new();
    for id in codes.iter().map(|code| &code.store_id).collect::<BTreeSet<_>>() {
        let store = stores::by_id(&call.context.sql, id).await?;
        without.extend(store.filter(|store| is_deleted_when_off(store.platform)).map(|store| store.id));
    }
    Ok(without)
}
