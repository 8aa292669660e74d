//! How many calls a key may make in a minute, counted by many instances that tell each other only now and then.
//!
//! Each instance counts its own calls and writes them down in steps, so a key may make a few more than its limit
//! while several instances answer it, and never fewer. Limits of a hundred and less are counted call by call.

use crate::time::Timestamp;

/// How long a window is. Windows begin with the minutes of UTC.
pub const WINDOW_SECONDS: i64 = 60;
/// What a key may where nobody says otherwise.
const BY_DEFAULT: u32 = 1_200;
/// At most so many calls of an instance are not written down.
const LONGEST_STEP: u32 = 16;

/// How many calls a key may make in a minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit(u32);

impl Default for Limit {
    fn default() -> Self {
        Self(BY_DEFAULT)
    }
}

impl Limit {
    /// Reads the operator's word; `None` for `0`, no limit. What is no number is the default.
    pub fn read(text: &str) -> Option<Self> {
        match text.trim().parse() {
            Ok(0) => None,
            Ok(calls) => Some(Self(calls)),
            Err(_) => Some(Self::default()),
        }
    }

    /// Calls in a minute.
    pub const fn calls(self) -> u32 {
        self.0
    }

    fn step(self) -> u32 {
        (self.0 / 100).clamp(1, LONGEST_STEP)
    }
}

/// The number of a moment's window.
pub const fn window(now: Timestamp) -> i64 {
    now.as_millis().div_euclid(WINDOW_SECONDS * 1_000)
}

/// Seconds until the next window, one at least.
pub const fn seconds_left(now: Timestamp) -> i64 {
    let millis = WINDOW_SECONDS * 1_000;
    (millis - now.as_millis().rem_euclid(millis) + 999) / 1_000
}

/// What one instance knows of a key's calls in a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    window: i64,
    /// What is written down, by everybody.
    written: u32,
    /// Our own calls that are not.
    unwritten: u32,
    /// Whether we wrote yet: the first call is written at once, because this instance may answer no other.
    wrote: bool,
}

impl Count {
    /// What an instance knows that reads how many calls are written down.
    pub const fn new(window: i64, written: u32) -> Self {
        Self { window, written, unwritten: 0, wrote: false }
    }

    /// Whether it is about this window.
    pub const fn is_of(&self, window: i64) -> bool {
        self.window == window
    }

    /// Counts a call; how many more may come, or `None` where this one may not.
    pub fn take(&mut self, limit: Limit) -> Option<u32> {
        let left = limit.0.checked_sub(self.written.saturating_add(self.unwritten))?.checked_sub(1)?;
        self.unwritten = self.unwritten.saturating_add(1);
        Some(left)
    }

    /// The calls that are to be written down now, if it is time; from here on they count as written.
    pub fn due(&mut self, limit: Limit) -> Option<u32> {
        let is_due = self.unwritten >= limit.step() || (!self.wrote && self.unwritten > 0);
        let calls = self.unwritten;
        is_due.then(|| {
            self.wrote = true;
            self.written = self.written.saturating_add(calls);
            self.unwritten = 0;
            calls
        })
    }

    /// Hears how many calls are written down by now.
    pub fn heard(&mut self, written: u32) {
        self.written = self.written.max(written);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    // R65
    #[test]
    fn a_window_ends_with_the_minute() {
        let at = |text: &str| Timestamp::parse(text).unwrap();
        assert_eq!(window(at("2026-11-21T09:30:59Z")), window(at("2026-11-21T09:30:00Z")));
        assert_eq!(window(at("2026-11-21T09:31:00Z")), window(at("2026-11-21T09:30:00Z")) + 1);
        assert_eq!(seconds_left(at("2026-11-21T09:30:00Z")), 60);
        assert_eq!(seconds_left(at("2026-11-21T09:30:59.5Z")), 1);
    }

    // R65
    #[test]
    fn the_operators_word_is_a_number_and_zero_is_no_limit() {
        assert_eq!(Limit::read("20"), Some(Limit(20)));
        assert_eq!(Limit::read("0"), None);
        assert_eq!((Limit::read(""), Limit::read("many")), (Some(Limit(1_200)), Some(Limit(1_200))));
    }

    proptest! {
        // R65
        #[test]
        fn many_instances_let_through_the_limit_and_a_step_each_at_most(
            limit in 1_u32..2_000,
            turns in proptest::collection::vec(0_usize..5, 1..6_000),
        ) {
            let limit = Limit(limit);
            let mut shared = 0;
            let mut instances: [Option<Count>; 5] = [None; 5];
            let mut passed = 0_u32;
            for turn in &turns {
                let count = instances[*turn].get_or_insert(Count::new(1, shared));
                if count.take(limit).is_some() {
                    passed += 1;
                }
                if let Some(calls) = count.due(limit) {
                    shared += calls;
                    count.heard(shared);
                }
            }
            prop_assert!(passed <= limit.0 + 5 * limit.step());
            prop_assert!(passed >= limit.0.min(u32::try_from(turns.len()).unwrap()));
        }
    }
}
