//! Percentages without floats.

use serde::{Deserialize, Serialize};

use crate::field_error::Invalid;
use crate::money::parse_decimal;

/// A percentage from 0 to 100 with up to four decimals, in ten-thousandths of a percent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Percent(u32);

const DECIMALS: u32 = 4;
const UNITS_PER_PERCENT: u32 = 10_000;
/// One hundred percent, in the unit of [`Percent`].
pub const WHOLE: u32 = 100 * UNITS_PER_PERCENT;

impl Percent {
    /// Reads a decimal such as `12.5`.
    ///
    /// # Errors
    /// When the text is no decimal, has more than four decimals, or lies outside 0 to 100.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        parse_decimal(text, DECIMALS)
            .and_then(|units| u32::try_from(units).ok())
            .filter(|units| *units <= WHOLE)
            .map(Self)
            .ok_or_else(|| {
                Invalid::new("invalid_percentage", "must be a decimal from 0 to 100 such as \"12.5\"")
            })
    }

    /// Ten-thousandths of a percent.
    pub const fn units(self) -> u32 {
        self.0
    }
}

impl std::fmt::Display for Percent {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let fraction = format!("{:04}", self.0 % UNITS_PER_PERCENT);
        match fraction.trim_end_matches('0') {
            "" => write!(formatter, "{}", self.0 / UNITS_PER_PERCENT),
            digits => write!(formatter, "{}.{digits}", self.0 / UNITS_PER_PERCENT),
        }
    }
}

impl TryFrom<String> for Percent {
    type Error = Invalid;
    fn try_from(text: String) -> Result<Self, Invalid> {
        Self::parse(&text)
    }
}

impl From<Percent> for String {
    fn from(percent: Percent) -> Self {
        percent.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_keep_four_decimals_and_stay_between_0_and_100() {
        for (text, written) in [("10", "10"), ("12.5", "12.5"), ("0.0001", "0.0001"), ("100.00", "100")] {
            assert_eq!(Percent::parse(text).unwrap().to_string(), written);
        }
        for text in ["", "-1", "100.0001", "1.00001", "ten", "1e2", " 5", "٣"] {
            assert!(Percent::parse(text).is_err(), "{text}");
        }
    }
}
