//! Where a redirect finds its link: the instance's memory, then the key-value store, then SQL (R20).
//!
//! The key-value store has a value for each link, and the hot ones once more in one value, which an instance reads
//! first. What it has is served whatever its age, and read anew from SQL after the answer when it is older than
//! five minutes. So only a link that nobody clicked before waits for SQL, and not for long.

pub(crate) mod hot;
pub mod make;
mod memory;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;
use tributary_domain::Timestamp;
use tributary_domain::link::{LinkSnapshot, Slug};
use tributary_storage::link_cache::{self, Kept};
use tributary_storage::link_keys::{HOME_KEY, link_key};
use tributary_storage::spin::work::Work;
use tributary_storage::{Cache, SqlError};

use crate::context::Context;
use crate::context::task::{spawn, within};
use crate::log;
use memory::{Memory, Recalled};

/// After this, a value of the key-value store is read anew. Calls that change a link clear its value, so this is
/// only for what a call could not clear; and each renewal is a write, which costs more than many clicks.
const CURRENT_MILLIS: i64 = 300_000;
/// What a shopper may wait for a database that does not answer.
const LONGEST_WAIT: Duration = Duration::from_millis(1_500);

thread_local! {
    static PLACES: RefCell<Memory<Rc<Place>>> = const { RefCell::new(Memory::new()) };
    /// What is being looked up at this moment.
    static SOUGHT: RefCell<BTreeMap<String, Rc<Work<Found>>>> = const { RefCell::new(BTreeMap::new()) };
}

/// Somewhere to go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(clippy::large_enum_variant, reason = "nearly all are links")]
pub enum Place {
    /// Where a link leads.
    Link(Box<LinkSnapshot>),
    /// The home page of the first store.
    Home(String),
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// It.
    Known(Rc<Place>),
    /// There is no such thing.
    Unknown,
    /// No cache knows it, and the database does not answer.
    Unavailable,
}

impl From<Option<Rc<Place>>> for Found {
    fn from(value: Option<Rc<Place>>) -> Self {
        value.map_or(Self::Unknown, Self::Known)
    }
}

impl Found {
    /// The link, if it is one.
    pub fn link(&self) -> Option<&LinkSnapshot> {
        let Self::Known(place) = self else { return None };
        if let Place::Link(link) = place.as_ref() { Some(link) } else { None }
    }

    /// The home page, if it is one.
    pub fn home(&self) -> Option<&str> {
        let Self::Known(place) = self else { return None };
        if let Place::Home(home) = place.as_ref() { Some(home) } else { None }
    }
}

/// Finds the link of a slug.
pub async fn by_slug(context: &Rc<Context>, slug: Slug, now: Timestamp) -> Found {
    find(context, Wanted::Link(slug), now).await
}

/// Finds the home page of the first store, where a shopper goes whose link is none.
pub async fn home(context: &Rc<Context>, now: Timestamp) -> Found {
    find(context, Wanted::Home, now).await
}

/// Clears what the cache has under these keys, because it changed.
///
/// The cache ages out by itself: a failure here only delays what shoppers see, and is logged.
pub async fn forget(context: &Context, keys: &[String]) {
    let forgetting = async {
        if keys.is_empty() {
            return Ok(());
        }
        for key in keys {
            context.cache.delete(key).await?;
        }
        // After the links' own values, of which it is packed.
        hot::forget(context).await
    };
    if let Err(error) = forgetting.await {
        log::warn("cache_not_cleared", &json!({ "error": error.to_string() }));
    }
}

#[derive(Debug, Clone)]
enum Wanted {
    Link(Slug),
    Home,
}

impl Wanted {
    fn key(&self) -> String {
        match self {
            Self::Link(slug) => link_key(slug.as_str()),
            Self::Home => HOME_KEY.to_owned(),
        }
    }

    async fn read(&self, context: &Context) -> Result<Option<Place>, SqlError> {
        let result = match self {
            Self::Link(slug) => {
                link_cache::by_slug(&context.sql, slug).await.map(|link| link.map(Box::new).map(Place::Link))
            }
            Self::Home => link_cache::home(&context.sql).await.map(|home| home.map(Place::Home)),
        };
        if let Err(error) = &result {
            log::error("link_unread", &json!({ "key": self.key(), "error": error.to_string() }));
        }
        result
    }
}

/// What this instance remembers of a slug, if it does.
pub fn remembered(slug: &Slug, now: Timestamp) -> Option<Found> {
    recall(&link_key(slug.as_str()), now)
}

fn recall(key: &str, now: Timestamp) -> Option<Found> {
    match PLACES.with_borrow(|memory| memory.fresh(key, now)) {
        Recalled::Value(place) => Some(Found::Known(place)),
        Recalled::Nothing => Some(Found::Unknown),
        Recalled::Forgotten => None,
    }
}

async fn find(context: &Rc<Context>, wanted: Wanted, now: Timestamp) -> Found {
    let key = wanted.key();
    if let Some(found) = recall(&key, now) {
        return found;
    }
    let others = SOUGHT.with_borrow(|sought| sought.get(&key).cloned());
    if let Some(found) = match others {
        Some(work) => work.wait().await,
        None => None,
    } {
        return found;
    }
    let work = Work::new();
    SOUGHT.with_borrow_mut(|sought| sought.insert(key.clone(), Rc::clone(&work)));
    let found = work.run(look_up(context, &wanted, now)).await;
    SOUGHT.with_borrow_mut(|sought| sought.remove(&key));
    found
}

async fn look_up(context: &Rc<Context>, wanted: &Wanted, now: Timestamp) -> Found {
    let key = wanted.key();
    if let Some((read_at, place)) = among_the_hot(context, wanted, now).await {
        return remember(&key, Some(place), read_at);
    }
    let cached = context.cache.get(&key).await.ok().flatten();
    if let Some(kept) = cached.and_then(|bytes| Kept::<Place>::decode(&bytes)) {
        if !is_current(&kept, now) {
            spawn(renew(Rc::clone(context), wanted.clone(), now));
        }
        return remember(&key, Some(kept.value), now);
    }
    let first_read = read_and_keep(Rc::clone(context), wanted.clone(), now);
    match within(LONGEST_WAIT, first_read).await {
        Some(Ok(value)) => remember(&key, value, now),
        // A key-value store and a database that are both gone leave what this instance remembers.
        _ => PLACES.with_borrow(|memory| memory.any(&key)).map_or(Found::Unavailable, Found::Known),
    }
}

/// A value that is to be renewed is left to the link's own.
async fn among_the_hot(context: &Context, wanted: &Wanted, now: Timestamp) -> Option<(Timestamp, Place)> {
    let Wanted::Link(slug) = wanted else { return None };
    let (read_at, links) = hot::known(context, now).await?;
    let kept = Kept::<Place>::decode(links.find(slug)?).filter(|kept| is_current(kept, now))?;
    Some((read_at, kept.value))
}

fn is_current(kept: &Kept<Place>, now: Timestamp) -> bool {
    (0..CURRENT_MILLIS).contains(&now.as_millis().saturating_sub(kept.made.as_millis()))
}

fn remember(key: &str, value: Option<Place>, now: Timestamp) -> Found {
    let value = value.map(Rc::new);
    PLACES.with_borrow_mut(|memory| memory.remember(key, value.clone(), now));
    value.into()
}

/// Reads from SQL for a shopper who waits; the key-value store is filled after the answer.
async fn read_and_keep(
    context: Rc<Context>,
    wanted: Wanted,
    now: Timestamp,
) -> Result<Option<Place>, SqlError> {
    let read = wanted.read(&context).await;
    if let Ok(Some(value)) = &read {
        let kept = Kept { made: now, value: value.clone() };
        spawn(async move { keep(&context, &wanted.key(), &kept).await });
    }
    read
}

async fn renew(context: Rc<Context>, wanted: Wanted, now: Timestamp) {
    match wanted.read(&context).await {
        Ok(Some(value)) => keep(&context, &wanted.key(), &Kept { made: now, value }).await,
        Ok(None) => drop(context.cache.delete(&wanted.key()).await),
        // Old is better than nothing; the next instance tries again.
        Err(_) => {}
    }
}

async fn keep(context: &Context, key: &str, kept: &Kept<Place>) {
    if let Err(error) = context.cache.set(key, &kept.encode()).await {
        log::error("link_not_cached", &json!({ "key": key, "error": error.to_string() }));
    }
}
