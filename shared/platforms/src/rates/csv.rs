//! Rates as a table: the first column is the date, the others have a currency each, as in the European
//! Central Bank's `eurofxref.csv`. An empty cell or `N/A` says that there is no rate.

use std::collections::BTreeMap;

use csv::{ReaderBuilder, StringRecord, Trim};
use tributary_domain::rates::{Rate, RateDay};
use tributary_domain::{Currency, Day};

use super::UnreadableRates;

/// Reads the rates of every line, all against `base`. Currencies that ISO 4217 no longer has are left out:
/// old files name them.
///
/// # Errors
/// When it is no CSV, a day or a rate cannot be read, or there is none.
pub fn read(file: &[u8], base: Currency) -> Result<Vec<RateDay>, UnreadableRates> {
    let no_csv = |error: csv::Error| UnreadableRates::NoCsv(error.to_string());
    // The bank's own lines end in a comma and a blank.
    let mut reader = ReaderBuilder::new().trim(Trim::All).flexible(true).from_reader(file);
    let head = reader.headers().map_err(no_csv)?.clone();
    let currencies: Vec<Option<Currency>> =
        head.iter().skip(1).map(|code| Currency::parse(code).ok()).collect();
    let mut days = Vec::new();
    for (line, record) in (2..).zip(reader.records()) {
        let day = read_line(&record.map_err(no_csv)?, &currencies, base)
            .map_err(|(at, what)| UnreadableRates::at(format!("line {line}, {at}"), what))?;
        days.extend(Some(day).filter(|day| !day.rates.is_empty()));
    }
    if days.is_empty() { Err(UnreadableRates::Nothing) } else { Ok(days) }
}

fn read_line(
    record: &StringRecord,
    currencies: &[Option<Currency>],
    base: Currency,
) -> Result<RateDay, (String, String)> {
    let mut cells = record.iter();
    let date = cells.next().unwrap_or_default();
    let day = read_date(date).ok_or_else(|| {
        ("date".to_owned(), format!("{date:?} is no date such as 2026-11-20 or 20 November 2026"))
    })?;
    let mut rates = BTreeMap::new();
    for (currency, text) in currencies.iter().zip(cells) {
        let Some(currency) = currency.filter(|currency| *currency != base) else { continue };
        if text.is_empty() || text.eq_ignore_ascii_case("n/a") {
            continue;
        }
        let rate = Rate::parse(text).map_err(|invalid| (currency.to_string(), invalid.detail))?;
        rates.insert(currency, rate);
    }
    Ok(RateDay { day, base, rates })
}

/// `2026-11-20`, or `20 November 2026` as in the bank's daily file.
fn read_date(text: &str) -> Option<Day> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    if let Ok(day) = Day::parse(text) {
        return Some(day);
    }
    let mut parts = text.split_whitespace();
    let (day, month, year) = (parts.next()?, parts.next()?.to_ascii_lowercase(), parts.next()?);
    let month = MONTHS.iter().position(|name| *name == month)? + 1;
    Day::parse(&format!("{year}-{month:02}-{:02}", day.parse::<u8>().ok()?)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(file: &str) -> Result<Vec<String>, UnreadableRates> {
        let days = read(file.as_bytes(), Currency::parse("EUR").unwrap())?;
        let told = days.iter().flat_map(|day| {
            day.rates.iter().map(|(currency, rate)| format!("{} {currency} {rate}", day.day))
        });
        Ok(told.collect())
    }

    // R55
    #[test]
    fn a_table_of_days_and_currencies_is_read() {
        assert_eq!(
            told("Date, USD, JPY, TRL, \n20 November 2026, 1.0837, 163.45, 1.5, \n").unwrap(),
            ["2026-11-20 JPY 163.45", "2026-11-20 USD 1.0837"]
        );
        assert_eq!(
            told("Date,USD,EUR,GBP\n2026-11-20,1.0837,1,N/A\n2026-11-19,,1,0.84\n").unwrap(),
            ["2026-11-20 USD 1.0837", "2026-11-19 GBP 0.84"]
        );
    }

    // R55
    #[test]
    fn a_wrong_cell_is_named_by_its_line_and_nothing_is_taken() {
        for (file, words) in [
            ("Date,USD\nFriday,1.0837\n", "line 2, date"),
            ("Date,USD\n2026-11-20,1.0837\n2026-11-19,-1\n", "line 3, USD"),
            ("Date,USD\n", "no rate"),
            ("", "no rate"),
        ] {
            let error = told(file).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        }
    }
}
