//! The hot links, packed in one value of the key-value store: read once by an instance, packed anew now and then.

use std::cell::RefCell;
use std::rc::Rc;

use serde_json::json;
use tributary_domain::Timestamp;
use tributary_storage::link_cache::hot::{HotLinks, hottest};
use tributary_storage::link_keys::{HOT_KEY, link_key};
use tributary_storage::spin::work::Once;
use tributary_storage::{Cache, CacheError};

use super::memory::is_fresh;
use crate::context::Context;
use crate::log;

/// How long what is packed stays, unless a link in it changes.
const PACKED_MILLIS: i64 = 10_000;

type Reading = Rc<Once<Rc<HotLinks>, CacheError>>;

thread_local! {
    /// What this instance read, and when.
    static HOT: RefCell<Option<(Timestamp, Reading)>> = const { RefCell::new(None) };
}

/// The hot links, and when this instance read them.
pub(super) async fn known(context: &Context, now: Timestamp) -> Option<(Timestamp, Rc<HotLinks>)> {
    let (at, reading) = HOT.with_borrow_mut(|hot| {
        if let Some((at, reading)) = hot
            && is_fresh(*at, now)
        {
            return (*at, Rc::clone(reading));
        }
        let reading = Reading::default();
        *hot = Some((now, Rc::clone(&reading)));
        (now, reading)
    });
    let links = reading.get(async || read(context).await.map(Rc::new)).await.ok()?;
    Some((at, links))
}

/// Where there is nothing, or what another version of the program packed: nothing, and old.
async fn read(context: &Context) -> Result<HotLinks, CacheError> {
    let packed = context.cache.get(HOT_KEY).await?;
    Ok(packed.and_then(HotLinks::read).unwrap_or_else(|| HotLinks::none(Timestamp::from_millis(0))))
}

/// Packs the links that are hot now, if that was long ago.
pub(crate) async fn pack_now_and_then(context: &Context, now: Timestamp) {
    let Some((_, known)) = known(context, now).await else { return };
    let age = now.as_millis().saturating_sub(known.made().as_millis());
    if (0..PACKED_MILLIS).contains(&age) {
        return;
    }
    if let Err(error) = pack(context, now).await {
        log::warn("links_not_packed", &json!({ "error": error }));
    }
}

async fn pack(context: &Context, now: Timestamp) -> Result<(), String> {
    let slugs = hottest(&context.sql).await.map_err(|error| error.to_string())?;
    let values = async || {
        let mut values = Vec::with_capacity(slugs.len());
        for slug in &slugs {
            values.push(context.cache.get(&link_key(slug.as_str())).await?);
        }
        Ok::<_, CacheError>(values)
    };
    let keep = async |links: HotLinks| context.cache.set(HOT_KEY, links.bytes()).await;
    let packing = async {
        let packed = values().await?;
        let found = slugs.iter().zip(&packed).filter_map(|(slug, value)| Some((slug, value.as_deref()?)));
        keep(HotLinks::pack(now, found)).await?;
        // A link that was changed meanwhile was cleared before the packed ones were, and perhaps before they were
        // kept here.
        if values().await? != packed {
            keep(HotLinks::none(now)).await?;
        }
        Ok::<_, CacheError>(())
    };
    packing.await.map_err(|error| error.to_string())
}

/// Forgets what is packed, because a link changed. It is packed anew in a while.
pub(super) async fn forget(context: &Context) -> Result<(), CacheError> {
    context.cache.set(HOT_KEY, HotLinks::none(context.now()).bytes()).await
}
