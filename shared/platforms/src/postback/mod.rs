//! Any other shop (R35, R36): what its page or its server reports of an order or a lead, in the names that
//! affiliate programmes usually give these fields.
//!
//! Other than a platform's webhook, a report is written by the brand's own developer, who gets a clear error
//! that names the field. Whoever sees a page can send a report too, so it counts only while nothing else is
//! known of the order; what changes money afterwards must be proved ([`proved`]).

mod facts;
mod fields;
mod join;
mod lead;
mod proof;
mod report;

pub use facts::Heard;
pub use fields::Fields;
pub use join::Join;
pub use lead::Lead;
pub use proof::{SIGNATURE_HEADER, proved};
pub use report::{Report, Reported};

#[cfg(test)]
mod tests;
