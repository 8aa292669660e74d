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
        let checkout = fields.get(CHECKOUT_TOKEN).and_then(Reference::checkout);
        let reference = checkout.or_else(|| fields.get(CART_ID).and_then(Reference::cart));
        if reference.is_none() {
            errors.add("checkoutToken", "required", "the checkout's token, or else the cart's id in cartId");
        }
        let store = store("storeId", fields, &mut errors);
        errors.into_result()?;
        match (click_id, reference) {
            (Some(click_id), Some(reference)) => Ok(Self { click_id, reference, store }),
            // Where one is missing, that was an error.
            _ => Err(FieldErrors::default()),
        }
    }
}
