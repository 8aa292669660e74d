//! Adobe Commerce's and Magento Open Source's cart price rules and coupons.

pub(crate) mod codes;
