//! What an instance remembers: who it is, and how many requests it has had.

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

/// `<identity> <requests so far>`.
pub(crate) fn report() -> String {
    let identity = IDENTITY.with(|identity| *identity.get_or_init(get_random_u64));
    format!("{identity} {}", REQUESTS.get())
}
