//! Moments and days, always in UTC.

use chrono::{DateTime, Datelike, NaiveDate, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

use crate::field_error::Invalid;

const MILLIS_PER_SECOND: i64 = 1_000;
const MILLIS_PER_DAY: i64 = 86_400_000;

/// A moment, in milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Timestamp(i64);

impl Timestamp {
    /// From milliseconds since the epoch.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// From seconds since the epoch.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(MILLIS_PER_SECOND))
    }

    /// Milliseconds since the epoch.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since the epoch.
    pub const fn as_seconds(self) -> i64 {
        self.0.div_euclid(MILLIS_PER_SECOND)
    }

    /// The beginning of its second.
    #[must_use]
    pub const fn second_start(self) -> Self {
        Self::from_seconds(self.as_seconds())
    }

    /// Reads RFC 3339, or a bare date, which means its first moment in UTC.
    ///
    /// # Errors
    /// When the text is neither, or lies outside the years 1970 to 9999.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let moment = DateTime::parse_from_rfc3339(text)
            .map(|moment| moment.to_utc())
            .ok()
            .or_else(|| Day::parse(text).ok().map(|day| day.start().to_chrono()));
        match moment {
            Some(moment) if (1970..=9999).contains(&moment.year()) => Ok(Self(moment.timestamp_millis())),
            _ => Err(Invalid::new("invalid_time", "must be an RFC 3339 time such as 2026-11-21T09:30:00Z")),
        }
    }

    /// Reads RFC 2822, as mail and older APIs write times: `Tue, 20 Nov 2012 00:00:00 +0000`.
    ///
    /// # Errors
    /// When the text is none, or lies outside the years 1970 to 9999.
    pub fn parse_rfc2822(text: &str) -> Result<Self, Invalid> {
        match DateTime::parse_from_rfc2822(text).map(|moment| moment.to_utc()) {
            Ok(moment) if (1970..=9999).contains(&moment.year()) => Ok(Self(moment.timestamp_millis())),
            _ => Err(Invalid::new(
                "invalid_time",
                "must be an RFC 2822 time such as Tue, 20 Nov 2012 00:00:00 +0000",
            )),
        }
    }

    /// Reads back what [`Timestamp`] writes, and nothing else. The redirect reads terms with it and so stays
    /// without a date library, which is 40 KB of Wasm.
    pub fn parse_written(text: &str) -> Option<Self> {
        let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
        let (time, millis) = time.split_once('.').unwrap_or((time, "0"));
        let [year, month, day] = numbers(date, '-')?;
        let [hour, minute, second] = numbers(time, ':')?;
        let seconds = days_since_epoch(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second;
        Some(Self(seconds * MILLIS_PER_SECOND + i64::from(millis.parse::<u16>().ok()?)))
    }

    /// The UTC day of this moment.
    pub fn day(self) -> Day {
        Day(i32::try_from(self.0.div_euclid(MILLIS_PER_DAY)).unwrap_or(i32::MAX))
    }

    /// The first moment of this moment's calendar month in UTC.
    #[must_use]
    pub fn month_start(self) -> Self {
        self.day().start().plus_days(1 - i64::from(self.to_chrono().day()))
    }

    /// This moment, that many seconds later (or earlier, when negative).
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(MILLIS_PER_SECOND)))
    }

    /// So many milliseconds later.
    #[must_use]
    pub const fn plus_millis(self, millis: i64) -> Self {
        Self::from_millis(self.as_millis().saturating_add(millis))
    }

    /// This moment, that many days later (or earlier, when negative).
    #[must_use]
    pub const fn plus_days(self, days: i64) -> Self {
        Self(self.0.saturating_add(days.saturating_mul(MILLIS_PER_DAY)))
    }

    fn to_chrono(self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0).unwrap_or_default()
    }
}

fn numbers(text: &str, separator: char) -> Option<[i64; 3]> {
    let mut parts = text.split(separator).map(|part| part.parse::<u16>().ok().map(i64::from));
    let three = [parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(three)
}

/// The days of a date of the Gregorian calendar. A year begins in March here, so that a leap day is its last.
fn days_since_epoch(year: i64, month: i64, day: i64) -> i64 {
    let year = if month > 2 { year } else { year - 1 };
    let months_since_march = (month + 9) % 12;
    let day_of_year = (153 * months_since_march + 2) / 5 + day - 1;
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    // Between 0000-03-01 and 1970-01-01.
    year * 365 + leap_days + day_of_year - 719_468
}

impl std::fmt::Display for Timestamp {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let format =
            if self.0 % MILLIS_PER_SECOND == 0 { SecondsFormat::Secs } else { SecondsFormat::Millis };
        formatter.write_str(&self.to_chrono().to_rfc3339_opts(format, true))
    }
}

impl TryFrom<String> for Timestamp {
    type Error = Invalid;
    fn try_from(text: String) -> Result<Self, Invalid> {
        Self::parse(&text)
    }
}

impl From<Timestamp> for String {
    fn from(moment: Timestamp) -> Self {
        moment.to_string()
    }
}

/// A UTC calendar day, as days since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Day(i32);

impl Day {
    /// From the count of days since the epoch.
    pub const fn from_number(number: i32) -> Self {
        Self(number)
    }

    /// The count of days since the epoch.
    pub const fn number(self) -> i32 {
        self.0
    }

    /// Reads `YYYY-MM-DD`.
    ///
    /// # Errors
    /// When the text is no such calendar day.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        NaiveDate::parse_from_str(text, "%Y-%m-%d")
            .ok()
            .filter(|_| text.len() == "YYYY-MM-DD".len())
            .and_then(|date| i32::try_from(date.signed_duration_since(NaiveDate::default()).num_days()).ok())
            .map(Self)
            .ok_or_else(|| Invalid::new("invalid_date", "must be a date such as 2026-11-21"))
    }

    /// The day's first moment.
    pub fn start(self) -> Timestamp {
        Timestamp(i64::from(self.0) * MILLIS_PER_DAY)
    }

    /// The day after.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl std::fmt::Display for Day {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}", self.start().to_chrono().format("%Y-%m-%d"))
    }
}

impl TryFrom<String> for Day {
    type Error = Invalid;
    fn try_from(text: String) -> Result<Self, Invalid> {
        Self::parse(&text)
    }
}

impl From<Day> for String {
    fn from(day: Day) -> Self {
        day.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_begins_with_its_first_day() {
        for (moment, start) in [
            ("2026-11-21T09:30:00.5Z", "2026-11-01"),
            ("2024-03-01", "2024-03-01"),
            ("2024-02-29T23:59:59.999Z", "2024-02-01"),
        ] {
            assert_eq!(Timestamp::parse(moment).unwrap().month_start(), Timestamp::parse(start).unwrap());
        }
    }

    #[test]
    fn times_are_read_with_any_offset_and_written_in_utc() {
        for (text, written) in [
            ("2026-11-21T09:30:00Z", "2026-11-21T09:30:00Z"),
            ("2021-12-31T19:00:00-05:00", "2022-01-01T00:00:00Z"),
            ("2024-08-07T22:57:57.290670248Z", "2024-08-07T22:57:57.290Z"),
            ("2026-11-21", "2026-11-21T00:00:00Z"),
        ] {
            assert_eq!(Timestamp::parse(text).unwrap().to_string(), written);
        }
        for text in ["", "yesterday", "2026-13-01T00:00:00Z", "1900-01-01T00:00:00Z", "2026-2-1"] {
            assert!(Timestamp::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn times_of_mails_are_read_too() {
        let moment = Timestamp::parse_rfc2822("Tue, 20 Nov 2012 01:00:00 +0100").unwrap();
        assert_eq!(moment.to_string(), "2012-11-20T00:00:00Z");
        for text in ["", "2012-11-20T00:00:00Z", "Tue, 20 Nov 1912 01:00:00 +0000", "20 Nov"] {
            assert!(Timestamp::parse_rfc2822(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_was_written_is_read_back_without_the_library() {
        for text in ["", "2026-11-21", "2026-11-21T09:30:00", "2026-11-21T09:30:00+01:00", "2026-11T09:30Z"] {
            assert_eq!(Timestamp::parse_written(text), None, "{text}");
        }
        // A step of nearly a day and a half, over every kind of month and year.
        for step in 0..200_000_i64 {
            let moment = Timestamp::from_millis(step * 123_456_789);
            assert_eq!(Timestamp::parse_written(&moment.to_string()), Some(moment), "{moment}");
        }
    }

    #[test]
    fn a_day_starts_at_midnight_utc() {
        let moment = Timestamp::parse("2026-11-21T23:59:59.999Z").unwrap();
        assert_eq!(moment.day().to_string(), "2026-11-21");
        assert_eq!(moment.day().next().start().to_string(), "2026-11-22T00:00:00Z");
        assert_eq!(moment.plus_days(-30).day().to_string(), "2026-10-22");
    }
}
