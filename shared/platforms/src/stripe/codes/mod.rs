//! Stripe's promotion codes: one for each code, all of a plan version on one coupon.
//!
//! The coupon has the discount and the products, the promotion code all limits. Of a promotion code only
//! `active` can change, so that new terms or another text mean a new one. Its text is unique among active ones.

mod ask;
mod check;
mod objects;
mod read;

#[cfg(test)]
mod tests;

pub(crate) use ask::ask;
pub(crate) use check::check;
pub(crate) use read::read;
