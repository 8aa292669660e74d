//! Pages that apply a code by themselves, on stores that have no such path for every page (R10).

use super::LinkSource;
use super::page::encode_visible;
use super::source::{origin, without_query};
use crate::capability::Platform;
use crate::code::CodeText;

/// Where Stripe's payment links are, unless a brand has a host of its own for them.
const PAYMENT_LINKS: &str = "https://buy.stripe.com";

/// The page to open instead of the chosen one, where it applies the code and the chosen one would not. A page of the
/// link's own stays: somebody chose it for this link.
pub(super) fn page(source: &LinkSource<'_>, chosen: Option<&str>, code: &CodeText) -> Option<String> {
    let product = if source.page.is_none() { product(source, code) } else { None };
    product.or_else(|| payment_link(source.platform, chosen?, code))
}

/// The link that puts the plan's one product into the cart together with the code: `WooCommerce`
/// `/checkout-link/?products=1:1&coupon=CODE`, `BigCommerce` `/cart.php?action=add&product_id=1&couponcode=CODE`.
fn product(source: &LinkSource<'_>, code: &CodeText) -> Option<String> {
    let [product] = source.plan.limits.product_ids.as_slice() else { return None };
    if product.is_empty() || !product.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let home = without_query(source.store_url).trim_end_matches('/');
    match source.platform {
        Platform::Woocommerce => Some(format!("{home}/checkout-link/?products={product}:1&coupon={code}")),
        Platform::Bigcommerce => {
            Some(format!("{home}/cart.php?action=add&product_id={product}&couponcode={code}"))
        }
        _ => None,
    }
}

/// A payment link of Stripe with the code filled in: `?prefilled_promo_code=CODE`.
fn payment_link(platform: Platform, page: &str, code: &CodeText) -> Option<String> {
    if platform != Platform::Stripe || origin(page) != PAYMENT_LINKS {
        return None;
    }
    let page = encode_visible(page.split('#').next().unwrap_or_default());
    let separator = if page.contains('?') { '&' } else { '?' };
    Some(format!("{page}{separator}prefilled_promo_code={code}"))
}
