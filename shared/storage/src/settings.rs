//! The account's settings: one row.

use tributary_domain::Currency;

use crate::sql::{Sql, SqlError, Statement};

/// The account's settings.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Settings {
    /// The currency of totals.
    pub default_currency: Currency,
    /// An IANA name, for showing times.
    pub time_zone: String,
    /// How long single clicks are kept, in days; daily counts are kept for ever.
    pub click_retention_days: u32,
}

const GET: &str = "SELECT default_currency, time_zone, click_retention_days FROM settings WHERE id = 1";
const PUT: &str = "UPDATE settings SET default_currency = $1, time_zone = $2, click_retention_days = $3
    WHERE id = 1 AND default_currency = $4 AND time_zone = $5 AND click_retention_days = $6 RETURNING id";

/// The settings.
pub async fn get(sql: &impl Sql) -> Result<Settings, SqlError> {
    let rows = sql.execute(Statement::new(GET)).await?;
    let row = rows.first().ok_or_else(|| SqlError::Data("no row of settings".to_owned()))?;
    Ok(Settings {
        default_currency: row.parse("default_currency", Currency::parse)?,
        time_zone: row.get("time_zone")?,
        click_retention_days: row.get("click_retention_days")?,
    })
}

/// Replaces what was read as the settings.
pub fn put(settings: &Settings, before: &Settings) -> Statement {
    Statement::new(PUT)
        .bind(settings.default_currency)
        .bind(&settings.time_zone)
        .bind(settings.click_retention_days)
        .bind(before.default_currency)
        .bind(&before.time_zone)
        .bind(before.click_retention_days)
        .must_return()
}
