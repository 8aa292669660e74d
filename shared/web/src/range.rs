//! Time ranges in a query: `?from=&to=`.
//!
//! Each is a day (`2026-11-21`) or an RFC 3339 time. `from` is where the range begins. A day as `to` is the
//! last one inside; a time as `to` is the first moment outside. Days are those of UTC.

use tributary_domain::field_error::Invalid;
use tributary_domain::{Day, FieldErrors, Timestamp};
use tributary_storage::reports::Days;

use crate::problem::Problem;
use crate::request::Request;

/// The days of a report that says none: today and the 29 before.
const DAYS_BY_DEFAULT: i64 = 30;

/// A time range; open where nothing is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Range {
    /// The first moment inside.
    pub from: Option<Timestamp>,
    /// The first moment outside.
    pub before: Option<Timestamp>,
}

impl Range {
    /// Reads `from` and `to`.
    ///
    /// # Errors
    /// 422 that names each wrong one.
    pub fn of(request: &Request) -> Result<Self, Problem> {
        let mut errors = FieldErrors::default();
        let range = Self::read(request, &mut errors);
        errors.into_result()?;
        Ok(range)
    }

    /// Reads `from` and `to`, and notes what is wrong with them.
    pub fn read(request: &Request, errors: &mut FieldErrors) -> Self {
        Self::parse(request.query("from").as_deref(), request.query("to").as_deref(), errors)
    }

    /// Reads the texts of `from` and `to`, wherever they stand, and notes what is wrong with them.
    pub fn parse(from: Option<&str>, to: Option<&str>, errors: &mut FieldErrors) -> Self {
        let from = from.and_then(|text| errors.keep("from", moment(text)));
        let before = to.and_then(|text| errors.keep("to", end(text)));
        if let (Some(from), Some((to, before))) = (from, before)
            && from > to
            && from >= before
        {
            errors.add("from", "after_to", "must not be after to");
        }
        Self { from, before: before.map(|(_, before)| before) }
    }

    /// The days of the range, for what is counted by the day. A day that is only partly inside counts whole.
    /// Without `to` it ends today; without both it has 30 days.
    pub fn days_or_recent(&self, now: Timestamp) -> Days {
        let days = self.days(now);
        if self.from.is_some() {
            return days;
        }
        Days { first: days.last.start().plus_days(1 - DAYS_BY_DEFAULT).day(), ..days }
    }

    /// The same, but from the beginning of time where nothing is said.
    pub fn days(&self, now: Timestamp) -> Days {
        let first = self.from.map_or(Day::from_number(0), Timestamp::day);
        let last_moment = self.before.map(|before| Timestamp::from_millis(before.as_millis() - 1));
        Days { first, last: last_moment.unwrap_or(now).day() }
    }
}

/// A `+` in an offset that was not percent-encoded arrives as a blank.
fn moment(text: &str) -> Result<Timestamp, Invalid> {
    Timestamp::parse(&text.replace(' ', "+"))
}

/// The moment that was named, and the first one outside of the range.
fn end(text: &str) -> Result<(Timestamp, Timestamp), Invalid> {
    let to = moment(text)?;
    let before = Day::parse(text).map_or(to, |day| day.next().start());
    Ok((to, before))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::{Headers, Method};

    fn read(query: &str) -> Result<(String, String), Vec<String>> {
        let request = Request {
            method: Method::Get,
            path: "/".to_owned(),
            query: query.into(),
            headers: Headers::default(),
            body: Vec::new(),
        };
        let now = Timestamp::parse("2026-11-21T12:00:00Z").unwrap();
        Range::of(&request)
            .map(|range| range.days_or_recent(now))
            .map(|days| (days.first.to_string(), days.last.to_string()))
            .map_err(|problem| problem.errors.as_slice().iter().map(|error| error.path.clone()).collect())
    }

    // R61
    #[test]
    fn a_day_as_the_end_is_inside_and_a_time_is_not() {
        for (query, first, last) in [
            ("", "2026-10-23", "2026-11-21"),
            ("from=2026-11-01&to=2026-11-05", "2026-11-01", "2026-11-05"),
            ("from=2026-11-01&to=2026-11-01", "2026-11-01", "2026-11-01"),
            ("from=2026-11-01T10:00:00Z&to=2026-11-05T00:00:00Z", "2026-11-01", "2026-11-04"),
            ("from=2026-11-01T10:00:00Z&to=2026-11-01", "2026-11-01", "2026-11-01"),
            ("from=2026-11-02T00:30:00+01:00", "2026-11-01", "2026-11-21"),
            ("to=2026-11-05", "2026-10-07", "2026-11-05"),
        ] {
            assert_eq!(read(query), Ok((first.to_owned(), last.to_owned())), "{query}");
        }
    }

    // R61
    #[test]
    fn what_is_no_range_is_named() {
        for (query, paths) in [
            ("from=2026-11-02&to=2026-11-01", vec!["from"]),
            ("from=2026-11-01T12:00:00Z&to=2026-11-01T11:00:00Z", vec!["from"]),
            ("from=yesterday&to=2026-13-01", vec!["from", "to"]),
        ] {
            assert_eq!(read(query), Err(paths.into_iter().map(str::to_owned).collect()), "{query}");
        }
    }
}
