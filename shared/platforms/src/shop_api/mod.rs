//! The shops' own APIs: what to send them for a discount code, and what their answers mean.
//!
//! Nothing here sends. A caller with an HTTP client does, in this order:
//!
//! 1. [`Shop::new`] from the store's row and its opened credentials, and [`Configuration::new`] from the
//!    plan's terms, which carries every term or refuses it by name (R9).
//! 2. Where [`Shop::token_request`] gives a request (Shopify's client credentials), no [`AccessToken`] is
//!    kept or the kept one is not [`AccessToken::is_fresh`]: send it, [`Shop::read_token`], keep the token.
//! 3. Where all codes of a plan version share one configuration ([`Sharing::SharedRule`], R6), its
//!    [`RuleId`] must be known before the first code: [`Task::FindRule`] where making it may have happened,
//!    [`Task::MakeRule`] otherwise. Keep the id.
//! 4. [`Call::start`] for each [`Task`]. Sign its request ([`Shop::sign`], with a new nonce each time), send
//!    it, give the response to [`Call::answer`], until that says [`Next::Done`].
//! 5. After every response, [`Budget::of`] says what the shop still takes, and a [`Pace`] how many requests may
//!    be under way.
//!
//! A create that got no answer, or one that [`Failure::leaves_doubt`], may have happened: ask by
//! [`Task::Find`] before repeating it. An [`Failure::Unauthorised`] under a token that expires means one new
//! token and one more try. A code that must not work yet, where the shop has no start date, is made inactive;
//! [`Configuration::switch_on_at`] is when to send [`Task::Switch`] (R9).

mod budget;
mod call;
mod configuration;
mod credentials;
mod draft;
pub(crate) mod facts;
mod failure;
mod oauth;
mod pace;
pub(crate) mod refuse;
mod reply;
mod seen;
mod shop;
mod task;
mod token;

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

pub use budget::Budget;
pub use call::{Call, Done, Next};
pub use configuration::{Configuration, is_deleted_when_off};
pub use failure::Failure;
pub use pace::Pace;
pub use seen::{Difference, Facts, Seen, State, Term};
pub use shop::{Renaming, Sharing, Shop, Signing};
pub use task::{Remote, RuleId, Task, Wish};
pub use token::AccessToken;

pub(crate) use call::{Step, Told, Turn, Turned};
pub(crate) use credentials::Secret;
pub(crate) use draft::{Decimal, Draft, segment};
pub(crate) use reply::Reply;

/// A request to a shop's API, with an absolute URL.
pub type Request = http::Request<Vec<u8>>;
/// A shop's answer, with its whole body.
pub type Response = http::Response<Vec<u8>>;
