//! `WooCommerce`'s coupons.

pub(crate) mod codes;
