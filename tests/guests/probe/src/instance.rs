//! What an instance remembers: who it is, and how many requests it has had.

use crate::{Outcome, outbound, query::Query};
use spin_sdk::wasip3::random::random::get_random_u64;
use std::cell::{Cell, OnceCell};

thread_local! {
    static IDENTITY: OnceCell<u64> = const { OnceCell::new() };
    static REQUESTS: Cell<u32> = const { Cell::new(0) };
}

/// Notes that a request arrived here.
pub(crate) fn count_request() {
    REQUESTS.set(REQUESTS.get() + 1);
}

/// `<identity> <requests so far>`, after the URL in the query, if there is one, has answered.
pub(crate) async fn report(query: &Query) -> Outcome {
    if query.all("url").next().is_some() {
        outbound::get(query).await?;
    }
    let identity = IDENTITY.with(|identity| *identity.get_or_init(get_random_u64));
    Ok(format!("{identity} {}", REQUESTS.get()))
}
