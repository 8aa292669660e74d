use std::collections::BTreeMap;

use serde::Deserialize;
use tributary_storage::creators::{self, Creator};
use tributary_web::Problem;
use tributary_web::rest::{Call, Change, Outcome};

use super::{external_id_taken, fields, find, to_wire};
use crate::wire::Patch;

/// What is absent stays as it is; null takes it away, also a single handle.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = CreatorChanges)]
pub(crate) struct Changes {
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    first_name: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    last_name: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    email: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<BTreeMap<String, Option<String>>>)]
    handles: Patch<BTreeMap<String, Option<String>>>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    external_id: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>)]
    tags: Patch<Vec<String>>,
}

pub(crate) async fn update(call: &Call) -> Result<Outcome, Problem> {
    let changes: Changes = call.request.json()?;
    let creator = find(call).await?;
    if creator.deleted_at.is_some() {
        return Err(Problem::not_found("creator"));
    }
    call.check_version(creator.version)?;
    let before = to_wire(&creator);
    let mut creator = apply(creator, changes);
    fields::tidy(&mut creator)?;
    creator.updated_at = call.context.now();
    let body = to_wire(&creator);
    let change = Change::new("creator.update", creator.id.as_str(), body.clone())
        .with(creators::update(&creator)?)
        .version(creator.version + 1)
        .on_conflict("creators.external_id", external_id_taken())
        .audited(Some(before), Some(body));
    Ok(change.into())
}

fn apply(mut creator: Creator, changes: Changes) -> Creator {
    creator.first_name = changes.first_name.apply(creator.first_name);
    creator.last_name = changes.last_name.apply(creator.last_name);
    creator.email = changes.email.apply(creator.email);
    creator.external_id = changes.external_id.apply(creator.external_id);
    creator.tags = changes.tags.apply(Some(creator.tags)).unwrap_or_default();
    match changes.handles {
        Patch::Keep => {}
        Patch::Clear => creator.handles.clear(),
        Patch::Set(handles) => {
            for (network, handle) in handles {
                let network = network.to_ascii_lowercase();
                match handle {
                    Some(handle) => creator.handles.insert(network, handle),
                    None => creator.handles.remove(&network),
                };
            }
        }
    }
    creator
}
