//! Adobe Commerce and Magento 2: cart price rules and coupons, Adobe I/O Events, the webhooks module, and the
//! orders of the REST API.
//!
//! - [`events`]: what Adobe's event service sends, some time after it happened, signed with Adobe's own keys.
//! - [`registration`]: how it finds out, before, whether an address takes them.
//! - [`webhook`]: what the shop itself sends while the shopper waits, signed with the shop's key.
//! - [`reads`]: where the REST API lists them, which is all that Magento Open Source has.
//!
//! Source of the messages: `AdobeDocs/commerce-extensibility` and `AdobeDocs/adobe-io-events`.

pub(crate) mod codes;
mod entity;
pub mod events;
mod key;
pub mod reads;
pub mod registration;
pub mod webhook;

#[cfg(test)]
mod tests;

pub use key::{InvalidKey, PublicKey};
