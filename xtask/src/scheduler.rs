//! What a scheduler does in production: comes back to the codes' work loop when it is worth it.

#![allow(clippy::indexing_slicing, reason = "a missing field of a `serde_json::Value` reads as null")]

use crate::http::Client;
use anyhow::Result;
use std::thread;
use std::time::Duration;

/// How often it looks where nothing waits, and at the latest where something does.
const USUAL: u64 = 30;

/// Asks for a round of the work loop for as long as this program runs.
pub(crate) fn start(address: String, key: String) {
    thread::spawn(move || {
        let client = Client::new(&address);
        loop {
            // A host that is stopping, or busy, is asked again.
            let seconds = round(&client, &key).unwrap_or(USUAL);
            thread::sleep(Duration::from_secs(seconds));
        }
    });
}

/// One round; gives the seconds until the next.
fn round(client: &Client, key: &str) -> Result<u64> {
    let call = "POST /api/v1/codes/run";
    let authorization = format!("Bearer {key}");
    let done = client.post("/api/v1/codes/run", &[("authorization", &authorization)], b"{}")?.json(call)?;
    Ok(seconds(done["retryAfterSeconds"].as_u64()))
}

fn seconds(retry_after: Option<u64>) -> u64 {
    retry_after.unwrap_or(USUAL).clamp(1, USUAL)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_comes_back_when_it_is_worth_it_and_not_too_late() {
        assert_eq!([None, Some(0), Some(5), Some(900)].map(seconds), [30, 1, 5, 30]);
    }
}
