//! The key-value store, verb by verb.

use crate::{Outcome, outbound, query::Query, refused};
use spin_sdk::{key_value::Store, wasip3::spawn};

async fn open(query: &Query) -> Result<Store, String> {
    Store::open(query.or("label", "default")).await.map_err(refused)
}

pub(crate) async fn get(query: &Query) -> Outcome {
    let value = open(query).await?.get(query.required("key")).await.map_err(refused)?;
    Ok(value.map_or_else(|| "(none)".to_owned(), |bytes| String::from_utf8_lossy(&bytes).into_owned()))
}

pub(crate) async fn set(query: &Query) -> Outcome {
    let store = open(query).await?;
    store.set(query.required("key"), query.required("value")).await.map_err(refused)?;
    Ok(String::new())
}

pub(crate) async fn delete(query: &Query) -> Outcome {
    open(query).await?.delete(query.required("key")).await.map_err(refused)?;
    Ok(String::new())
}

pub(crate) async fn exists(query: &Query) -> Outcome {
    let exists = open(query).await?.exists(query.required("key")).await.map_err(refused)?;
    Ok(exists.to_string())
}

pub(crate) async fn keys(query: &Query) -> Outcome {
    let keys = open(query).await?.get_keys().await.collect().await.map_err(refused)?;
    Ok(keys.join(","))
}

/// Answers at once; sets the value when the URL in the query has answered.
#[expect(clippy::unnecessary_wraps, reason = "every probe has an outcome")]
pub(crate) fn set_after_the_answer(query: Query) -> Outcome {
    spawn(async move {
        let done = match outbound::get(&query).await {
            Ok(_) => set(&query).await,
            Err(error) => Err(error),
        };
        if let Err(error) = done {
            eprintln!("spawned work failed: {error}");
        }
    });
    Ok(String::new())
}
