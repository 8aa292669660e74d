//! Coupon codes by the Promotions API, version 3: one bulk promotion for a plan version, and its codes.
//!
//! A code cannot be changed and has no switch: it is deleted and made again. Scope: `store_v2_marketing`.

mod ask;
mod check;
mod matcher;
mod objects;
mod read;

#[cfg(test)]
mod tests;

pub(crate) use ask::ask;
pub(crate) use check::check;
pub(crate) use read::read;
