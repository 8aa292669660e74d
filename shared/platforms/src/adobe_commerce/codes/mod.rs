//! Coupons by the REST API of Adobe Commerce and Magento Open Source: one cart price rule for a plan version,
//! and its coupons.
//!
//! The rule is one of generated coupons, which takes any number of them with names of our own
//! (`CouponRepositoryTest.php` does so). A coupon has no switch: it is deleted and made again. Dates are days:
//! a rule runs from the UTC day of the plan's start to the UTC day of its last moment, in the shop's own time zone.
//! The rule is made for the first website and the customer groups that every shop begins with. Permission:
//! `Magento_SalesRule::quote`.

mod ask;
mod check;
mod condition;
mod objects;
mod read;

#[cfg(test)]
mod tests;

pub(crate) use ask::ask;
pub(crate) use check::check;
pub(crate) use read::read;
