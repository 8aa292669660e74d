use serde_json::json;
use tributary_domain::FieldErrors;
use tributary_storage::settings::{self, Settings};
use tributary_web::Problem;
use tributary_web::rest::{Call, Change, Outcome};

use super::{Zone, version};

const LONGEST_RETENTION_DAYS: u32 = 3_650;

pub(crate) async fn put(call: &Call) -> Result<Outcome, Problem> {
    let wanted: Settings = call.request.json()?;
    check(&wanted)?;
    let before = settings::get(&call.context.sql).await?;
    call.check_version(version(&before))?;
    let change = Change::new("settings.put", "settings", json!(wanted))
        .with(settings::put(&wanted, &before))
        .version(version(&wanted))
        .audited(Some(json!(before)), Some(json!(wanted)))
        .run_again_when_stale();
    Ok(change.into())
}

fn check(wanted: &Settings) -> Result<(), Problem> {
    let mut errors = FieldErrors::default();
    errors.keep("defaultCurrency", wanted.default_currency.must_be_paid_in());
    if Zone::parse(&wanted.time_zone).is_none() {
        errors.add("timeZone", "unknown_time_zone", "must be an IANA name such as Europe/Paris");
    }
    if !(1..=LONGEST_RETENTION_DAYS).contains(&wanted.click_retention_days) {
        errors.add("clickRetentionDays", "out_of_range", format!("must be 1 to {LONGEST_RETENTION_DAYS}"));
    }
    Ok(errors.into_result()?)
}
