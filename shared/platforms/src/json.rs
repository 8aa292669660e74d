//! JSON read one level at a time, with the path of every field at hand.
//!
//! Values stay text ([`RawValue`]) until they are asked for: numbers keep every digit, fields that nobody
//! asks for may be anything, and nesting costs no stack, because only known levels are entered.

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use tributary_domain::{Currency, Money, Timestamp};

use crate::decimal;
use crate::unreadable::Unreadable;

/// An object and where it stands.
pub(crate) struct Object<'a> {
    path: String,
    members: Vec<(Cow<'a, str>, &'a RawValue)>,
}

impl<'a> Object<'a> {
    /// The object that is the whole body.
    pub(crate) fn of_body(body: &'a [u8]) -> Result<Self, Unreadable> {
        let text = std::str::from_utf8(body).map_err(|_| Unreadable::at("", "is not UTF-8"))?;
        if !text.trim_ascii_start().starts_with('{') {
            return Err(Unreadable::at("", "must be a JSON object"));
        }
        Self::of_text(String::new(), text)
    }

    fn of_text(path: String, text: &'a str) -> Result<Self, Unreadable> {
        match serde_json::from_str::<Members<'a>>(text) {
            Ok(Members(members)) => Ok(Self { path, members }),
            Err(error) => Err(Unreadable::no_json(&path, &error)),
        }
    }

    /// The field of that name.
    ///
    /// # Errors
    /// When it is there twice: two readers could take different ones for the truth.
    pub(crate) fn get(&self, name: &str) -> Result<Field<'a>, Unreadable> {
        let path = self.path_of(name);
        let mut found = self.members.iter().filter(|(known, _)| known == name).map(|(_, raw)| *raw);
        let raw = found.next().filter(|raw| raw.get() != "null");
        match found.next() {
            Some(_) => Err(Unreadable::at(&path, "is there twice")),
            None => Ok(Field { path, raw }),
        }
    }
}

impl Object<'_> {
    /// Whether there is such a field, be it null.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.members.iter().any(|(known, _)| known == name)
    }

    /// The field of an object that has one alone.
    pub(crate) fn only(&self) -> Result<Field<'_>, Unreadable> {
        match self.members.as_slice() {
            [(name, _)] => self.get(name),
            _ => Err(Unreadable::at(&self.path, "must have one field")),
        }
    }

    /// An amount in minor units that is good to know, and no reason to refuse the whole: 0 where it is absent, below
    /// zero or no amount.
    pub(crate) fn told(&self, name: &str, currency: Currency) -> i64 {
        let read = self.get(name).and_then(|field| field.signed_amount_or_blank(currency));
        read.ok().flatten().unwrap_or(0).max(0)
    }

    /// A count that is good to know, as [`Object::told`] is: a whole number, be it written as 2.0000.
    pub(crate) fn told_count(&self, name: &str) -> i64 {
        let text = self.get(name).and_then(|field| field.decimal(0)).ok().flatten();
        text.and_then(|text| text.split('.').next()?.parse().ok()).unwrap_or(0)
    }

    /// An id that is good to know, as [`Object::told`] is.
    pub(crate) fn told_id(&self, name: &str) -> Option<String> {
        self.get(name).and_then(|id| id.id()).ok().flatten()
    }

    /// What is under these names as words or numbers, where it is and can be read.
    pub(crate) fn told_words(&self, names: &[&str]) -> Vec<String> {
        let read = |name: &&str| self.get(name).and_then(|field| field.word_or_number()).ok().flatten();
        names.iter().filter_map(read).collect()
    }

    /// The objects of a list that is good to know.
    pub(crate) fn told_objects(&self, name: &str) -> Vec<Self> {
        self.get(name).and_then(|list| list.objects()).unwrap_or_default()
    }

    /// Where it stands.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// That a field must be there.
    pub(crate) fn missing(&self, name: &str) -> Unreadable {
        Unreadable::at(&self.path_of(name), "is missing")
    }

    fn path_of(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    /// The members that are texts, numbers or truth values, as text.
    ///
    /// # Errors
    /// When one is there twice.
    pub(crate) fn plain_members(&self) -> Result<Vec<(String, String)>, Unreadable> {
        let mut plain = Vec::new();
        for (name, raw) in &self.members {
            let field = self.get(name)?;
            match raw.get().bytes().next() {
                Some(b'"') => plain.extend(field.text()?.map(|text| (name.to_string(), text))),
                Some(b'{' | b'[' | b'n') | None => {}
                Some(_) => plain.push((name.to_string(), raw.get().to_owned())),
            }
        }
        Ok(plain)
    }
}

/// The items of a body that is a list.
pub(crate) fn list_of_body(body: &[u8]) -> Result<Vec<Field<'_>>, Unreadable> {
    let raw = serde_json::from_slice(body).map_err(|_| Unreadable::at("", "must be a JSON list"))?;
    Field { path: "body".to_owned(), raw: Some(raw) }.list()
}

/// The objects of a body that is a list; none where the body is empty, as an answer 204 has it.
pub(crate) fn objects_of_body(body: &[u8]) -> Result<Vec<Object<'_>>, Unreadable> {
    let text = std::str::from_utf8(body).map_err(|_| Unreadable::at("", "is not UTF-8"))?;
    if text.trim_ascii().is_empty() {
        return Ok(Vec::new());
    }
    let raw = serde_json::from_str(text).map_err(|_| Unreadable::at("", "must be a JSON list"))?;
    Field { path: String::new(), raw: Some(raw) }.objects()
}

struct Members<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

#[derive(Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Members<'de>;
            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some((Key(name), raw)) = map.next_entry::<Key<'de>, &'de RawValue>()? {
                    members.push((name, raw));
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

/// A value, perhaps absent, and where it stands. `null` is absent: Shopify writes what it must not show so.
pub(crate) struct Field<'a> {
    path: String,
    raw: Option<&'a RawValue>,
}

impl<'a> Field<'a> {
    pub(crate) const fn is_present(&self) -> bool {
        self.raw.is_some()
    }

    /// That something is wrong with this field.
    pub(crate) fn wrong(&self, what: impl std::fmt::Display) -> Unreadable {
        Unreadable::at(&self.path, what)
    }

    /// What `read` finds, which must be there.
    pub(crate) fn need<T>(
        &self,
        read: impl FnOnce(&Self) -> Result<Option<T>, Unreadable>,
    ) -> Result<T, Unreadable> {
        read(self)?.ok_or_else(|| self.wrong("is missing"))
    }

    pub(crate) fn text(&self) -> Result<Option<String>, Unreadable> {
        let Some(raw) = self.raw else { return Ok(None) };
        let text = serde_json::from_str::<String>(raw.get()).map_err(|_| self.wrong("must be a text"))?;
        Ok(Some(text))
    }

    /// The text, unless it is blank.
    pub(crate) fn words(&self) -> Result<Option<String>, Unreadable> {
        Ok(self.text()?.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()))
    }

    /// The text unless it is blank, or the digits of a number as they stand.
    pub(crate) fn word_or_number(&self) -> Result<Option<String>, Unreadable> {
        match self.raw.map(RawValue::get) {
            Some(number) if number.starts_with(|first: char| first.is_ascii_digit()) => {
                Ok(Some(number.to_owned()))
            }
            _ => self.words(),
        }
    }

    pub(crate) fn flag(&self) -> Result<Option<bool>, Unreadable> {
        match self.raw.map(RawValue::get) {
            None => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(_) => Err(self.wrong("must be true or false")),
        }
    }

    /// A whole number of 32 bits.
    pub(crate) fn whole(&self) -> Result<Option<u32>, Unreadable> {
        let Some(raw) = self.raw else { return Ok(None) };
        // Shopify writes some of its counts as 2000.0.
        let text = raw.get().trim_end_matches('0').strip_suffix('.').unwrap_or(raw.get());
        text.parse::<u32>().map(Some).map_err(|_| self.wrong("must be a whole number"))
    }

    /// A 64-bit id, written as a number or as a text, in its one decimal form.
    pub(crate) fn id(&self) -> Result<Option<String>, Unreadable> {
        let Some(raw) = self.raw else { return Ok(None) };
        let text = if raw.get().starts_with('"') { self.text()? } else { Some(raw.get().to_owned()) };
        let digits = text.filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
        match digits.and_then(|digits| digits.parse::<u64>().ok()) {
            Some(id) => Ok(Some(id.to_string())),
            None => Err(self.wrong("must be a whole number of at most 64 bits")),
        }
    }

    /// A whole number of at most 64 bits.
    pub(crate) fn integer(&self) -> Result<Option<i64>, Unreadable> {
        let Some(raw) = self.raw else { return Ok(None) };
        raw.get().parse().map(Some).map_err(|_| self.wrong("must be a whole number"))
    }

    /// A whole number, written as a number or as a text.
    pub(crate) fn whole_number(&self) -> Result<Option<i64>, Unreadable> {
        let Some(raw) = self.raw else { return Ok(None) };
        let text = if raw.get().starts_with('"') { self.text()? } else { Some(raw.get().to_owned()) };
        match text.and_then(|text| text.parse().ok()) {
            Some(number) => Ok(Some(number)),
            None => Err(self.wrong("must be a whole number")),
        }
    }

    pub(crate) fn time(&self) -> Result<Option<Timestamp>, Unreadable> {
        let Some(text) = self.text()? else { return Ok(None) };
        Timestamp::parse(&text).map(Some).map_err(|invalid| self.wrong(invalid))
    }

    /// A time as mails write it, or as everybody else does.
    pub(crate) fn mail_time(&self) -> Result<Option<Timestamp>, Unreadable> {
        let Some(text) = self.text()? else { return Ok(None) };
        let read =
            Timestamp::parse_rfc2822(&text).or_else(|invalid| Timestamp::parse(&text).map_err(|_| invalid));
        read.map(Some).map_err(|invalid| self.wrong(invalid))
    }

    /// A time as Magento writes it: `2026-11-21 09:30:00`, in UTC.
    pub(crate) fn utc_time(&self) -> Result<Option<Timestamp>, Unreadable> {
        let Some(text) = self.text()? else { return Ok(None) };
        let read = Timestamp::parse(&text).or_else(|invalid| {
            Timestamp::parse(&format!("{}Z", text.replacen(' ', "T", 1))).map_err(|_| invalid)
        });
        read.map(Some).map_err(|_| self.wrong("must be a time such as 2026-11-21 09:30:00"))
    }

    pub(crate) fn currency(&self) -> Result<Option<Currency>, Unreadable> {
        let Some(text) = self.text()? else { return Ok(None) };
        Currency::of_money(&text).map(Some).map_err(|invalid| self.wrong(invalid))
    }

    /// An amount in minor units, written as a number or as a text, that is not negative.
    pub(crate) fn amount(&self, currency: Currency) -> Result<Option<i64>, Unreadable> {
        match self.signed_amount(currency)? {
            Some(amount) if amount < 0 => Err(self.wrong("must not be negative")),
            amount => Ok(amount),
        }
    }

    /// An amount in minor units, written as a number or as a text.
    pub(crate) fn signed_amount(&self, currency: Currency) -> Result<Option<i64>, Unreadable> {
        let Some(raw) = self.raw else { return Ok(None) };
        let text = if raw.get().starts_with('"') { self.text()? } else { Some(raw.get().to_owned()) };
        let plain = text
            .and_then(|text| decimal::plain(&text))
            .ok_or_else(|| self.wrong("must be a decimal amount such as 12.99"))?;
        Money::parse(&plain, currency).map(|money| Some(money.amount)).map_err(|invalid| self.wrong(invalid))
    }

    /// A plain decimal, written as a number or as a text, with its point moved to the right.
    pub(crate) fn decimal(&self, shift: u8) -> Result<Option<String>, Unreadable> {
        let Some(raw) = self.raw else { return Ok(None) };
        let text = if raw.get().starts_with('"') { self.text()? } else { Some(raw.get().to_owned()) };
        let plain = text.and_then(|text| decimal::plain(&text));
        let shifted = plain.and_then(|plain| decimal::plain(&format!("{plain}e{shift}")));
        let shifted = shifted.ok_or_else(|| self.wrong("must be a decimal"))?;
        Ok(Some(match shifted.split_once('.') {
            Some((whole, part)) => {
                let part = part.trim_end_matches('0');
                if part.is_empty() { whole.to_owned() } else { format!("{whole}.{part}") }
            }
            None => shifted,
        }))
    }

    /// An amount in minor units of either sign, where a blank text means that there is none.
    pub(crate) fn signed_amount_or_blank(&self, currency: Currency) -> Result<Option<i64>, Unreadable> {
        if self.raw.is_some_and(|raw| raw.get() == "\"\"") { Ok(None) } else { self.signed_amount(currency) }
    }

    pub(crate) fn object(&self) -> Result<Option<Object<'a>>, Unreadable> {
        let Some(raw) = self.raw else { return Ok(None) };
        if !raw.get().starts_with('{') {
            return Err(self.wrong("must be an object"));
        }
        Object::of_text(self.path.clone(), raw.get()).map(Some)
    }

    /// The items of a list; none where it is absent.
    pub(crate) fn list(&self) -> Result<Vec<Field<'a>>, Unreadable> {
        let Some(raw) = self.raw else { return Ok(Vec::new()) };
        let items =
            serde_json::from_str::<Vec<&'a RawValue>>(raw.get()).map_err(|_| self.wrong("must be a list"))?;
        let path = |index: usize| format!("{}[{index}]", self.path);
        Ok(items
            .into_iter()
            .enumerate()
            .map(|(index, raw)| Field { path: path(index), raw: Some(raw).filter(|raw| raw.get() != "null") })
            .collect())
    }

    /// The items of a list as they are written; none where it is absent.
    pub(crate) fn raw_items(&self) -> Result<Vec<&'a [u8]>, Unreadable> {
        Ok(self.list()?.iter().filter_map(|item| item.raw).map(|raw| raw.get().as_bytes()).collect())
    }

    /// The objects of a list; none where it is absent.
    pub(crate) fn objects(&self) -> Result<Vec<Object<'a>>, Unreadable> {
        self.list()?.iter().map(|item| item.need(Field::object)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn read<'a, T>(
        body: &'a str,
        read: impl FnOnce(&Field<'a>) -> Result<T, Unreadable>,
    ) -> Result<T, String> {
        let object = Object::of_body(body.as_bytes()).map_err(|error| error.to_string())?;
        object.get("a").and_then(|field| read(&field)).map_err(|error| error.to_string())
    }

    #[test]
    fn ids_beyond_53_bits_are_exact_in_either_form() {
        for (body, id) in [
            (r#"{"a": 820982911946154508}"#, "820982911946154508"),
            (r#"{"a": "820982911946154508"}"#, "820982911946154508"),
            (r#"{"a": 18446744073709551615}"#, "18446744073709551615"),
            (r#"{"a": "007"}"#, "7"),
        ] {
            assert_eq!(read(body, Field::id), Ok(Some(id.to_owned())));
        }
        for wrong in ["-1", "1.0", "1e3", r#""""#, r#""x""#, "18446744073709551616", "[]", "true"] {
            let body = format!(r#"{{"a": {wrong}}}"#);
            let refusal = read(&body, Field::id);
            assert_eq!(refusal, Err("a: must be a whole number of at most 64 bits".to_owned()), "{wrong}");
        }
    }

    // R50
    #[test]
    fn amounts_are_texts_or_numbers_and_never_floats() {
        let euro = Currency::parse("EUR").unwrap();
        for (written, amount) in
            [("\"199.00\"", 19_900), ("199", 19_900), ("0.0", 0), ("195.66", 19_566), ("1e3", 100_000)]
        {
            let body = format!(r#"{{"a": {written}}}"#);
            assert_eq!(read(&body, |field| field.amount(euro)), Ok(Some(amount)));
        }
        for (written, words) in [
            ("-1", "a: must not be negative"),
            ("\"ten\"", "a: must be a decimal amount such as 12.99"),
            ("{}", "a: must be a decimal amount such as 12.99"),
            ("1e30", "a: must be a decimal amount such as 12.99"),
            ("99999999999.00", "a: is larger than any order that can be believed"),
        ] {
            let body = format!(r#"{{"a": {written}}}"#);
            assert_eq!(read(&body, |field| field.amount(euro)), Err(words.to_owned()));
        }
    }

    #[test]
    fn what_cannot_be_read_is_named_without_quoting_it() {
        for (body, words) in [
            (r#"{"a": 1, "a": 2}"#, "a: is there twice"),
            (r#"{"a": "anna@example.com"}"#, "a: must be a list"),
            (r#"{"a": [1, "anna@example.com"]}"#, "a[0]: must be an object"),
            (r#"{"a": [{}, {"b": {}}, null]}"#, "a[2]: is missing"),
            (r#"["anna@example.com"]"#, "body: must be a JSON object"),
            (r#"{"a": "anna@example.com"#, "body: is no JSON (line 1, column 23)"),
            (r#"{"a": []} {"#, "body: is no JSON (line 1, column 11)"),
            ("", "body: must be a JSON object"),
        ] {
            let refusal = read(body, Field::objects).map(|_| ());
            assert_eq!(refusal, Err(words.to_owned()), "{body}");
        }
        assert!(Object::of_body(b"{\"a\": \"\xff\"}").is_err());
    }

    #[test]
    fn fields_that_nobody_asks_for_may_be_anything_and_deep() {
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        let body = format!(r#"{{"x": {deep}, "y": 1, "y": 2, "a": "b"}}"#);
        assert_eq!(read(&body, Field::text), Ok(Some("b".to_owned())));
        let body = format!(r#"{{"a": {deep}}}"#);
        assert_eq!(read(&body, Field::text), Err("a: must be a text".to_owned()));
    }

    #[test]
    fn decimals_are_shifted_and_lose_their_last_zeros() {
        for (written, shift, expected) in [
            ("0.125", 2, "12.5"),
            ("1e-6", 2, "0.0001"),
            ("\"10.00\"", 0, "10"),
            ("1", 2, "100"),
            ("0.0", 2, "0"),
        ] {
            let body = format!(r#"{{"a": {written}}}"#);
            assert_eq!(read(&body, |field| field.decimal(shift)), Ok(Some(expected.to_owned())), "{written}");
        }
        assert!(read(r#"{"a": "ten"}"#, |field| field.decimal(0)).is_err());
    }

    #[test]
    fn counts_may_be_written_with_a_point_and_nothing_after_it() {
        for (written, expected) in
            [("2000.0", Some(2_000)), ("0", Some(0)), ("100", Some(100)), ("null", None)]
        {
            let body = format!(r#"{{"a": {written}}}"#);
            assert_eq!(read(&body, Field::whole), Ok(expected));
        }
        for wrong in ["1.5", "-1", "\"2\"", "4294967296"] {
            assert!(read(&format!(r#"{{"a": {wrong}}}"#), Field::whole).is_err(), "{wrong}");
        }
    }

    #[test]
    fn null_is_absent() {
        assert_eq!(read(r#"{"a": null}"#, Field::text), Ok(None));
        assert_eq!(read("{}", |field| field.need(Field::text)), Err("a: is missing".to_owned()));
    }
}
