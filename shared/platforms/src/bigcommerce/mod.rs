//! `BigCommerce`'s promotions and coupon codes.

pub(crate) mod codes;
