//! Code patterns: literal text and fields, such as `{instagram|first_name}{discount}` (R2).

use std::str::FromStr;

use crate::code::text::LONGEST;
use crate::field_error::Invalid;

const LONGEST_PATTERN: usize = 200;
const MOST_RANDOM: u8 = 8;

/// A field of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// `first_name` of the creator.
    FirstName,
    /// `last_name` of the creator.
    LastName,
    /// `username`: the first handle that there is of Instagram, `TikTok`, `YouTube`.
    Username,
    /// `instagram`: the creator's handle there.
    Instagram,
    /// `tiktok`: the creator's handle there.
    Tiktok,
    /// `youtube`: the creator's handle there.
    Youtube,
    /// `campaign`: its name.
    Campaign,
    /// `discount`: its number, 10 for 10 % and 5 for 5.00 EUR.
    Discount,
    /// `random:N`: N random letters and digits, 1 to 8.
    Random(u8),
}

impl Field {
    /// Whether two creators of one campaign usually differ in it.
    pub const fn differs_by_creator(self) -> bool {
        !matches!(self, Self::Campaign | Self::Discount)
    }
}

impl std::fmt::Display for Field {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = match self {
            Self::FirstName => "first_name",
            Self::LastName => "last_name",
            Self::Username => "username",
            Self::Instagram => "instagram",
            Self::Tiktok => "tiktok",
            Self::Youtube => "youtube",
            Self::Campaign => "campaign",
            Self::Discount => "discount",
            Self::Random(length) => return write!(formatter, "random:{length}"),
        };
        formatter.write_str(name)
    }
}

impl FromStr for Field {
    type Err = Invalid;
    fn from_str(name: &str) -> Result<Self, Invalid> {
        match name {
            "first_name" => Ok(Self::FirstName),
            "last_name" => Ok(Self::LastName),
            "username" => Ok(Self::Username),
            "instagram" => Ok(Self::Instagram),
            "tiktok" => Ok(Self::Tiktok),
            "youtube" => Ok(Self::Youtube),
            "campaign" => Ok(Self::Campaign),
            "discount" => Ok(Self::Discount),
            other => match other.strip_prefix("random:").map(str::parse::<u8>) {
                Some(Ok(length)) if (1..=MOST_RANDOM).contains(&length) => Ok(Self::Random(length)),
                Some(_) => {
                    Err(refused(format!("{{random:N}} takes 1 to {MOST_RANDOM}, such as {{random:4}}")))
                }
                None => Err(refused(format!(
                    "there is no field {{{other}}}; there are first_name, last_name, username, instagram, \
                     tiktok, youtube, campaign, discount and random:N"
                ))),
            },
        }
    }
}

/// A piece of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// Text that stands in every code, in upper case.
    Literal(String),
    /// A field, or several of which the first that there is is taken.
    Chain(Vec<Field>),
}

/// A code pattern that can be expanded.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Pattern {
    text: String,
    parts: Vec<Part>,
}

impl Pattern {
    /// Reads a pattern: letters, digits and hyphens, and fields in braces.
    ///
    /// # Errors
    /// When it is empty or too long, a brace has no partner, a field is unknown, or the text around the
    /// fields has characters that no code can have.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        if text.is_empty() {
            return Err(refused("a pattern cannot be empty; try {first_name}{discount}"));
        }
        if text.len() > LONGEST_PATTERN {
            return Err(refused(format!("at most {LONGEST_PATTERN} characters")));
        }
        let mut parts = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let (literal, after) =
                rest.split_once('{').map_or((rest, None), |(before, after)| (before, Some(after)));
            if !literal.is_empty() {
                parts.push(parse_literal(literal)?);
            }
            let Some(after) = after else { break };
            let (chain, next) = after.split_once('}').ok_or_else(|| refused("a { has no }"))?;
            let fields: Result<Vec<Field>, Invalid> = chain.split('|').map(Field::from_str).collect();
            parts.push(Part::Chain(fields?));
            rest = next;
        }
        let pattern = Self { text: text.to_owned(), parts };
        if pattern.fixed_length() > LONGEST {
            return Err(refused(format!(
                "leaves no room for the fields: a code has {LONGEST} characters at most"
            )));
        }
        Ok(pattern)
    }

    /// The pattern as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Its fields, in the order of the text.
    pub fn fields(&self) -> impl Iterator<Item = Field> {
        self.parts
            .iter()
            .flat_map(|part| match part {
                Part::Literal(_) => &[],
                Part::Chain(fields) => fields.as_slice(),
            })
            .copied()
    }

    /// Whether codes of several creators can differ by themselves, without a numeric suffix.
    pub fn distinguishes(&self) -> bool {
        self.fields().any(Field::differs_by_creator)
    }

    pub(super) fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The characters that no shortening may take away.
    fn fixed_length(&self) -> usize {
        let length = |part: &Part| match part {
            Part::Literal(text) => text.len(),
            Part::Chain(fields) => match fields.as_slice() {
                [Field::Random(length)] => usize::from(*length),
                _ => 1,
            },
        };
        self.parts.iter().map(length).sum()
    }
}

fn parse_literal(text: &str) -> Result<Part, Invalid> {
    match text.chars().find(|letter| !letter.is_ascii_alphanumeric() && *letter != '-') {
        None => Ok(Part::Literal(text.to_ascii_uppercase())),
        Some('}') => Err(refused("a } has no {")),
        Some(other) => {
            Err(refused(format!("a code cannot have {other:?}; use letters A to Z, digits and hyphens")))
        }
    }
}

fn refused(detail: impl Into<String>) -> Invalid {
    Invalid::new("invalid_code_pattern", detail)
}

impl std::fmt::Display for Pattern {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl TryFrom<String> for Pattern {
    type Error = Invalid;
    fn try_from(text: String) -> Result<Self, Invalid> {
        Self::parse(&text)
    }
}

impl From<Pattern> for String {
    fn from(pattern: Pattern) -> Self {
        pattern.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fields(text: &str) -> Vec<String> {
        Pattern::parse(text).unwrap().fields().map(|field| field.to_string()).collect()
    }

    // R2
    #[test]
    fn a_pattern_has_literals_fields_and_fallback_chains() {
        for (text, expected) in [
            ("{first_name}{discount}", vec!["first_name", "discount"]),
            (
                "VIP-{instagram|tiktok|youtube|first_name}",
                vec!["instagram", "tiktok", "youtube", "first_name"],
            ),
            ("{username}-{last_name}", vec!["username", "last_name"]),
            ("{campaign}{random:8}", vec!["campaign", "random:8"]),
            ("welcome10", vec![]),
        ] {
            assert_eq!(fields(text), expected, "{text}");
        }
    }

    // R2
    #[test]
    fn what_can_never_make_a_code_is_refused_in_clear_words() {
        for (text, word) in [
            ("", "empty"),
            ("{nickname}", "no field {nickname}"),
            ("{}", "no field {}"),
            ("{first_name|}", "no field {}"),
            ("{First_Name}", "no field"),
            ("{ first_name }", "no field"),
            ("{first_name", "has no }"),
            ("first_name}", "'_'"),
            ("name}", "has no {"),
            ("{{first_name}}", "no field"),
            ("{random:0}", "1 to 8"),
            ("{random:9}", "1 to 8"),
            ("{random:x}", "1 to 8"),
            ("{random}", "random:N"),
            ("{first_name} 10", "' '"),
            ("é{first_name}", "'é'"),
            ("{first_name}%", "'%'"),
            ("ABCDEFGHIJKLMNOPQRST{first_name}", "no room"),
            ("{first_name}{random:8}{random:8}{random:4}", "no room"),
        ] {
            let refusal = Pattern::parse(text).unwrap_err();
            assert!(refusal.detail.contains(word), "{text}: {refusal}");
        }
        assert!(Pattern::parse(&"{first_name}".repeat(20)).is_err());
    }

    // R2
    #[test]
    fn only_a_field_of_the_creator_or_chance_tells_creators_apart() {
        for (text, expected) in [
            ("{first_name}{discount}", true),
            ("{campaign}{random:4}", true),
            ("{campaign|username}", true),
            ("{campaign}{discount}", false),
            ("WELCOME", false),
        ] {
            assert_eq!(Pattern::parse(text).unwrap().distinguishes(), expected, "{text}");
        }
    }

    // R2
    #[test]
    fn a_pattern_keeps_its_text_in_json() {
        let pattern: Pattern = serde_json::from_str("\"{instagram|first_name}10\"").unwrap();
        assert_eq!(serde_json::to_string(&pattern).unwrap(), "\"{instagram|first_name}10\"");
        assert!(serde_json::from_str::<Pattern>("\"{x}\"").is_err());
    }

    proptest! {
        // R2
        #[test]
        fn any_text_is_read_or_refused_without_harm(text in "[{}|a-z_:0-9A-Zé -]{0,40}") {
            if let Ok(pattern) = Pattern::parse(&text) {
                prop_assert_eq!(Pattern::parse(pattern.as_str()).unwrap(), pattern);
            }
        }
    }
}
