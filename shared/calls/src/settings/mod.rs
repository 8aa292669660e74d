//! `/settings`.

mod get;
mod put;
mod zone;

pub(crate) use get::get;
pub(crate) use put::put;
pub use zone::Zone;

use tributary_storage::settings::Settings;

/// Settings have no other version than what they say.
fn version(settings: &Settings) -> String {
    let Settings { default_currency, time_zone, click_retention_days } = settings;
    format!("{default_currency}.{time_zone}.{click_retention_days}")
}
