//! Pieces that Stripe's objects share.

use std::collections::BTreeSet;

use tributary_domain::Timestamp;
use tributary_domain::code::comparable;

use crate::click_ids::Candidates;
use crate::json::{Field, Object};
use crate::order_update::Reference;
use crate::unreadable::Unreadable;

/// Names under which a brand's developer writes a code into an object's metadata.
const CODE_NAMES: [&str; 6] =
    ["code", "coupon", "coupon_code", "promo_code", "promotion_code", "discount_code"];

/// A moment in Unix seconds.
pub(super) fn time(object: &Object<'_>, name: &str) -> Result<Option<Timestamp>, Unreadable> {
    let field = object.get(name)?;
    match field.integer()? {
        Some(second) if (0..=253_402_300_799).contains(&second) => Ok(Some(Timestamp::from_seconds(second))),
        Some(_) => Err(field.wrong("must be a time in Unix seconds")),
        None => Ok(None),
    }
}

/// The id that a field names: it is a text, or an object with an `id` where Stripe was asked to expand it.
pub(super) fn id(object: &Object<'_>, name: &str) -> Result<Option<String>, Unreadable> {
    let field = object.get(name)?;
    match field.object() {
        Ok(Some(expanded)) => expanded.get("id")?.words(),
        Ok(None) => Ok(None),
        Err(_) => field.words(),
    }
}

/// The payment that an object names.
pub(super) fn payment_of(object: &Object<'_>) -> Result<Option<Reference>, Unreadable> {
    Ok(id(object, "payment_intent")?.as_deref().and_then(Reference::payment))
}

/// The id of the object itself, which must be there.
pub(super) fn own_id(object: &Object<'_>) -> Result<String, Unreadable> {
    object.get("id")?.need(Field::words)
}

/// What may be a click id among the brand's own fields of an object.
pub(super) fn click_ids(
    object: &Object<'_>,
    metadata: &[Option<Object<'_>>],
) -> Result<BTreeSet<String>, Unreadable> {
    let mut candidates = Candidates::default();
    if let Some(reference) = object.get("client_reference_id")?.text()? {
        candidates.value(&reference);
        candidates.url(&reference);
    }
    for object in metadata.iter().flatten() {
        for (name, value) in object.plain_members()? {
            candidates.named(&name, &value);
        }
    }
    Ok(candidates.found())
}

/// The codes of an object: the promotion codes of its discounts, then those in its metadata, in upper case.
///
/// A discount names its promotion code by id alone (`promo_...`), unless it was expanded. Such an id is kept as it is
/// written: its lower case tells it from a text.
pub(super) fn codes(object: &Object<'_>, metadata: &[Option<Object<'_>>]) -> Result<Vec<String>, Unreadable> {
    let mut found = Vec::new();
    for discount in discounts(object)? {
        found.extend(promotion_code(&discount)?);
    }
    for object in metadata.iter().flatten() {
        for (name, value) in object.plain_members()? {
            let name = name.trim_start_matches('_').to_ascii_lowercase();
            found.extend(CODE_NAMES.contains(&name.as_str()).then(|| code_or_id(&value)));
        }
    }
    let mut codes: Vec<String> = Vec::new();
    for code in found {
        if !code.is_empty() && !codes.contains(&code) {
            codes.push(code);
        }
    }
    Ok(codes)
}

/// Whether a code of an order is Stripe's id of a promotion code and not its text.
fn is_promotion_id(code: &str) -> bool {
    let random = code.strip_prefix("promo_").unwrap_or_default();
    !random.is_empty() && random.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn code_or_id(code: &str) -> String {
    if is_promotion_id(code.trim()) { code.trim().to_owned() } else { comparable(code) }
}

fn promotion_code(discount: &Object<'_>) -> Result<Option<String>, Unreadable> {
    let field = discount.get("promotion_code")?;
    let code = match field.object() {
        Ok(Some(expanded)) => expanded.get("code")?.words()?.or(expanded.get("id")?.words()?),
        Ok(None) => None,
        Err(_) => field.words()?,
    };
    Ok(code.as_deref().map(code_or_id))
}

/// The discounts of an object, wherever more than their ids is said of them: its own list (`discount` in older
/// invoices), and the shares of the total that each took.
fn discounts<'a>(object: &Object<'a>) -> Result<Vec<Object<'a>>, Unreadable> {
    let mut discounts = expanded(&object.get("discounts")?.list()?);
    discounts.extend(expanded(&[object.get("discount")?]));
    let mut shares = expanded(&object.get("total_discount_amounts")?.list()?);
    if let Some(details) = object.get("total_details")?.object()?
        && let Some(breakdown) = details.get("breakdown")?.object()?
    {
        shares.extend(expanded(&breakdown.get("discounts")?.list()?));
    }
    for share in shares {
        discounts.extend(expanded(&[share.get("discount")?]));
    }
    Ok(discounts)
}

/// Those that are objects, and no ids of such.
fn expanded<'a>(fields: &[Field<'a>]) -> Vec<Object<'a>> {
    fields.iter().filter_map(|field| field.object().ok().flatten()).collect()
}
