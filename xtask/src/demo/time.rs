//! Dates relative to the moment of the run.

use anyhow::Result;
use std::time::{SystemTime, UNIX_EPOCH};

const DAY: u64 = 86_400;

/// The moment of the run, in seconds since 1970.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Now(u64);

impl Now {
    pub(crate) fn read() -> Result<Self> {
        Ok(Self(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs()))
    }

    /// The date so many days ago, in UTC.
    pub(crate) fn date(self, days_ago: u64) -> String {
        date(self.0.saturating_sub(days_ago * DAY))
    }

    /// A moment so many seconds ago.
    pub(crate) fn ago(self, seconds: u64) -> u64 {
        self.0.saturating_sub(seconds)
    }
}

fn date(seconds: u64) -> String {
    let (year, month, day) = civil(seconds / DAY);
    format!("{year:04}-{month:02}-{day:02}")
}

/// RFC 3339 in UTC.
pub(crate) fn rfc3339(seconds: u64) -> String {
    let (hour, minute, second) = (seconds % DAY / 3_600, seconds % 3_600 / 60, seconds % 60);
    format!("{}T{hour:02}:{minute:02}:{second:02}Z", date(seconds))
}

/// Year, month and day of a day counted from 1970-01-01: Howard Hinnant's `civil_from_days`, for days since then.
fn civil(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468;
    let era = shifted / 146_097;
    let day_of_era = shifted % 146_097;
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (year_of_era + era * 400 + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_as_dates() {
        assert_eq!(rfc3339(0), "1970-01-01T00:00:00Z");
        assert_eq!(rfc3339(951_782_399), "2000-02-28T23:59:59Z");
        assert_eq!(rfc3339(951_782_400), "2000-02-29T00:00:00Z");
        assert_eq!(rfc3339(1_798_761_600), "2027-01-01T00:00:00Z");
        assert_eq!(Now(1_798_761_600).date(1), "2026-12-31");
    }
}
