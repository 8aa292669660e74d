//! Which click a checkout or a cart came from, for shops whose orders carry neither click id nor landing page.

use tributary_domain::FieldErrors;
use tributary_domain::ids::StoreId;

use super::fields::{CART_ID, CHECKOUT_TOKEN, CLICK_ID, Fields};
use super::report::{optional_id, store};
use crate::order_update::Reference;

/// What a page reports of a checkout or a cart.
#[derive(Debug, Clone)]
pub struct Join {
    /// The click id that the shopper came with.
    pub click_id: String,
    /// The name that the order will answer to.
    pub reference: Reference,
    /// The store, where it is named.
    pub store: Option<StoreId>,
}

impl Join {
    /// Reads a report.
    ///
    /// # Errors
    /// Every wrong field.
    pub fn read(fields: &Fields) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        let click_id = optional_id("clickId", fields.get(CLICK_ID), &mut errors);
        if fields.get(CLICK_ID).is_none() {
            errors.add("clickId", "required", "the click id that the shopper came with");
        }
        let reference = reference(fields, &mut errors);
        let store = store("storeId", fields, &mut errors);
        errors.into_result()?;
        match (click_id, reference) {
            (Some(click_id), Some(reference)) => Ok(Self { click_id, reference, store }),
            // Where one is missing, that was an error.
            _ => Err(FieldErrors::default()),
        }
    }
}

/// The checkout's name, or else the cart's.
fn reference(fields: &Fields, errors: &mut FieldErrors) -> Option<Reference> {
    let (path, given) = match (fields.get(CHECKOUT_TOKEN), fields.get(CART_ID)) {
        (Some(token), _) => ("checkoutToken", Reference::checkout(token)),
        (None, Some(cart)) => ("cartId", Reference::cart(cart)),
        (None, None) => {
            errors.add("checkoutToken", "required", "the checkout's token, or else the cart's id in cartId");
            return None;
        }
    };
    if given.is_none() {
        let detail = format!("must have at most {} bytes, and no control characters", Reference::LONGEST);
        errors.add(path, "invalid", detail);
    }
    given
}
