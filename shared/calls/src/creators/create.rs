use std::collections::BTreeMap;

use serde::Deserialize;
use tributary_domain::ids::CreatorId;
use tributary_storage::creators::{self, Creator};
use tributary_web::Problem;
use tributary_web::rest::{Call, Change, Outcome};

use super::{external_id_taken, fields, to_wire};

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NewCreator {
    first_name: Option<String>,
    last_name: Option<String>,
    email: Option<String>,
    handles: Option<BTreeMap<String, Option<String>>>,
    external_id: Option<String>,
    tags: Option<Vec<String>>,
}

pub(crate) async fn create(call: &Call) -> Result<Outcome, Problem> {
    let wanted: NewCreator = call.request.json()?;
    let now = call.context.now();
    let handles = wanted.handles.unwrap_or_default();
    let mut creator = Creator {
        id: CreatorId::new(now, call.context.id_random()),
        first_name: wanted.first_name,
        last_name: wanted.last_name,
        email: wanted.email,
        handles: handles.into_iter().filter_map(|(network, handle)| Some((network, handle?))).collect(),
        external_id: wanted.external_id,
        tags: wanted.tags.unwrap_or_default(),
        version: 1,
        created_at: now,
        updated_at: now,
        deleted_at: None,
    };
    fields::tidy(&mut creator)?;
    let body = to_wire(&creator);
    let change = Change::new("creator.create", creator.id.as_str(), body.clone())
        .status(201)
        .with(creators::insert(&creator)?)
        .on_conflict("creators.external_id", external_id_taken())
        .audited(None, Some(body));
    Ok(change.into())
}
