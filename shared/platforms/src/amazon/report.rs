//! Lines of a report, by API or from a file.
//!
//! Names are compared without regard to case and punctuation: the API writes `Click-throughs`, files have other
//! spellings of the same.

use tributary_domain::{Currency, Day, Money};

use crate::decimal;
use crate::json::{Object, objects_of_body};
use crate::unreadable::Unreadable;

/// What Amazon counted for one link on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The day, by Amazon's clock.
    pub day: Day,
    /// What the link said is its campaign.
    pub campaign: String,
    /// What it said is its creator.
    pub ad_group: String,
    /// Which link it said to be.
    pub creative: String,
    /// Through whom, by Amazon's list.
    pub publisher: String,
    /// The figures.
    pub figures: Figures,
}

/// Figures of a line. Amazon counts purchases within 14 days of a click, of the brand's other products too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Figures {
    /// Clicks.
    pub clicks: i64,
    /// Views of product pages.
    pub detail_page_views: i64,
    /// Times that something was put into a cart.
    pub add_to_carts: i64,
    /// Purchases.
    pub purchases: i64,
    /// Units sold.
    pub units: i64,
    /// Sales, in minor units.
    pub sales: i64,
    /// Amazon's bonus to the brand, in minor units.
    pub bonus: i64,
}

/// A page of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Its lines.
    pub lines: Vec<Line>,
    /// What leads to the next page.
    pub cursor: Option<String>,
}

/// Reads the answer to a request for the report.
///
/// # Errors
/// When it cannot be read.
pub fn read_report(body: &[u8], currency: Currency) -> Result<Report, Unreadable> {
    let body = Object::of_body(body)?;
    let lines = body.get("reports")?.objects()?;
    let cursor = body.get("cursorId")?.word_or_number()?;
    // A last page may still name a cursor, and has no lines.
    let cursor = cursor.filter(|_| !lines.is_empty());
    Ok(Report {
        lines: lines.iter().map(|line| of_object(line, currency)).collect::<Result<_, _>>()?,
        cursor,
    })
}

/// Reads a file with a list of lines, or with a report.
///
/// # Errors
/// When it cannot be read.
pub fn read_json(body: &[u8], currency: Currency) -> Result<Vec<Line>, Unreadable> {
    if body.trim_ascii_start().starts_with(b"[") {
        objects_of_body(body)?.iter().map(|line| of_object(line, currency)).collect()
    } else {
        Ok(read_report(body, currency)?.lines)
    }
}

/// Reads a file with a line of names and a line for each day and link.
///
/// # Errors
/// Which line cannot be read and why.
pub fn read_csv(body: &[u8], currency: Currency) -> Result<Vec<Line>, Unreadable> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(body);
    let broken = |line: usize| Unreadable::at(&format!("line {line}"), "is no CSV of this file's columns");
    let names: Vec<String> = reader.headers().map_err(|_| broken(1))?.iter().map(plain_name).collect();
    let mut lines = Vec::new();
    for (record, number) in reader.records().zip(2..) {
        let record = record.map_err(|_| broken(number))?;
        let fields: Vec<(String, String)> =
            names.iter().cloned().zip(record.iter().map(ToOwned::to_owned)).collect();
        lines.push(line(&fields, &format!("line {number}"), currency)?);
    }
    Ok(lines)
}

fn of_object(object: &Object<'_>, currency: Currency) -> Result<Line, Unreadable> {
    let fields: Vec<(String, String)> =
        object.plain_members()?.into_iter().map(|(name, value)| (plain_name(&name), value)).collect();
    line(&fields, object.path(), currency)
}

fn plain_name(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
}

fn line(fields: &[(String, String)], path: &str, currency: Currency) -> Result<Line, Unreadable> {
    let find = |names: &[&str]| {
        let found = names.iter().find_map(|name| fields.iter().find(|(known, _)| known == name));
        found.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    };
    let wrong =
        |name: &str, what: &str| Unreadable::at(format!("{path}.{name}").trim_start_matches('.'), what);
    let text = |names: &[&str]| find(names).unwrap_or_default().chars().take(255).collect::<String>();
    let count = |names: &[&str]| match find(names).map(str::parse::<i64>) {
        None => Ok(0),
        Some(Ok(count)) if count >= 0 => Ok(count),
        Some(_) => Err(wrong(names.first().copied().unwrap_or_default(), "must be a whole number")),
    };
    let money = |names: &[&str]| {
        let Some(text) = find(names) else { return Ok(0) };
        let amount = decimal::plain(text).and_then(|text| Money::parse(&text, currency).ok());
        let name = names.first().copied().unwrap_or_default();
        amount.map(|money| money.amount).ok_or_else(|| wrong(name, "must be an amount such as 12.99"))
    };
    let date = find(&["date"]).ok_or_else(|| wrong("date", "is missing"))?;
    let day = day(date).ok_or_else(|| wrong("date", "must be a day such as 20261121 or 2026-11-21"))?;
    Ok(Line {
        day,
        campaign: text(&["aacampaignid", "campaignid", "campaign", "campaignname"]),
        ad_group: text(&["aaadgroupid", "adgroupid", "adgroup", "adgroupname"]),
        creative: text(&["aacreativeid", "creativeid", "creative", "creativename"]),
        publisher: text(&["publisher", "publishername"]),
        figures: Figures {
            clicks: count(&["clickthroughs", "clicks"])?,
            detail_page_views: count(&["attributeddetailpageviewsclicks14d", "detailpageviews"])?,
            add_to_carts: count(&["attributedaddtocartclicks14d", "addtocarts"])?,
            purchases: count(&["attributedtotalpurchases14d", "attributedpurchases14d", "purchases"])?,
            units: count(&["totalunitssold14d", "unitssold14d", "units"])?,
            sales: money(&["totalattributedsales14d", "attributedsales14d", "sales"])?,
            bonus: money(&["brbbonusamount", "bonus"])?,
        },
    })
}

fn day(text: &str) -> Option<Day> {
    if let (8, true) = (text.len(), text.bytes().all(|byte| byte.is_ascii_digit())) {
        let (year, rest) = text.split_at_checked(4)?;
        let (month, day) = rest.split_at_checked(2)?;
        return Day::parse(&format!("{year}-{month}-{day}")).ok();
    }
    Day::parse(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn euro() -> Currency {
        Currency::parse("EUR").unwrap()
    }

    const REPORT: &str = r#"{"reports": [
        {"date": "20261120", "publisher": "Instagram", "campaignId": "Spring", "adGroupId": "Anna", "creativeId": "anna-1",
         "Click-throughs": "120", "attributedDetailPageViewsClicks14d": "80", "attributedAddToCartClicks14d": "9",
         "attributedPurchases14d": "3", "attributedTotalPurchases14d": 4, "unitsSold14d": "3", "totalUnitsSold14d": "5",
         "attributedSales14d": "59.97", "totalAttributedSales14d": 99.95, "brb_bonus_amount": "9.99"}],
        "size": 1, "cursorId": "abc"}"#;

    // R37
    #[test]
    fn a_line_is_read_from_the_api_and_from_either_kind_of_file() {
        let expected = Line {
            day: Day::parse("2026-11-20").unwrap(),
            campaign: "Spring".to_owned(),
            ad_group: "Anna".to_owned(),
            creative: "anna-1".to_owned(),
            publisher: "Instagram".to_owned(),
            figures: Figures {
                clicks: 120,
                detail_page_views: 80,
                add_to_carts: 9,
                purchases: 4,
                units: 5,
                sales: 9_995,
                bonus: 999,
            },
        };
        let report = read_report(REPORT.as_bytes(), euro()).unwrap();
        assert_eq!((&report.lines, report.cursor.as_deref()), (&vec![expected.clone()], Some("abc")));
        assert_eq!(read_json(REPORT.as_bytes(), euro()).unwrap(), std::slice::from_ref(&expected));
        let csv = "date,aa_campaignid,aa_adgroupid,aa_creativeid,Publisher,Click-throughs,Detail page views,\
            Add to carts,Purchases,Units,Sales,brb_bonus_amount\n2026-11-20,Spring,Anna,anna-1,Instagram,120,80,9,4,5,99.95,9.99\n";
        assert_eq!(read_csv(csv.as_bytes(), euro()).unwrap(), [expected]);
    }

    // R37
    #[test]
    fn the_last_page_has_no_lines_and_leads_nowhere() {
        let last = read_report(br#"{"reports": [], "size": 0, "cursorId": "abc"}"#, euro()).unwrap();
        assert_eq!(last, Report { lines: Vec::new(), cursor: None });
    }

    // R37
    #[test]
    fn what_cannot_be_read_is_named_by_its_line() {
        for (csv, words) in [
            ("campaign\nSpring\n", "line 2.date: is missing"),
            ("date\nyesterday\n", "line 2.date: must be a day such as 20261121 or 2026-11-21"),
            ("date,clicks\n2026-11-20,1\n2026-11-21,-1\n", "line 3.clickthroughs: must be a whole number"),
            (
                "date,sales\n2026-11-20,a lot\n",
                "line 2.totalattributedsales14d: must be an amount such as 12.99",
            ),
            ("date,clicks\n2026-11-20\n", "line 2: is no CSV of this file's columns"),
        ] {
            assert_eq!(read_csv(csv.as_bytes(), euro()).unwrap_err().to_string(), words);
        }
        assert!(read_json(br#"{"reports": [{"date": 7}]}"#, euro()).is_err());
        assert!(read_json(b"x", euro()).is_err());
    }
}
