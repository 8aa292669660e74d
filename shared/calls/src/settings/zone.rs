use chrono::{DateTime, SecondsFormat};
use chrono_tz::Tz;
use tributary_domain::Timestamp;
use tributary_storage::settings;
use tributary_web::{Context, Problem};

/// The account's time zone, in which people are shown times. Days are those of UTC in all counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Zone(Tz);

impl Zone {
    /// The zone of the account.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn of_account(context: &Context) -> Result<Self, Problem> {
        let name = settings::get(&context.sql).await?.time_zone;
        // It was checked when it was set; a later list of zones may have lost it.
        Ok(Self::parse(&name).unwrap_or(Self(Tz::UTC)))
    }

    /// Reads an IANA name such as `Europe/Paris`; `None` where there is no such zone.
    pub fn parse(name: &str) -> Option<Self> {
        name.parse().ok().map(Self)
    }

    /// The IANA name.
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// What clocks there show at a moment, to the minute: `2026-11-21 10:30`.
    pub fn minute(self, at: Timestamp) -> String {
        self.local(at).map_or_else(|| at.to_string(), |local| local.format("%Y-%m-%d %H:%M").to_string())
    }

    /// The same in RFC 3339, with the offset from UTC.
    pub fn exact(self, at: Timestamp) -> String {
        self.local(at)
            .map_or_else(|| at.to_string(), |local| local.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }

    fn local(self, at: Timestamp) -> Option<DateTime<Tz>> {
        Some(DateTime::from_timestamp_millis(at.as_millis())?.with_timezone(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // R66
    #[test]
    fn a_moment_is_shown_as_clocks_of_the_zone_show_it_in_summer_and_in_winter() {
        for (zone, at, minute, exact) in [
            ("Europe/Paris", "2026-11-21T09:30:00Z", "2026-11-21 10:30", "2026-11-21T10:30:00+01:00"),
            ("Europe/Paris", "2026-07-01T22:30:05Z", "2026-07-02 00:30", "2026-07-02T00:30:05+02:00"),
            ("Asia/Kolkata", "2026-12-31T23:59:00Z", "2027-01-01 05:29", "2027-01-01T05:29:00+05:30"),
            ("UTC", "2026-11-21T09:30:00Z", "2026-11-21 09:30", "2026-11-21T09:30:00Z"),
        ] {
            let (zone, at) = (Zone::parse(zone).unwrap(), Timestamp::parse(at).unwrap());
            assert_eq!((zone.minute(at).as_str(), zone.exact(at).as_str()), (minute, exact));
        }
        assert_eq!(Zone::parse("Mars/Olympus"), None);
    }
}
