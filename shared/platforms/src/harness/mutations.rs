//! Broken bodies.

use serde_json::Value;

use crate::unreadable::Unreadable;

/// As many broken bodies a platform.
const ROUNDS: usize = 10_000;

/// `SplitMix64`: the same bodies on every run.
pub(crate) struct Chance(u64);

impl Chance {
    /// The same on every run.
    pub(crate) const fn new() -> Self {
        Self(20_261_121)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(bound.max(1)).unwrap()).unwrap()
    }
}

/// A few bytes changed, left out, put in or repeated, or the end cut off.
pub(crate) fn mutate(body: &mut Vec<u8>, chance: &mut Chance) {
    const LIKELY: &[u8] = b"{}[]\",:-.e0919\\u\x00\xff tfn";
    for _ in 0..=chance.below(6) {
        let at = chance.below(body.len());
        let byte = LIKELY[chance.below(LIKELY.len())];
        match chance.below(6) {
            0 | 1 if at < body.len() => body[at] = byte,
            2 if at < body.len() => drop(body.remove(at)),
            3 => body.insert(at, byte),
            4 => {
                let end = (at + chance.below(80)).min(body.len());
                let piece = body[at..end].to_vec();
                let to = chance.below(body.len());
                body.splice(to..to, piece);
            }
            5 if chance.below(8) == 0 => body.truncate(at),
            _ => {}
        }
    }
}

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
        let mut chance = Chance::new();
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
