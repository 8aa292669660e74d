//! `WooCommerce`: its webhooks, and its coupons (`codes`).
//!
//! [`is_ping`] first: it is neither signed nor a delivery. Then [`verify`] on the raw bytes, [`topic`] and
//! [`parse`]. The signature covers the body alone.
//!
//! A body is the whole order as it stood when it was *delivered*, so the one with the latest `date_modified_gmt`
//! is right about everything: see [`Standing`](tributary_domain::order::Standing). There is no delivery id worth the
//! name (two deliveries of one webhook within a second share it), and none is needed: an equal body says nothing
//! new. Refunds in it are sums; which lines they gave back is told by [`refund_details`], read from the shop.

mod click_ids;
pub(crate) mod codes;
mod headers;
mod order;
mod parse;
pub mod reads;
mod refund;
mod topic;
mod verify;

#[cfg(test)]
mod tests;

pub use headers::{delivery_id, is_ping, topic};
pub use parse::{Parsed, parse};
pub use refund::refund_details;
pub use topic::Topic;
pub use verify::verify;
