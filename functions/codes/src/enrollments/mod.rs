//! `/campaigns/{id}/enrollments` and `/enrollments/{id}/code`: creators in campaigns, with their codes and links.

mod batch;
mod campaign_itself;
mod code;
mod compromise;
mod create;
mod delete;
mod list;

pub(crate) use batch::{Batch, new_code};
pub(crate) use campaign_itself::put_code as put_code_of_campaign;
pub(crate) use code::put_code;
pub(crate) use compromise::compromise;
pub(crate) use create::create;
pub(crate) use delete::delete;
pub(crate) use list::list;

use tributary_web::enrollments::{Belongings, find};
