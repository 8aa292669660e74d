//! Published exchange rates, read from the files in which banks publish them (R55).

mod csv;
mod ecb;

pub use csv::read as read_csv;
pub use ecb::read as read_ecb;

/// Why a file of rates could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnreadableRates {
    /// It is no XML at all.
    #[error("the file is no well-formed XML: {0}")]
    NoXml(String),
    /// It is no CSV at all.
    #[error("the file is no CSV: {0}")]
    NoCsv(String),
    /// A value is not what it should be.
    #[error("{at}: {what}")]
    Value {
        /// Where it stands.
        at: String,
        /// What is wrong with it.
        what: String,
    },
    /// There is no rate in it.
    #[error("there is no rate of any day in the file")]
    Nothing,
}

impl UnreadableRates {
    fn at(at: impl Into<String>, what: impl std::fmt::Display) -> Self {
        Self::Value { at: at.into(), what: what.to_string() }
    }
}
