//! Black-box tests of the running application, over HTTP.
//!
//! [`App`] is the application: one that runs already where `TRIBUTARY_URL` and `TRIBUTARY_ADMIN_TOKEN` say so,
//! else one of our own in the embedded host with a fresh state folder. Every test makes what it needs under
//! names of its own, so tests share an app and run at once. The personas are types: a [`Brand`] calls the API
//! with its key, a [`Shopper`] clicks, a [`Shop`] signs and sends webhooks.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "a test that cannot go on has failed"
)]

mod adobe_commerce;
mod app;
pub mod attack;
mod bigcommerce;
mod brand;
pub mod chromium;
pub mod contract;
mod custom;
pub mod forms;
pub mod local_shop;
pub mod marketer;
pub mod pages;
mod reply;
mod server;
mod shop;
mod shopper;
mod stripe;
mod woocommerce;
pub mod world;

pub use adobe_commerce::{ADOBES_HOST, AdobeCommerce};
pub use app::{App, OwnApp};
pub use bigcommerce::Bigcommerce;
pub use brand::{Brand, Campaign};
pub use chromium::{Chromium, Screen};
pub use custom::Custom;
pub use marketer::Marketer;
pub use reply::Reply;
pub use server::{Answer, Asked, Server, Told};
pub use shop::{Shop, both, order, refund, with_click, with_code};
pub use shopper::Shopper;
pub use stripe::{Stripe, unix_seconds};
pub use woocommerce::Woocommerce;

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// So many cents, as the API writes them.
pub fn euros(cents: i64) -> serde_json::Value {
    serde_json::json!({"amount": cents, "currency": "EUR"})
}

/// A text that no other test and no earlier run has used, in capital letters and digits.
pub fn unique(prefix: &str) -> String {
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    let nanos = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().subsec_nanos();
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() % 1_000_000;
    let count = COUNTER.fetch_add(1, Ordering::Relaxed);
    format!(
        "{prefix}{:X}",
        (u128::from(seconds) * 1_000_000_000 + u128::from(nanos)) * 16 + u128::from(count % 16)
    )
}

/// Asks again until it is so, for what happens a moment after an answer. Fails after a generous while.
pub fn eventually<T>(what: &str, ask: impl FnMut() -> Option<T>) -> T {
    eventually_within(Duration::from_secs(20), what, ask)
}

/// The same for what the app itself waits for, such as an answer that never comes.
pub fn eventually_within<T>(limit: Duration, what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + limit;
    loop {
        if let Some(found) = ask() {
            return found;
        }
        assert!(Instant::now() < deadline, "it never came to be that {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
