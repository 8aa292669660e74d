//! The calls of the REST API: what `functions/api` answers over HTTP, and what the pages of `functions/dashboard`
//! do when somebody clicks, so that both go through the same rules.
//!
//! A handler reads, decides and gives back what it wants to change; it names neither the host nor SQL. The calls
//! that need other rights (codes, enrollments, deliveries) stand in the functions that have them.

mod audit;
mod campaigns;
mod conversions;
mod creators;
mod enrollments;
mod exports;
mod health;
mod imports;
mod keys;
mod ledger;
mod links;
mod openapi;
mod orders;
mod payouts;
mod plans;
mod rates;
mod replays;
mod reports;
mod routes;
mod settings;
mod stores;
mod webhook_endpoints;
mod wire;

pub use openapi::with_document;
pub use routes::all as routes;
pub use settings::Zone;
