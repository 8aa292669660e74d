//! Amazon Attribution: the requests for its report and its tags, and what they say.
//!
//! There are no orders, only figures by the day and by what a link told Amazon of itself (R37).
//!
//! Source: Amazon Ads API documentation, "Amazon Attribution" (guides and `POST /attribution/report`).

mod access;
mod report;
mod tags;

pub use access::{Access, InvalidAccess, ReportBy};
pub use report::{Figures, Line, Report, read_csv, read_json, read_report};
pub use tags::{Publisher, Tag, read_publishers, read_tags};
