//! Stripe: its webhooks, and its promotion codes (`codes`).
//!
//! The webhooks are those of Checkout sessions, of what becomes of their payments, and of subscriptions' renewals.
//!
//! [`verify`] on the raw bytes first, then [`topic`] and [`parse`]. An event is an object as it stood when the event
//! was made.
//!
//! | event | says |
//! |---|---|
//! | `checkout.session.completed`, `...async_payment_succeeded`, `...async_payment_failed` | an order, paid or not yet |
//! | `invoice.paid` | the first payment of a subscription, or a renewal: an order of its own |
//! | `charge.refunded` | what was given back of a payment in all |
//! | `refund.created`, `refund.updated`, `refund.failed`, `charge.refund.updated` | one refund |
//! | `charge.dispute.*` | what the buyer's bank took back, until the dispute is won |
//! | `invoice_payment.paid` | which payment an invoice was paid by |
//!
//! An order's id is the session's; where the session starts a subscription it is that of the first invoice, which says
//! the same. Refunds and disputes know the payment alone, so an order answers to its payment's name, and renewals to
//! their subscription's, of which the first sale says how it is credited ([`Reference`](crate::Reference)).

mod amount;
mod charge;
pub(crate) mod codes;
mod headers;
mod invoice;
mod object;
mod parse;
pub mod reads;
mod session;
mod units;
mod verify;

#[cfg(test)]
mod tests;

pub use headers::{event_id, topic};
pub use parse::{Parsed, parse};
pub use verify::verify;
