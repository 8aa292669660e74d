//! Rows of CSV (RFC 4180) that a spreadsheet cannot mistake for formulas (R64).

use std::borrow::Cow;

/// A cell of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell<'a> {
    /// Text that anybody may have written.
    Text(Cow<'a, str>),
    /// A number that we wrote: it stays a number, also below zero.
    Number(String),
}

impl<'a> Cell<'a> {
    /// Text, or an empty cell.
    pub fn text(text: Option<&'a str>) -> Self {
        Self::Text(Cow::Borrowed(text.unwrap_or_default()))
    }

    /// What is written: text that a spreadsheet would run gets an apostrophe before it
    /// (<https://owasp.org/www-community/attacks/CSV_Injection>, the full-width signs included).
    fn written(&self) -> Cow<'_, str> {
        match self {
            Self::Number(number) => Cow::Borrowed(number),
            Self::Text(text) if text.starts_with(is_dangerous) => Cow::Owned(format!("'{text}")),
            Self::Text(text) => Cow::Borrowed(text),
        }
    }
}

fn is_dangerous(first: char) -> bool {
    matches!(first, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠')
}

/// The bytes of rows, each with its line end.
pub fn write<'a>(rows: impl IntoIterator<Item = Vec<Cell<'a>>>) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        // Writing into memory fails only where rows differ in length, which a test of the columns would show.
        if writer.write_record(row.iter().map(|cell| cell.written().into_owned())).is_err() {
            break;
        }
    }
    writer.into_inner().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(text: &str) -> String {
        String::from_utf8(write([vec![Cell::text(Some(text)), Cell::Number("1".to_owned())]])).unwrap()
    }

    // R64
    #[test]
    fn text_that_would_run_as_a_formula_gets_an_apostrophe() {
        for (text, written) in [
            ("=1+1", "'=1+1,1\n"),
            ("+49 170", "'+49 170,1\n"),
            ("-2", "'-2,1\n"),
            ("@SUM(A1)", "'@SUM(A1),1\n"),
            ("\t=1", "'\t=1,1\n"),
            ("\r=1", "\"'\r=1\",1\n"),
            ("=HYPERLINK(\"http://x\",\"y\")", "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\",1\n"),
            ("a=b", "a=b,1\n"),
            ("#1001", "#1001,1\n"),
            ("Anna, Maria", "\"Anna, Maria\",1\n"),
            ("", ",1\n"),
        ] {
            assert_eq!(cell(text), written);
        }
    }

    // R64
    #[test]
    fn numbers_stay_numbers() {
        assert_eq!(write([vec![Cell::Number("-5.00".to_owned()), Cell::text(None)]]), b"-5.00,\n");
    }
}
