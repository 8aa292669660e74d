//! What all functions share of the web: requests, answers, errors, authentication, and the context of a
//! call (database, cache, keys, clock, random numbers).
//!
//! An error has one way out: a [`Problem`], turned into an answer in one place. Its `detail` is for the
//! caller; what is only for the operator goes to the log with the same request id.

pub mod aggregate;
pub mod answer;
pub mod codes;
pub mod context;
pub mod csv_row;
pub mod enrollments;
pub mod form;
pub mod links;
pub mod log;
pub mod notice;
pub mod problem;
pub mod query;
pub mod range;
pub mod request;
pub mod rest;
pub mod seal;
pub mod session;
pub mod till;
pub mod visits;

pub use answer::Answer;
pub use context::Context;
pub use form::Form;
pub use notice::Notice;
pub use problem::Problem;
pub use range::Range;
pub use request::Request;
