//! What the shop platforms send and accept: bytes in, values out.
//!
//! One folder a platform. Each takes a [`Delivery`], verifies that the shop sent it, and reads it into
//! values of `tributary_domain`. Nothing here sends, stores or asks the time. The other way, [`shop_api`]
//! writes the requests that make discount codes in a shop and reads its answers.
//!
//! | the delivery | the answer (R30) |
//! |---|---|
//! | is [`Refused`] | 401, and nothing changes |
//! | is the shop's, but [`Unreadable`] | 202, kept and raised to the brand: a platform that gets a few errors in a row switches the webhook off |
//! | is a developer's own ([`custom`], [`postback`]), but wrong | 400 or 422, with what is wrong |

pub mod adobe_commerce;
pub mod amazon;
pub mod bigcommerce;
mod click_ids;
pub mod custom;
mod decimal;
mod delivery;
mod email;
#[cfg(test)]
mod harness;
mod json;
pub mod listing;
mod order_update;
pub mod payments;
pub mod postback;
pub mod rates;
pub mod shop_api;
pub mod shopify;
mod signature;
pub mod standard_webhooks;
pub mod stripe;
mod unreadable;
pub mod woocommerce;

pub use delivery::{Delivery, Headers};
pub use email::Email;
pub use order_update::{Aside, OrderUpdate, Reference};
pub use signature::{Refused, Verified};
pub use unreadable::Unreadable;
