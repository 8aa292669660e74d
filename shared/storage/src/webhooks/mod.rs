//! Webhooks to the brand's own systems (R68).
//!
//! What happens is written into `outbox` by triggers on the tables in which it happens, in the same statement, and only
//! where an endpoint asks for it; a trigger on the outbox writes a row for each endpoint that does. The outbox's `data`
//! is the message's own JSON, so a message stays the same however often it is sent.
//!
//! Orders are written too often for that: their triggers only note what an order became and was, where there is an
//! endpoint at all, and [`messages::gather`] makes messages of the notes.
//!
//! - [`endpoints`]: where to send.
//! - [`messages`]: what was and will be sent there.
//! - [`work`]: which are due, whose turn it is, and what came of it.

pub mod endpoints;
pub mod messages;
pub mod work;

#[cfg(test)]
mod tests;
