//! Random bytes for click ids, fetched from the host for many clicks at once.

use std::cell::RefCell;

use crate::context::random;

/// The clicks that an instance sees in its life under Spin's defaults.
const CLICKS: usize = 128;
const LENGTH: usize = 6;

thread_local! {
    static POOL: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Bytes that nobody gets twice.
pub(super) fn take() -> [u8; LENGTH] {
    POOL.with_borrow_mut(|pool| {
        if pool.len() < LENGTH {
            pool.extend(random::<{ CLICKS * LENGTH }>());
        }
        let mut taken = [0; LENGTH];
        for (slot, byte) in taken.iter_mut().zip(pool.drain(pool.len().saturating_sub(LENGTH)..)) {
            *slot = byte;
        }
        taken
    })
}
