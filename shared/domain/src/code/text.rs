//! The text of a code.

use crate::field_error::Invalid;

/// The fewest characters of a code.
pub const SHORTEST: usize = 4;
/// The most characters of a code: what every platform's field can hold, and a shopper can still type.
pub const LONGEST: usize = 20;

/// A code's text: 4 to 20 of `[A-Z0-9-]`, which every platform takes. One letter or digit at least.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CodeText(String);

impl CodeText {
    /// Reads a code in any case; blanks around it do not matter.
    ///
    /// # Errors
    /// When it is too short, too long, or has other characters.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let upper = text.trim().to_ascii_uppercase();
        let plain = upper.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if !plain || !upper.bytes().any(|byte| byte.is_ascii_alphanumeric()) {
            return Err(Invalid::new(
                "invalid_code",
                "a code is made of the letters A to Z, digits and hyphens",
            ));
        }
        if !(SHORTEST..=LONGEST).contains(&upper.len()) {
            let detail = format!("a code has {SHORTEST} to {LONGEST} characters");
            return Err(Invalid::new("invalid_code_length", detail));
        }
        Ok(Self(upper))
    }

    /// The text, in upper case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for CodeText {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl TryFrom<String> for CodeText {
    type Error = Invalid;
    fn try_from(text: String) -> Result<Self, Invalid> {
        Self::parse(&text)
    }
}

impl From<CodeText> for String {
    fn from(code: CodeText) -> Self {
        code.0
    }
}

/// Any code as an order carries it, ready to be compared: without blanks around it, in upper case.
///
/// `WooCommerce` gives codes back in lower case, and a shop may have codes that ours never look like
/// (`été10`), so this reads every text.
pub fn comparable(raw: &str) -> String {
    raw.trim().to_uppercase()
}

/// Whether a code of an order is the shop's own id of it (Stripe: `promo_1aB`), and not its text, which is compared in
/// upper case. Ids tell upper from lower case.
pub fn is_shops_id(code: &str) -> bool {
    comparable(code) != code
}

#[cfg(test)]
mod tests {
    use super::*;

    // R2
    #[test]
    fn a_code_is_4_to_20_letters_digits_and_hyphens_in_upper_case() {
        for (text, expected) in [
            ("anna10", Some("ANNA10")),
            (" Anna-10 ", Some("ANNA-10")),
            ("1234", Some("1234")),
            ("ABCDEFGHIJKLMNOPQRST", Some("ABCDEFGHIJKLMNOPQRST")),
            ("ABCDEFGHIJKLMNOPQRSTU", None),
            ("ABC", None),
            ("TBD", None),
            ("", None),
            ("----", None),
            ("JOSÉ10", None),
            ("ANNA 10", None),
            ("ANNA_10", None),
            ("ANNA\n10", None),
        ] {
            let read = CodeText::parse(text).ok();
            assert_eq!(read.as_ref().map(CodeText::as_str), expected, "{text:?}");
        }
    }

    // R2
    #[test]
    fn codes_of_an_order_are_compared_without_case() {
        for (raw, expected) in [(" anna10\n", "ANNA10"), ("été10", "ÉTÉ10"), ("ANNA-10", "ANNA-10"), ("", "")]
        {
            assert_eq!(comparable(raw), expected);
        }
    }
}
