//! A plan on its way in: its terms, and its store beside them.

use serde_json::{Map, Value};
use tributary_domain::FieldErrors;
use tributary_domain::capability::{self, Platform, capabilities};
use tributary_domain::ids::StoreId;
use tributary_domain::plan::{Mode, Terms};
use tributary_platforms::shop_api::Configuration;
use tributary_storage::stores::Store;
use tributary_web::Problem;
use tributary_web::request::{read_value, without_nulls};

/// A plan as it was sent.
pub(super) struct Sent {
    /// Where it says so.
    pub(super) store_id: Option<StoreId>,
    pub(super) terms: Terms,
}

/// Reads a plan. `ignored` are members of our answers that a caller may send back.
pub(super) fn read(mut members: Map<String, Value>, ignored: &[&str]) -> Result<Sent, Problem> {
    let store_id = match members.remove("storeId") {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) => Some(StoreId::parse(&text).map_err(|_| unknown_store())?),
        Some(_) => return Err(Problem::field("storeId", "invalid", "must be a store's id")),
    };
    for name in ignored {
        members.remove(*name);
    }
    // What a plan does not say has its default.
    let mut terms: Terms = read_value(without_nulls(Value::Object(members)))?;
    terms.name = terms.name.trim().to_owned();
    Ok(Sent { store_id, terms })
}

pub(super) fn unknown_store() -> Problem {
    Problem::field("storeId", "unknown_store", "there is no such store")
}

/// Names everything that is wrong with the terms, and everything that the store cannot do (R9).
pub(super) fn check(terms: &Terms, store: &Store) -> Result<(), Problem> {
    let mut errors = FieldErrors::default();
    if let Err(wrong) = terms.check(store.currency) {
        errors.extend(wrong);
    }
    if let Err(refused) = capability::check(terms, &capabilities(store.platform), store.platform) {
        errors.extend(refused);
    }
    errors.into_result()?;
    if terms.mode == Mode::Managed && terms.discount.is_some() && has_api(store.platform) {
        // What the platform's API would refuse of each code is better said now.
        Configuration::new(store.platform, &capabilities(store.platform), "plan", terms)?;
    }
    Ok(())
}

const fn has_api(platform: Platform) -> bool {
    !matches!(platform, Platform::Amazon | Platform::Custom)
}
