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

/// The codes of an object, upper-case: the promotion codes of its discounts, then those in its metadata.
///
/// A discount names its promotion code by id alone (`promo_...`), unless it was expanded; the id is kept where there
/// is no text, because a code that was made by us is known by it too.
pub(super) fn codes(object: &Object<'_>, metadata: &[Option<Object<'_>>]) -> Result<Vec<String>, Unreadable> {
    let mut found = Vec::new();
    for discount in object.get("discounts")?.list()? {
        let Ok(Some(discount)) = discount.object() else { continue };
        let promotion_code = discount.get("promotion_code")?;
        found.extend(match promotion_code.object() {
            Ok(Some(expanded)) => expanded.get("code")?.words()?.or(expanded.get("id")?.words()?),
            Ok(None) => None,
            Err(_) => promotion_code.words()?,
        });
    }
    for object in metadata.iter().flatten() {
        for (name, value) in object.plain_members()? {
            let name = name.trim_start_matches('_').to_ascii_lowercase();
            found.extend(CODE_NAMES.contains(&name.as_str()).then_some(value));
        }
    }
    let mut codes: Vec<String> = Vec::new();
    for code in found.iter().map(|code| comparable(code)) {
        if !code.is_empty() && !codes.contains(&code) {
            codes.push(code);
        }
    }
    Ok(codes)
}
