//! Shopify's webhooks and discount codes.
//!
//! Of a webhook, [`verify`] on the raw bytes first, then [`topic`] and [`parse`]. The signature covers the body alone: the
//! topic, the delivery's id and its time are as trustworthy as the connection.

mod click_ids;
pub(crate) mod codes;
mod headers;
mod lines;
mod money;
mod order;
mod parse;
mod privacy;
pub mod reads;
mod refund;
mod topic;
mod verify;

#[cfg(test)]
mod tests;

pub use headers::{delivery_id, sent_at, shop_domain, topic};
pub use parse::{Context, Parsed, parse};
pub use topic::Topic;
pub use verify::verify;
