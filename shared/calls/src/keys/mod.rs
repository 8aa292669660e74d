//! `/keys`: API keys with scopes.

mod create;
mod delete;
mod list;

pub(crate) use create::{NewKey, create};
pub(crate) use delete::delete;
pub(crate) use list::list;

use serde_json::{Value, json};
use tributary_storage::keys::ApiKey;

fn to_wire(key: &ApiKey) -> Value {
    json!({"id": key.id, "name": key.name, "scopes": key.scopes, "createdAt": key.created_at})
}
