//! `/creators`: people who promote.

mod create;
mod delete;
mod fields;
mod get;
mod list;
mod page;
mod update;

pub(crate) use create::{NewCreator, create};
pub(crate) use delete::delete;
pub(crate) use get::get;
pub(crate) use list::list;
pub(crate) use page::{delete_page, put_page};
pub(crate) use update::{Changes, update};

use serde_json::{Value, json};
use tributary_domain::ids::CreatorId;
use tributary_storage::creators::{self, Creator};
use tributary_web::Problem;
use tributary_web::rest::Call;

/// A creator by the path's id, removed or not.
async fn find(call: &Call) -> Result<Creator, Problem> {
    let id = call.id("id", "creator", CreatorId::parse)?;
    creators::by_id(&call.context.sql, &id).await?.ok_or_else(|| Problem::not_found("creator"))
}

fn external_id_taken() -> Problem {
    Problem::conflict("external_id_taken", "another creator has this externalId")
}

fn to_wire(creator: &Creator) -> Value {
    json!({
        "id": creator.id,
        "firstName": creator.first_name,
        "lastName": creator.last_name,
        "email": creator.email,
        "handles": creator.handles,
        "externalId": creator.external_id,
        "tags": creator.tags,
        "createdAt": creator.created_at,
        "updatedAt": creator.updated_at,
        "deletedAt": creator.deleted_at,
    })
}
