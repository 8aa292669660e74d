//! What an instance remembers for a few seconds.

use std::collections::BTreeMap;

use tributary_domain::Timestamp;

/// The most values that one instance remembers.
const MOST: usize = 256;
/// How long a value is believed without asking again.
const BELIEVED_MILLIS: i64 = 3_000;

/// A small memory by key. A value that is not there is remembered too, so that a scanner who asks again
/// and again costs nothing.
#[derive(Debug)]
pub(super) struct Memory<T>(BTreeMap<String, Remembered<T>>);

#[derive(Debug)]
struct Remembered<T> {
    at: Timestamp,
    value: Option<T>,
}

/// What comes to mind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Recalled<T> {
    /// It.
    Value(T),
    /// That there is no such thing.
    Nothing,
    /// Not that anybody asked.
    Forgotten,
}

impl<T: Clone> Memory<T> {
    pub(super) const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// The value, if it was remembered a moment ago.
    pub(super) fn fresh(&self, key: &str, now: Timestamp) -> Recalled<T> {
        match self.0.get(key).filter(|known| is_fresh(known.at, now)) {
            Some(Remembered { value: Some(value), .. }) => Recalled::Value(value.clone()),
            Some(_) => Recalled::Nothing,
            None => Recalled::Forgotten,
        }
    }

    /// The value, however old.
    pub(super) fn any(&self, key: &str) -> Option<T> {
        self.0.get(key).and_then(|known| known.value.clone())
    }

    pub(super) fn remember(&mut self, key: &str, value: Option<T>, now: Timestamp) {
        if self.0.len() >= MOST {
            self.0.retain(|_, known| is_fresh(known.at, now));
        }
        if self.0.len() >= MOST {
            // All of them are in use: forgetting them costs one read of the cache each.
            self.0.clear();
        }
        self.0.insert(key.to_owned(), Remembered { at: now, value });
    }
}

/// Whether what was read at this time is still believed.
pub(super) fn is_fresh(at: Timestamp, now: Timestamp) -> bool {
    // A clock that was set back makes everything old, not eternal.
    (0..BELIEVED_MILLIS).contains(&now.as_millis().saturating_sub(at.as_millis()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    // R20
    #[test]
    fn a_value_is_believed_for_seconds_and_known_for_longer() {
        let mut memory = Memory::new();
        memory.remember("anna", Some(1), at(10_000));
        memory.remember("nobody", None, at(10_000));
        assert_eq!(memory.fresh("anna", at(12_999)), Recalled::Value(1));
        assert_eq!(memory.fresh("nobody", at(12_999)), Recalled::Nothing);
        assert_eq!(memory.fresh("bob", at(10_000)), Recalled::Forgotten);
        assert_eq!(memory.fresh("anna", at(13_000)), Recalled::Forgotten);
        assert_eq!(memory.fresh("anna", at(9_999)), Recalled::Forgotten);
        assert_eq!((memory.any("anna"), memory.any("nobody")), (Some(1), None));
    }

    // R20
    #[test]
    fn it_stays_small() {
        let mut memory = Memory::new();
        for number in 0..10_000 {
            memory.remember(&number.to_string(), Some(number), at(number / 10));
            assert!(memory.0.len() <= MOST);
        }
        assert_eq!(memory.fresh("9999", at(1_000)), Recalled::Value(9_999));
    }
}
