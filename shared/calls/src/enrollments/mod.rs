//! `/enrollments/{id}`: one creator in one campaign. What makes codes stands in `functions/codes`.

mod get;
mod update;

pub(crate) use get::get;
pub(crate) use update::update;
