//! Where a redirect finds its link: the instance's memory, then the key-value store, then SQL (R20).
//!
//! What is in the key-value store is served whatever its age, and read anew from SQL after the answer when
//! it is older than half a minute. So only a link that nobody clicked before waits for SQL, and not for long.

mod memory;

use std::cell::RefCell;
use std::rc::Rc;
use std::thread::LocalKey;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use tributary_domain::Timestamp;
use tributary_domain::link::{LinkSnapshot, Slug};
use tributary_storage::link_cache::{self, Kept};
use tributary_storage::link_keys::{HOME_KEY, link_key};
use tributary_storage::{Cache, SqlError};

use crate::context::Context;
use crate::context::task::{spawn, within};
use crate::log;
use memory::Memory;

/// After this, a value of the key-value store is read anew.
const CURRENT_MILLIS: i64 = 30_000;
/// What a shopper may wait for a database that does not answer.
const LONGEST_WAIT: Duration = Duration::from_millis(1_500);

thread_local! {
    static LINKS: RefCell<Memory<Rc<LinkSnapshot>>> = const { RefCell::new(Memory::new()) };
    static HOMES: RefCell<Memory<Rc<String>>> = const { RefCell::new(Memory::new()) };
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found<T> {
    /// It.
    Known(T),
    /// There is no such thing.
    Unknown,
    /// No cache knows it, and the database does not answer.
    Unavailable,
}

impl<T> Found<T> {
    /// It, if it was found.
    pub fn known(self) -> Option<T> {
        if let Self::Known(value) = self { Some(value) } else { None }
    }
}

/// The link of a slug.
pub async fn by_slug(context: &Rc<Context>, slug: &Slug, now: Timestamp) -> Found<Rc<LinkSnapshot>> {
    let key = link_key(slug.as_str());
    let slug = slug.clone();
    let read = async move |context: &Context| link_cache::by_slug(&context.sql, &slug).await;
    Walk { context, memory: &LINKS, key, now }.find(read).await
}

/// The home page of the first store, where a shopper goes whose link is none.
pub async fn home(context: &Rc<Context>, now: Timestamp) -> Option<Rc<String>> {
    let read = async |context: &Context| link_cache::home(&context.sql).await;
    Walk { context, memory: &HOMES, key: HOME_KEY.to_owned(), now }.find(read).await.known()
}

struct Walk<'a, T: 'static> {
    context: &'a Rc<Context>,
    memory: &'static LocalKey<RefCell<Memory<Rc<T>>>>,
    key: String,
    now: Timestamp,
}

impl<T: Clone + Serialize + DeserializeOwned + 'static> Walk<'_, T> {
    async fn find(
        &self,
        read: impl AsyncFn(&Context) -> Result<Option<T>, SqlError> + 'static,
    ) -> Found<Rc<T>> {
        if let Some(known) = self.memory.with_borrow(|memory| memory.fresh(&self.key, self.now)) {
            return known.map_or(Found::Unknown, Found::Known);
        }
        let cached = self.context.cache.get(&self.key).await.ok().flatten();
        if let Some(kept) = cached.and_then(|bytes| Kept::<T>::decode(&bytes)) {
            let value = self.remember(Some(kept.value));
            let age = self.now.as_millis().saturating_sub(kept.made.as_millis());
            if !(0..CURRENT_MILLIS).contains(&age) {
                spawn(self.renew(read));
            }
            return value.map_or(Found::Unknown, Found::Known);
        }
        match within(LONGEST_WAIT, self.read(read)).await {
            Some(Ok(value)) => {
                if let Some(value) = &value {
                    spawn(self.keep(value.clone()));
                }
                self.remember(value).map_or(Found::Unknown, Found::Known)
            }
            // A key-value store and a database that are both gone leave what this instance remembers.
            _ => self
                .memory
                .with_borrow(|memory| memory.any(&self.key))
                .map_or(Found::Unavailable, Found::Known),
        }
    }

    fn remember(&self, value: Option<T>) -> Option<Rc<T>> {
        let value = value.map(Rc::new);
        self.memory.with_borrow_mut(|memory| memory.remember(&self.key, value.clone(), self.now));
        value
    }

    fn read(
        &self,
        read: impl AsyncFn(&Context) -> Result<Option<T>, SqlError> + 'static,
    ) -> impl Future<Output = Result<Option<T>, SqlError>> + 'static {
        let (context, key) = (Rc::clone(self.context), self.key.clone());
        async move {
            let result = read(&context).await;
            if let Err(error) = &result {
                log::error("link_unread", &json!({ "key": key, "error": error.to_string() }));
            }
            result
        }
    }

    fn keep(&self, value: T) -> impl Future<Output = ()> + 'static {
        let (context, key, made) = (Rc::clone(self.context), self.key.clone(), self.now);
        async move { keep(&context, &key, Kept { made, value }).await }
    }

    fn renew(
        &self,
        read: impl AsyncFn(&Context) -> Result<Option<T>, SqlError> + 'static,
    ) -> impl Future<Output = ()> + 'static {
        let (context, key, made) = (Rc::clone(self.context), self.key.clone(), self.now);
        let read = self.read(read);
        async move {
            match read.await {
                Ok(Some(value)) => keep(&context, &key, Kept { made, value }).await,
                Ok(None) => drop(context.cache.delete(&key).await),
                // Old is better than nothing; the next instance tries again.
                Err(_) => {}
            }
        }
    }
}

async fn keep<T: Serialize + DeserializeOwned>(context: &Context, key: &str, kept: Kept<T>) {
    if let Err(error) = context.cache.set(key, &kept.encode()).await {
        log::error("link_not_cached", &json!({ "key": key, "error": error.to_string() }));
    }
}
