//! From a pattern and a person to a code that nobody has yet (R2, R3, R4).

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::code::pattern::{Field, Part, Pattern};
use crate::code::text::{CodeText, LONGEST, SHORTEST};
use crate::keys::hmac_sha256;
use crate::plan::Discount;

/// Without vowels, so that chance spells no word, and without 0, 1 and I, L, O, which are misread.
const RANDOM_LETTERS: &[u8] = b"BCDFGHJKMNPQRSTVWXYZ23456789";
/// The networks that `{username}` looks at, in this order.
const NETWORKS: [&str; 3] = ["instagram", "tiktok", "youtube"];
/// More namesakes than this on one plan are a mistake, not a campaign.
const LARGEST_SUFFIX: u32 = 99_999;

/// What a pattern needs to know about the creator.
#[derive(Debug, Clone, Copy)]
pub struct Person<'a> {
    /// First name, in any script.
    pub first_name: Option<&'a str>,
    /// Last name, in any script.
    pub last_name: Option<&'a str>,
    /// Handles by network: `instagram`, `tiktok`, `youtube` and any other, with or without their `@`.
    pub handles: &'a BTreeMap<String, String>,
}

impl<'a> Person<'a> {
    fn handle(&self, network: &str) -> Option<&'a str> {
        self.handles.get(network).map(String::as_str).filter(|handle| !transliterate(handle).is_empty())
    }

    fn username(&self) -> Option<&'a str> {
        NETWORKS.iter().find_map(|network| self.handle(network))
    }
}

/// What a pattern needs to know about everything else.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'a> {
    /// The campaign's name.
    pub campaign: &'a str,
    /// The plan's discount.
    pub discount: Option<&'a Discount>,
}

/// The fields that one code lacks (R3). The data is completed, the code is tried again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("lacks {}", fields.join(", "))]
pub struct Missing {
    /// The names of the fields as the pattern has them; of a chain, every member.
    pub fields: Vec<String>,
}

/// Makes the text that the pattern wants for this person; [`generate`] makes a free code of it.
///
/// - Text in any script is transliterated (José: JOSE, Ольга: OLGA), and all but letters and digits is
///   dropped. Han, kana and hangul have no reading that is right without knowing the language (田中 is
///   Tanaka, not Tianzhong), so such a field gives way to the next one of its chain; if there is none, to
///   the creator's handle; and only if there is none either, it is transliterated all the same, because
///   the field is not missing and a preview shows the code before it is made.
/// - `{discount}` is the whole part of the number: 10 for 10 %, 12 for 12.5 %, 5 for 5.00 EUR.
/// - `{random:N}` is drawn from `random`, any number of random bytes: equal bytes give equal text.
/// - Where all of it is longer than a code can be, the longest of the names is shortened, so that the
///   literal text, the discount and the random part stay.
///
/// # Errors
/// All the fields that are lacking.
pub fn expand(
    pattern: &Pattern,
    person: &Person<'_>,
    setting: &Setting<'_>,
    random: &[u8],
) -> Result<String, Missing> {
    let mut pieces = Vec::new();
    let mut missing: Vec<String> = Vec::new();
    for (index, part) in (0_u8..).zip(pattern.parts()) {
        match part {
            Part::Literal(text) => pieces.push(Piece::fixed(text.clone())),
            Part::Chain(fields) => match resolve(fields, person, setting, random, index) {
                Some(piece) => pieces.push(piece),
                None => missing.extend(fields.iter().map(Field::to_string)),
            },
        }
    }
    if !missing.is_empty() {
        let mut seen = BTreeSet::new();
        missing.retain(|field| seen.insert(field.clone()));
        return Err(Missing { fields: missing });
    }
    shorten(&mut pieces);
    Ok(pieces.into_iter().map(|piece| piece.text).collect::<String>().chars().take(LONGEST).collect())
}

struct Piece {
    text: String,
    can_be_shortened: bool,
}

impl Piece {
    fn fixed(text: String) -> Self {
        Self { text, can_be_shortened: false }
    }

    fn name(text: String) -> Self {
        Self { text, can_be_shortened: true }
    }
}

/// Takes the last letter of the longest name until the whole fits, or no name has a letter to spare.
fn shorten(pieces: &mut [Piece]) {
    while pieces.iter().map(|piece| piece.text.len()).sum::<usize>() > LONGEST {
        let names = pieces.iter_mut().filter(|piece| piece.can_be_shortened && piece.text.len() > 1);
        let Some(longest) = names.max_by_key(|piece| piece.text.len()) else { return };
        longest.text.pop();
    }
}

fn resolve(
    fields: &[Field],
    person: &Person<'_>,
    setting: &Setting<'_>,
    random: &[u8],
    index: u8,
) -> Option<Piece> {
    let mut unreadable = None;
    for field in fields {
        let text: Cow<'_, str> = match field {
            Field::Random(length) => return Some(Piece::fixed(random_text(random, index, *length))),
            Field::Discount => match setting.discount {
                Some(discount) => return Some(Piece::fixed(discount_number(discount))),
                None => continue,
            },
            Field::Campaign => setting.campaign.into(),
            Field::FirstName => person.first_name.unwrap_or_default().into(),
            Field::LastName => person.last_name.unwrap_or_default().into(),
            Field::Username => person.username().unwrap_or_default().into(),
            Field::Instagram => person.handle("instagram").unwrap_or_default().into(),
            Field::Tiktok => person.handle("tiktok").unwrap_or_default().into(),
            Field::Youtube => person.handle("youtube").unwrap_or_default().into(),
        };
        let readable = transliterate_readable(&text);
        if !readable.is_empty() {
            return Some(Piece::name(readable));
        }
        if unreadable.is_none() && !transliterate(&text).is_empty() {
            unreadable = Some((*field, transliterate(&text)));
        }
    }
    let (field, text) = unreadable?;
    let handle = person.username().map(transliterate_readable).filter(|handle| !handle.is_empty());
    Some(Piece::name(if field.differs_by_creator() { handle.unwrap_or(text) } else { text }))
}

fn random_text(random: &[u8], index: u8, length: u8) -> String {
    hmac_sha256(random, &[b"code", &[index]])
        .iter()
        .filter_map(|byte| RANDOM_LETTERS.get(usize::from(*byte) % RANDOM_LETTERS.len()))
        .take(length.into())
        .map(|letter| char::from(*letter))
        .collect()
}

fn discount_number(discount: &Discount) -> String {
    let decimal = match discount {
        Discount::Percentage { value } => value.to_string(),
        Discount::Fixed { amount } => amount.to_decimal(),
    };
    decimal.chars().take_while(char::is_ascii_digit).collect()
}

fn transliterate(text: &str) -> String {
    write_in_latin(text.chars())
}

fn transliterate_readable(text: &str) -> String {
    write_in_latin(text.chars().filter(|letter| !is_east_asian(*letter)))
}

/// Only letters and digits are looked up: `deunicode` knows a word for every emoji, and a flower after a
/// name is no part of it.
fn write_in_latin(letters: impl Iterator<Item = char>) -> String {
    letters
        .filter(|letter| letter.is_alphanumeric())
        .filter_map(deunicode::deunicode_char)
        .flat_map(str::chars)
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_uppercase())
        .collect()
}

/// Han, kana, bopomofo and hangul, by their Unicode blocks.
const fn is_east_asian(letter: char) -> bool {
    matches!(letter,
        '\u{1100}'..='\u{11FF}'
        | '\u{2E80}'..='\u{2FDF}'
        | '\u{3005}'..='\u{3007}'
        | '\u{3021}'..='\u{3029}'
        | '\u{3031}'..='\u{A4CF}'
        | '\u{A960}'..='\u{A97F}'
        | '\u{AC00}'..='\u{D7FF}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{FF66}'..='\u{FFDC}'
        | '\u{16FE0}'..='\u{18DFF}'
        | '\u{1AFF0}'..='\u{1B2FF}'
        | '\u{20000}'..='\u{3FFFF}')
}

/// A code that was free, and what stood in its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generated {
    /// The code.
    pub text: CodeText,
    /// The text that was wanted first and was taken (R4).
    pub collided_with: Option<String>,
}

/// Every suffix up to 99,999 is taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("every code that begins with {stem} is taken")]
pub struct Exhausted {
    /// What all of them begin with.
    pub stem: String,
}

/// Makes a free code of a candidate: itself, or with the first free number (`ANNA10`, `ANNA10-2`,
/// `ANNA10-3`), shortened before the number so that it stays a code.
///
/// A candidate that is too short for a code has a number from the start (`JO` becomes `JO-1`, `J` becomes
/// `J-01`). `taken` is asked in upper case. Nothing is left to chance: equal input, equal code.
///
/// # Errors
/// When every number up to 99,999 is taken.
pub fn generate(candidate: &str, mut taken: impl FnMut(&str) -> bool) -> Result<Generated, Exhausted> {
    let stem = stem(candidate);
    let mut collided_with = None;
    let numbered = (1..=LARGEST_SUFFIX).map(|number| with_number(&stem, number));
    for text in numbered {
        let Ok(code) = CodeText::parse(&text) else { continue };
        if !taken(code.as_str()) {
            return Ok(Generated { text: code, collided_with });
        }
        collided_with.get_or_insert(text);
    }
    Err(Exhausted { stem })
}

/// The next free code after `refused`, which [`generate`] gave for the same candidate and the shop did not take:
/// `ANNA10-3` after `ANNA10-2`. Equal input, equal code.
///
/// # Errors
/// When every number up to 99,999 is taken.
pub fn generate_after(
    candidate: &str,
    refused: &CodeText,
    mut taken: impl FnMut(&str) -> bool,
) -> Result<Generated, Exhausted> {
    let stem = stem(candidate);
    let texts = || (1..=LARGEST_SUFFIX).map(|number| with_number(&stem, number));
    let tried = texts().position(|text| text == refused.as_str()).map_or(0, |index| index + 1);
    let free = texts().skip(tried).filter_map(|text| CodeText::parse(&text).ok());
    match free.into_iter().find(|text| text != refused && !taken(text.as_str())) {
        Some(text) => Ok(Generated { text, collided_with: Some(refused.as_str().to_owned()) }),
        None => Err(Exhausted { stem }),
    }
}

/// What every code begins with that [`generate`] may give or ask for: whoever knows the codes that begin so
/// can answer `taken` for all of them.
pub fn common_prefix(candidate: &str) -> String {
    let stem = stem(candidate);
    let longest_suffix = format!("-{LARGEST_SUFFIX}").len();
    let kept: String = stem.chars().take(LONGEST.saturating_sub(longest_suffix)).collect();
    // A short stem always has a number.
    let hyphen = if stem.len() < SHORTEST { "-" } else { "" };
    format!("{}{hyphen}", kept.trim_end_matches('-'))
}

fn stem(candidate: &str) -> String {
    let is_code = |letter: &char| letter.is_ascii_alphanumeric() || *letter == '-';
    let letters: String = candidate.chars().filter(is_code).take(LONGEST).collect();
    letters.trim_matches('-').to_ascii_uppercase()
}

fn with_number(stem: &str, number: u32) -> String {
    if number == 1 && stem.len() >= SHORTEST {
        return stem.to_owned();
    }
    let width = SHORTEST.saturating_sub(stem.len() + 1);
    let suffix = format!("-{number:0width$}");
    let kept: String = stem.chars().take(LONGEST.saturating_sub(suffix.len())).collect();
    format!("{}{suffix}", kept.trim_end_matches('-'))
}

/// [`generate`] for a list: no two of the codes are equal, and none is in `taken` (upper case).
///
/// # Errors
/// One for each candidate that found no free number.
pub fn generate_all<'a>(
    candidates: impl IntoIterator<Item = &'a str>,
    taken: &BTreeSet<String>,
) -> Vec<Result<Generated, Exhausted>> {
    let mut made: BTreeSet<String> = BTreeSet::new();
    let mut one = |candidate| {
        let generated = generate(candidate, |text| taken.contains(text) || made.contains(text))?;
        made.insert(generated.text.as_str().to_owned());
        Ok(generated)
    };
    candidates.into_iter().map(&mut one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::{Currency, Money};
    use crate::percent::Percent;
    use proptest::prelude::*;

    fn percentage(value: &str) -> Discount {
        Discount::Percentage { value: Percent::parse(value).unwrap() }
    }

    fn fixed(amount: i64, currency: &str) -> Discount {
        Discount::Fixed { amount: Money::new(amount, Currency::parse(currency).unwrap()) }
    }

    fn expanded(
        pattern: &str,
        first: &str,
        last: &str,
        handles: &[(&str, &str)],
    ) -> Result<String, Vec<String>> {
        let handles =
            handles.iter().map(|(network, name)| ((*network).to_owned(), (*name).to_owned())).collect();
        let person = Person {
            first_name: Some(first).filter(|name| !name.is_empty()),
            last_name: Some(last).filter(|name| !name.is_empty()),
            handles: &handles,
        };
        let setting = Setting { campaign: "Spring Sale", discount: Some(&percentage("10")) };
        expand(&Pattern::parse(pattern).unwrap(), &person, &setting, b"seed")
            .map_err(|missing| missing.fields)
    }

    // R2
    #[test]
    fn names_in_any_script_become_codes() {
        for (first, expected) in [
            ("Anna", "ANNA10"),
            ("José", "JOSE10"),
            ("Jose\u{301}", "JOSE10"),
            ("Łukasz", "LUKASZ10"),
            ("Jürgen", "JURGEN10"),
            ("Strauß", "STRAUSS10"),
            ("Søren", "SOREN10"),
            ("Ольга", "OLGA10"),
            ("Ελένη", "ELENE10"),
            ("Anne-Marie", "ANNEMARIE10"),
            ("  Mary Ann ", "MARYANN10"),
            ("O'Neil", "ONEIL10"),
            ("Anna 🌸", "ANNA10"),
            ("𝓐𝓷𝓷𝓪", "ANNA10"),
            ("Anna 田中", "ANNA10"),
        ] {
            assert_eq!(
                expanded("{first_name}{discount}", first, "", &[]).as_deref(),
                Ok(expected),
                "{first}"
            );
        }
    }

    // R2
    #[test]
    fn a_name_without_a_sure_reading_takes_a_fallback() {
        let handle = [("tiktok", "@tanaka.yuki")];
        for (pattern, first, last, handles, expected) in [
            ("{first_name|instagram|tiktok}", "田中", "", &handle[..], "TANAKAYUKI"),
            ("{first_name|last_name}", "田中", "Smith", &[], "SMITH"),
            ("{first_name}{discount}", "田中", "", &handle, "TANAKAYUKI10"),
            ("{first_name}{discount}", "유나", "", &handle, "TANAKAYUKI10"),
            ("{first_name}{discount}", "さくら", "", &[("instagram", "@桜")], "SAKURA10"),
        ] {
            assert_eq!(expanded(pattern, first, last, handles).as_deref(), Ok(expected), "{pattern} {first}");
        }
        let last_resort = expanded("{first_name}{discount}", "田中", "", &[]).unwrap();
        assert!(last_resort.len() > 4 && last_resort.ends_with("10"), "{last_resort}");
    }

    // R2
    #[test]
    fn every_field_stands_for_what_it_says() {
        let handles = [("instagram", "@anna_b"), ("tiktok", "anna.tt"), ("youtube", "@AnnaTube")];
        for (pattern, expected) in [
            ("{first_name}-{last_name}", "ANNA-BERG"),
            ("{username}", "ANNAB"),
            ("{instagram}-{tiktok}", "ANNAB-ANNATT"),
            ("{youtube}", "ANNATUBE"),
            ("{campaign}-{discount}", "SPRINGSALE-10"),
            ("vip-{first_name}", "VIP-ANNA"),
            ("{instagram|first_name}", "ANNAB"),
        ] {
            assert_eq!(expanded(pattern, "Anna", "Berg", &handles).as_deref(), Ok(expected), "{pattern}");
        }
        assert_eq!(expanded("{username}", "", "", &handles[1..]).as_deref(), Ok("ANNATT"));
        assert_eq!(expanded("{instagram|first_name}", "Anna", "", &[]).as_deref(), Ok("ANNA"));
    }

    // R3
    #[test]
    fn all_fields_that_are_lacking_are_named_once() {
        for (pattern, first, missing) in [
            ("{first_name}{last_name}", "Anna", vec!["last_name"]),
            ("{first_name}{last_name}{last_name}", "", vec!["first_name", "last_name"]),
            ("{instagram|first_name}{discount}", "", vec!["instagram", "first_name"]),
            ("{username}", "Anna", vec!["username"]),
            ("{first_name}", " ", vec!["first_name"]),
            ("{first_name}", "🌸!", vec!["first_name"]),
        ] {
            let missing: Vec<String> = missing.into_iter().map(str::to_owned).collect();
            assert_eq!(expanded(pattern, first, "", &[("youtube", "@")]), Err(missing), "{pattern}");
        }
    }

    // R3
    #[test]
    fn a_plan_without_a_discount_lacks_the_discount() {
        let handles = BTreeMap::new();
        let person = Person { first_name: Some("Anna"), last_name: None, handles: &handles };
        let setting = Setting { campaign: "Spring", discount: None };
        let pattern = Pattern::parse("{first_name}{discount}").unwrap();
        let missing = expand(&pattern, &person, &setting, &[]).unwrap_err();
        assert_eq!(missing.to_string(), "lacks discount");
    }

    // R2
    #[test]
    fn the_discount_is_written_as_its_whole_number() {
        for (discount, expected) in [
            (percentage("10"), "10"),
            (percentage("12.5"), "12"),
            (percentage("100"), "100"),
            (fixed(500, "EUR"), "5"),
            (fixed(1_000, "JPY"), "1000"),
            (fixed(2_500, "KWD"), "2"),
        ] {
            assert_eq!(discount_number(&discount), expected);
        }
    }

    // R2
    #[test]
    fn a_long_name_is_shortened_and_the_rest_stays() {
        for (pattern, expected) in [
            ("{first_name}{discount}", "WOLFESCHLEGELSTEIN10"),
            ("{first_name}-{campaign}-{discount}", "WOLFESCH-SPRINGSA-10"),
            ("{first_name}{random:8}", "WOLFESCHLEGE"),
        ] {
            let text = expanded(pattern, "Wolfeschlegelsteinhausenbergerdorff", "", &[]).unwrap();
            assert!(text.len() == LONGEST && text.starts_with(expected), "{pattern}: {text}");
        }
    }

    // R2
    #[test]
    fn the_random_part_depends_on_the_random_bytes_only() {
        let handles = BTreeMap::new();
        let person = Person { first_name: None, last_name: None, handles: &handles };
        let setting = Setting { campaign: "Spring", discount: None };
        let pattern = Pattern::parse("{random:8}-{random:8}").unwrap();
        let draw = |random: &[u8]| expand(&pattern, &person, &setting, random).unwrap();
        assert_eq!(draw(b"a"), draw(b"a"));
        assert_ne!(draw(b"a"), draw(b"b"));
        let (first, second) = draw(b"a").split_once('-').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
        assert_ne!(first, second);
        assert!(first.bytes().all(|letter| RANDOM_LETTERS.contains(&letter)));
    }

    // R4
    #[test]
    fn a_code_that_the_shop_refuses_gets_the_next_number_and_says_what_it_collided_with() {
        for (candidate, refused, taken, expected) in [
            ("ANNA10", "ANNA10", &[][..], "ANNA10-2"),
            ("ANNA10", "ANNA10-2", &[], "ANNA10-3"),
            ("ANNA10", "ANNA10", &["ANNA10-2", "ANNA10-3"], "ANNA10-4"),
            ("JO", "JO-1", &[], "JO-2"),
        ] {
            let refused = CodeText::parse(refused).unwrap();
            let next = generate_after(candidate, &refused, |text| taken.contains(&text)).unwrap();
            assert_eq!(
                (next.text.as_str(), next.collided_with.as_deref()),
                (expected, Some(refused.as_str()))
            );
        }
    }

    // R4
    #[test]
    fn a_taken_code_gets_the_first_free_number_and_says_what_it_collided_with() {
        for (candidate, taken, expected, collided_with) in [
            ("ANNA10", &[][..], "ANNA10", None),
            ("anna10", &["ANNA10"], "ANNA10-2", Some("ANNA10")),
            ("ANNA10", &["ANNA10", "ANNA10-2", "ANNA10-4"], "ANNA10-3", Some("ANNA10")),
            (
                "ABCDEFGHIJKLMNOPQRST",
                &["ABCDEFGHIJKLMNOPQRST"],
                "ABCDEFGHIJKLMNOPQR-2",
                Some("ABCDEFGHIJKLMNOPQRST"),
            ),
            (
                "ABCDEFGHIJKLMNOPQ-ST",
                &["ABCDEFGHIJKLMNOPQ-ST"],
                "ABCDEFGHIJKLMNOPQ-2",
                Some("ABCDEFGHIJKLMNOPQ-ST"),
            ),
            ("JO", &[], "JO-1", None),
            ("JO", &["JO-1"], "JO-2", Some("JO-1")),
            ("J", &[], "J-01", None),
            ("", &[], "-001", None),
            ("é---", &[], "-001", None),
        ] {
            let generated = generate(candidate, |text| taken.contains(&text)).unwrap();
            assert_eq!(generated.text.as_str(), expected, "{candidate}");
            assert_eq!(generated.collided_with.as_deref(), collided_with, "{candidate}");
        }
    }

    // R4
    #[test]
    fn where_everything_is_taken_it_says_so() {
        let exhausted = generate("ANNA10", |_| true).unwrap_err();
        assert_eq!(exhausted.to_string(), "every code that begins with ANNA10 is taken");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        // R2, R4, R8
        #[test]
        fn no_two_codes_are_equal_and_the_same_list_gives_the_same_codes(
            names in proptest::collection::vec("[A-Ca-c-]{0,3}|[AB]{18,25}|\\PC{0,12}", 0..40),
            taken in proptest::collection::btree_set("[ABC]{4}|[ABC]{2}-[1-3]", 0..10),
        ) {
            let run = || generate_all(names.iter().map(String::as_str), &taken);
            let codes: Vec<Generated> = run().into_iter().map(Result::unwrap).collect();
            let distinct: BTreeSet<&str> = codes.iter().map(|code| code.text.as_str()).collect();
            prop_assert_eq!(distinct.len(), names.len());
            prop_assert!(distinct.iter().all(|code| !taken.contains(*code)));
            let again: Vec<Generated> = run().into_iter().map(Result::unwrap).collect();
            prop_assert_eq!(codes, again);
        }

        // R4
        #[test]
        fn every_code_of_a_candidate_begins_with_its_common_prefix(candidate in "[A-Ca-c-]{0,5}|[AB-]{12,25}|\\PC{0,12}") {
            let prefix = common_prefix(&candidate);
            let mut asked = 0;
            let generated = generate(&candidate, |text| {
                asked += 1;
                assert!(text.starts_with(&prefix), "{text} does not begin with {prefix}");
                asked < 1_200
            });
            prop_assert!(generated.unwrap().text.as_str().starts_with(&prefix));
        }

        // R2
        #[test]
        fn any_name_that_is_not_missing_makes_a_code(first in "\\PC{0,30}", last in "\\PC{0,30}") {
            if let Ok(text) = expanded("{first_name}{last_name}", &first, &last, &[]) {
                prop_assert!(!text.is_empty() && text.len() <= LONGEST);
                prop_assert!(generate(&text, |_| false).is_ok());
            }
        }
    }
}
