//! What a scheduler does in production: comes back to the rounds of work when it is worth it.

#![allow(clippy::indexing_slicing, reason = "a missing field of a `serde_json::Value` reads as null")]

use crate::http::Client;
use anyhow::Result;
use std::thread;
use std::time::Duration;

/// A call that does a round of work.
struct Round {
    path: &'static str,
    /// Seconds until it is asked for again where nothing waits, and the most where something does.
    usual: u64,
}

/// Webhooks are looked for more often: whoever waits for them waits for the scheduler.
const ROUNDS: [Round; 3] = [
    Round { path: "/api/v1/codes/run", usual: 30 },
    Round { path: "/api/v1/webhook-endpoints/run", usual: 5 },
    Round { path: "/api/v1/reconcile/run", usual: 900 },
];

/// Asks for rounds for as long as this program runs.
pub(crate) fn start(address: &str, key: &str) {
    for round in ROUNDS {
        let (client, authorization) = (Client::new(address), format!("Bearer {key}"));
        thread::spawn(move || {
            loop {
                // A host that is stopping, or busy, is asked again.
                let seconds = round.ask(&client, &authorization).unwrap_or(round.usual);
                thread::sleep(Duration::from_secs(seconds));
            }
        });
    }
}

impl Round {
    /// Does one round; gives the seconds until the next.
    fn ask(&self, client: &Client, authorization: &str) -> Result<u64> {
        let call = format!("POST {}", self.path);
        let done = client.post(self.path, &[("authorization", authorization)], b"{}")?.json(&call)?;
        Ok(self.seconds(done["retryAfterSeconds"].as_u64()))
    }

    fn seconds(&self, retry_after: Option<u64>) -> u64 {
        retry_after.unwrap_or(self.usual).clamp(1, self.usual)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_comes_back_when_it_is_worth_it_and_not_too_late() {
        let [codes, webhooks, _] = ROUNDS;
        assert_eq!([None, Some(0), Some(5), Some(900)].map(|wait| codes.seconds(wait)), [30, 1, 5, 30]);
        assert_eq!([None, Some(0), Some(4), Some(900)].map(|wait| webhooks.seconds(wait)), [5, 1, 4, 5]);
    }
}
