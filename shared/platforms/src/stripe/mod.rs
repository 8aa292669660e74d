//! Stripe's coupons and promotion codes.

pub(crate) mod codes;
