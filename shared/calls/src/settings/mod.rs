//! `/settings`.

mod get;
mod put;

pub(crate) use get::get;
pub(crate) use put::put;
