//! Decimal texts as JSON writes numbers, made plain.

/// Enough to round to any currency's exponent (at most 4): whether a digit after it reaches a half is known
/// from the digits that are kept.
const DECIMALS_KEPT: usize = 6;
/// Longer is no amount.
const LONGEST: usize = 64;
/// 10^40 is no amount either.
const LARGEST_SHIFT: i32 = 40;

/// The number without exponent and with at most [`DECIMALS_KEPT`] decimals. `None` where it is no decimal.
///
/// Shopify's refund subtotals are JSON numbers that were floats on its side, so dust such as
/// `195.66999999999999` or `5.5e-17` must read as what it stands for.
pub(crate) fn plain(text: &str) -> Option<String> {
    if text.len() > LONGEST {
        return None;
    }
    let (sign, unsigned) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let (mantissa, shift) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, shift)) => (mantissa, shift.parse::<i32>().ok()?),
        None => (unsigned, 0),
    };
    let (whole, part) = match mantissa.split_once('.') {
        Some((_, "")) => return None,
        Some(parts) => parts,
        None => (mantissa, ""),
    };
    let is_number =
        !whole.is_empty() && [whole, part].iter().all(|text| text.bytes().all(|b| b.is_ascii_digit()));
    if !is_number || shift.abs() > LARGEST_SHIFT {
        return None;
    }
    let (whole, mut part) = shifted(whole, part, shift)?;
    part.truncate(DECIMALS_KEPT);
    Some(if part.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part}") })
}

/// The digits before and after the point, with the point moved to the right by `shift`.
fn shifted(whole: &str, part: &str, shift: i32) -> Option<(String, String)> {
    let distance = usize::try_from(shift.unsigned_abs()).ok()?;
    let zeros = "0".repeat(distance);
    let (whole, part) = if shift < 0 {
        (format!("0{zeros}{whole}"), part.to_owned())
    } else {
        (whole.to_owned(), format!("{part}{zeros}"))
    };
    let point = if shift < 0 { whole.len().checked_sub(distance)? } else { whole.len() + distance };
    let digits = whole + &part;
    let (whole, part) = digits.split_at_checked(point)?;
    let significant = whole.trim_start_matches('0');
    Some((if significant.is_empty() { "0" } else { significant }.to_owned(), part.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    // R50
    #[test]
    fn numbers_become_plain_decimals() {
        for (text, expected) in [
            ("199", Some("199")),
            ("0.0", Some("0.0")),
            ("-5.00", Some("-5.00")),
            ("398.0000", Some("398.0000")),
            ("195.66999999999999", Some("195.669999")),
            ("1e3", Some("1000")),
            ("1.5E+2", Some("150.0")),
            ("19566e-2", Some("195.66")),
            ("5.551115123125783e-17", Some("0.000000")),
            ("007", Some("7")),
            ("1e41", None),
            ("1e99999999999", None),
            ("1e", None),
            ("", None),
            ("-", None),
            ("1.", None),
            (".5", None),
            ("+1", None),
            ("1,000.00", None),
            ("1.2.3", None),
            (" 1", None),
            ("NaN", None),
            ("٣", None),
        ] {
            assert_eq!(plain(text).as_deref(), expected, "{text}");
        }
        assert_eq!(plain(&"1".repeat(65)), None);
    }
}
