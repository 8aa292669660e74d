//! `BigCommerce`'s promotions and coupon codes; its webhooks, which name an order and say nothing of it, and the
//! reads that complete them.
//!
//! [`verify`] on the raw bytes first, then [`parse`]; an order that changed is asked for where [`reads`]
//! says, and the answers are read by [`read`]. So what is booked is always the shop's own state at the
//! time of the read: it does not matter which deliveries came, in which order, or how often.
//!
//! Source of the messages: bigcommerce/docs, `docs/integrations/webhooks`, `reference/orders.v2.oas2.yml` and
//! `reference/orders.v3.yml`.

pub(crate) mod codes;
mod notice;
mod order;
pub mod reads;
mod refund;
mod standing;
mod verify;

#[cfg(test)]
mod tests;

pub use notice::{Notice, Said, delivery_id, parse};
pub use order::{Answers, is_full_page, read, read_ids};
pub use verify::{TOKEN_HEADER, verify};
