//! Broken bodies.

use serde_json::Value;

use super::chance::{Chance, mutate};
use crate::unreadable::Unreadable;

/// As many broken bodies a platform.
const ROUNDS: usize = 10_000;

/// What a platform's broken bodies are made of.
pub(crate) struct Mutations<'a> {
    /// Bodies that can be read.
    pub originals: &'a [&'a str],
    /// Pieces of the buyers in them, which no words may quote.
    pub private: &'a [&'a str],
}

impl Mutations<'_> {
    /// Reads ten thousand broken bodies. `signature` is that of an original, which `verifies` must not take for the
    /// signature of another body.
    pub(crate) fn survive(
        &self,
        mut read: impl FnMut(&mut Chance, &[u8]) -> Result<(), Unreadable>,
        signature: impl Fn(&str) -> String,
        verifies: impl Fn(&str, &[u8]) -> bool,
    ) {
        let small: Vec<String> = self
            .originals
            .iter()
            .map(|body| serde_json::from_str::<Value>(body).unwrap().to_string())
            .collect();
        let signatures: Vec<String> = small.iter().map(|body| signature(body)).collect();
        let mut chance = Chance::new(0);
        let (mut readable, mut unreadable) = (0, 0);
        for round in 0..ROUNDS {
            let (original, signature) = (&small[round % small.len()], &signatures[round % small.len()]);
            let mut body = original.clone().into_bytes();
            mutate(&mut body, &mut chance);
            assert_eq!(verifies(signature, &body), body == original.as_bytes(), "{round}");
            match read(&mut chance, &body) {
                Ok(()) => readable += 1,
                Err(refusal) => {
                    unreadable += 1;
                    let words = refusal.to_string();
                    assert!(words.is_ascii() && words.len() < 200, "{words}");
                    assert!(!self.private.iter().any(|piece| words.contains(piece)), "{words}");
                }
            }
        }
        assert!(readable > 100 && unreadable > 100, "{readable} read, {unreadable} unreadable");
    }
}
