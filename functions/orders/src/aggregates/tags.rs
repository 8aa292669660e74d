use serde_json::{Value, json};
use tributary_platforms::amazon::{Publisher, Tag};
use tributary_storage::link_keys::link_key;
use tributary_storage::{links, stores};
use tributary_web::Problem;
use tributary_web::rest::bodies::AggregatesTags;
use tributary_web::rest::{Call, Change, Outcome};

use crate::amazon::Amazon;
use crate::reconcile;

/// Links whose cached copies are forgotten at once; those of others go by themselves.
const MOST_LINKS_TO_FORGET: u32 = 1_000;

/// The profile's tags with a publisher; the one that is meant is carried by the store's links from now on. Amazon
/// measures nothing before they were asked for once.
pub(super) async fn tags(call: &Call) -> Result<Outcome, Problem> {
    let store = super::store(call).await?;
    let wanted: AggregatesTags = call.request.json()?;
    let amazon = Amazon::open(&call.context, &store).await.map_err(reconcile::problem)?;
    let publisher = publisher(&amazon, &wanted).await?;
    let tags = amazon.tags(&publisher).await.map_err(reconcile::problem)?;
    let meant = meant(&tags, wanted.advertiser_id.as_deref())?;
    let told: Vec<Value> =
        tags.iter().map(|tag| json!({"advertiserId": tag.advertiser, "maas": tag.maas})).collect();
    let body = json!({"storeId": store.id, "publisher": publisher.name, "tags": told,
        "attributionTag": meant.map(|tag| &tag.maas)});
    let mut change =
        Change::new("aggregates.tags", store.id.as_str(), body.clone()).audited(None, Some(body));
    if let Some(tag) = meant {
        let slugs = links::slugs_of_store(&call.context.sql, &store.id, MOST_LINKS_TO_FORGET).await?;
        change = change
            .with(stores::tag(&store.id, &tag.maas, call.context.now()))
            .forget(slugs.iter().map(|slug| link_key(slug)));
    }
    Ok(change.into())
}

async fn publisher(amazon: &Amazon, wanted: &AggregatesTags) -> Result<Publisher, Problem> {
    let mut publishers = amazon.publishers().await.map_err(reconcile::problem)?;
    publishers.retain(|publisher| !publisher.has_macros);
    let is_it = |publisher: &Publisher| publisher.name.eq_ignore_ascii_case(wanted.publisher.trim());
    let Some(place) = publishers.iter().position(is_it) else {
        let known: Vec<&str> = publishers.iter().map(|publisher| publisher.name.as_str()).collect();
        let detail = format!("must be one that Amazon lists without macros: {}", known.join(", "));
        return Err(Problem::field("publisher", "unknown", detail));
    };
    Ok(publishers.swap_remove(place))
}

/// The advertiser's that is named; else the only one.
fn meant<'a>(tags: &'a [Tag], advertiser: Option<&str>) -> Result<Option<&'a Tag>, Problem> {
    match (tags, advertiser) {
        ([only], None) => Ok(Some(only)),
        (_, None) => Ok(None),
        (_, Some(advertiser)) => {
            let found = tags.iter().find(|tag| tag.advertiser == advertiser);
            let known: Vec<&str> = tags.iter().map(|tag| tag.advertiser.as_str()).collect();
            let detail = format!("must be one of the profile's: {}", known.join(", "));
            found.map(Some).ok_or_else(|| Problem::field("advertiserId", "unknown", detail))
        }
    }
}
