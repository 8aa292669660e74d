//! International bank account numbers (ISO 13616) and bank identifiers (ISO 9362).

use serde::{Deserialize, Serialize};

use crate::field_error::Invalid;

/// ISO 13616: two letters, two check digits, and up to 30 letters and digits; the shortest is Norway's.
const LENGTHS: std::ops::RangeInclusive<usize> = 15..=34;

/// An account number whose check digits are right, without blanks, in capital letters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Iban(String);

impl Iban {
    /// Reads an account number, with blanks or without, in any case.
    ///
    /// # Errors
    /// When it has another form, or its check digits are wrong: a typing error.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let plain: String =
            text.chars().filter(|letter| *letter != ' ').collect::<String>().to_ascii_uppercase();
        let invalid = || Invalid::new("invalid_iban", "must be an IBAN such as DE89 3704 0044 0532 0130 00");
        let bytes = plain.as_bytes();
        let country = bytes.get(..2).is_some_and(|country| country.iter().all(u8::is_ascii_uppercase));
        let check = bytes.get(2..4).is_some_and(|digits| digits.iter().all(u8::is_ascii_digit));
        let all = bytes.iter().all(u8::is_ascii_alphanumeric) && LENGTHS.contains(&bytes.len());
        let (head, tail) = bytes.split_at_checked(4).ok_or_else(invalid)?;
        if country && check && all && remainder(tail.iter().chain(head)) == 1 {
            Ok(Self(plain))
        } else {
            Err(invalid())
        }
    }

    /// The whole number.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number for showing: the country and the last four characters.
    pub fn masked(&self) -> String {
        let shown = self.0.len().saturating_sub(4);
        self.0.char_indices().map(|(at, letter)| if at < 2 || at >= shown { letter } else { '*' }).collect()
    }
}

/// The number that the characters stand for, with 10 to 35 for A to Z, modulo 97 (ISO 7064).
fn remainder<'a>(characters: impl Iterator<Item = &'a u8>) -> u32 {
    characters.fold(0, |sum, character| match character {
        b'0'..=b'9' => (sum * 10 + u32::from(character - b'0')) % 97,
        letter => (sum * 100 + u32::from(letter.saturating_sub(b'A')) + 10) % 97,
    })
}

impl TryFrom<String> for Iban {
    type Error = Invalid;
    fn try_from(text: String) -> Result<Self, Invalid> {
        Self::parse(&text)
    }
}

impl From<Iban> for String {
    fn from(iban: Iban) -> Self {
        iban.0
    }
}

/// A bank's identifier: eight or eleven letters and digits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Bic(String);

impl Bic {
    /// Reads a bank's identifier in any case.
    ///
    /// # Errors
    /// When it has another form.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let plain = text.trim().to_ascii_uppercase();
        let bytes = plain.as_bytes();
        let country = bytes.get(4..6).is_some_and(|country| country.iter().all(u8::is_ascii_uppercase));
        if country && matches!(bytes.len(), 8 | 11) && bytes.iter().all(u8::is_ascii_alphanumeric) {
            Ok(Self(plain))
        } else {
            Err(Invalid::new("invalid_bic", "must be a BIC of 8 or 11 characters such as COBADEFFXXX"))
        }
    }

    /// The identifier.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Bic {
    type Error = Invalid;
    fn try_from(text: String) -> Result<Self, Invalid> {
        Self::parse(&text)
    }
}

impl From<Bic> for String {
    fn from(bic: Bic) -> Self {
        bic.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // R54
    #[test]
    fn a_typing_error_in_an_account_number_is_found() {
        for text in ["DE89 3704 0044 0532 0130 00", "gb82west12345698765432", "NO93 8601 1117 947"] {
            assert!(Iban::parse(text).is_ok(), "{text}");
        }
        for text in [
            "",
            "DE",
            "DE89",
            "DE89 3704 0044 0532 0130 01",
            "DE98 3704 0044 0532 0130 00",
            "ÄE89370400440532013000",
            "8937040044053201300000",
            "DE89-3704-0044-0532-0130-00",
        ] {
            assert!(Iban::parse(text).is_err(), "{text}");
        }
        assert_eq!(Iban::parse("DE89370400440532013000").unwrap().masked(), "DE****************3000");
    }

    #[test]
    fn a_bank_has_eight_or_eleven_characters() {
        assert!(Bic::parse("cobadeff").is_ok() && Bic::parse("COBADEFFXXX").is_ok());
        assert!(Bic::parse("COBADEF").is_err() && Bic::parse("COBA12FF").is_err());
    }
}
