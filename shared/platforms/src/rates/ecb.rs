//! The European Central Bank's reference rates as XML: `eurofxref-daily.xml` and `eurofxref-hist-90d.xml`
//! (<https://www.ecb.europa.eu/stats/policy_and_exchange_rates/euro_reference_exchange_rates/>).
//!
//! In a `gesmes:Envelope` stands an outer `Cube`, in it one `Cube time="…"` a day, and in that one
//! `Cube currency="…" rate="…"` a currency. The base is the euro.

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use std::collections::BTreeMap;
use tributary_domain::rates::{Rate, RateDay};
use tributary_domain::{Currency, Day};

use super::UnreadableRates;

const BASE: &str = "EUR";

/// Reads the rates of every day in the file. Currencies that ISO 4217 no longer has are left out: old files
/// name them.
///
/// # Errors
/// When it is no XML, a day or a rate cannot be read, or there is none.
pub fn read(file: &str) -> Result<Vec<RateDay>, UnreadableRates> {
    let base = Currency::parse(BASE).map_err(|invalid| UnreadableRates::at("base", invalid))?;
    let mut days: Vec<RateDay> = Vec::new();
    let mut reader = Reader::from_str(file);
    loop {
        match reader.read_event() {
            Ok(Event::Start(element) | Event::Empty(element)) if element.local_name().as_ref() == "Cube" => {
                if let Some(date) = attribute(&element, "time")? {
                    let day = Day::parse(&date).map_err(|invalid| UnreadableRates::at("time", invalid))?;
                    days.push(RateDay { day, base, rates: BTreeMap::new() });
                }
                if let (Some(day), Some((currency, rate))) = (days.last_mut(), rate_of(&element)?) {
                    day.rates.insert(currency, rate);
                }
            }
            Ok(Event::Eof) => break,
            Ok(_) => {}
            Err(error) => return Err(UnreadableRates::NoXml(error.to_string())),
        }
    }
    days.retain(|day| !day.rates.is_empty());
    if days.is_empty() { Err(UnreadableRates::Nothing) } else { Ok(days) }
}

fn rate_of(element: &BytesStart<'_>) -> Result<Option<(Currency, Rate)>, UnreadableRates> {
    let (Some(code), Some(text)) = (attribute(element, "currency")?, attribute(element, "rate")?) else {
        return Ok(None);
    };
    let rate = Rate::parse(&text).map_err(|invalid| UnreadableRates::at(code.clone(), invalid))?;
    Ok(Currency::parse(&code).ok().map(|currency| (currency, rate)))
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Result<Option<String>, UnreadableRates> {
    let no_xml = |error: &dyn std::fmt::Display| UnreadableRates::NoXml(error.to_string());
    let found = element.try_get_attribute(name).map_err(|error| no_xml(&error))?;
    found
        .map(|attribute| {
            attribute.normalized_value(XmlVersion::Implicit1_0).map(std::borrow::Cow::into_owned)
        })
        .transpose()
        .map_err(|error| no_xml(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The daily file in the form in which the bank serves it: single quotes and all.
    const DAILY: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
	<gesmes:subject>Reference rates</gesmes:subject>
	<gesmes:Sender>
		<gesmes:name>European Central Bank</gesmes:name>
	</gesmes:Sender>
	<Cube>
		<Cube time='2026-11-20'>
			<Cube currency='USD' rate='1.0837'/>
			<Cube currency='JPY' rate='163.45'/>
			<Cube currency='XZZ' rate='1.9558'/>
		</Cube>
	</Cube>
</gesmes:Envelope>"#;

    /// The 90-day file: no line breaks, double quotes, the newest day first.
    const HISTORY: &str = r#"<?xml version="1.0" encoding="UTF-8"?><gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref"><gesmes:subject>Reference rates</gesmes:subject><gesmes:Sender><gesmes:name>European Central Bank</gesmes:name></gesmes:Sender><Cube><Cube time="2026-11-20"><Cube currency="USD" rate="1.0837"/></Cube><Cube time="2026-11-19"><Cube currency="USD" rate="1.0900"/><Cube currency="GBP" rate="0.84120"/></Cube></Cube></gesmes:Envelope>"#;

    fn told(file: &str) -> Vec<String> {
        read(file)
            .unwrap()
            .iter()
            .flat_map(|day| {
                day.rates.iter().map(|(currency, rate)| format!("{} {} {currency} {rate}", day.day, day.base))
            })
            .collect()
    }

    // R55
    #[test]
    fn the_daily_and_the_90_day_file_are_read() {
        assert_eq!(told(DAILY), ["2026-11-20 EUR JPY 163.45", "2026-11-20 EUR USD 1.0837"]);
        assert_eq!(
            told(HISTORY),
            ["2026-11-20 EUR USD 1.0837", "2026-11-19 EUR GBP 0.8412", "2026-11-19 EUR USD 1.09"]
        );
    }

    // R55
    #[test]
    fn what_is_no_file_of_rates_is_refused_whole() {
        let wrong = [
            ("", UnreadableRates::Nothing),
            ("<html><body>Sorry</body></html>", UnreadableRates::Nothing),
            (&DAILY.replace("1.0837", "n/a"), UnreadableRates::at("USD", Rate::parse("n/a").unwrap_err())),
            (
                &DAILY.replace("2026-11-20", "today"),
                UnreadableRates::at("time", Day::parse("today").unwrap_err()),
            ),
        ]
        .map(|(file, error)| (file.to_owned(), error));
        for (file, error) in wrong {
            assert_eq!(read(&file), Err(error), "{file}");
        }
        assert!(matches!(
            read(&DAILY.replace("</Cube>\n</gesmes", "</gesmes")),
            Err(UnreadableRates::NoXml(_))
        ));
    }
}
