//! Small local servers that play the shops' APIs as the platforms document them: with their duplicates, limits
//! and failures, and a memory of what they were asked for.

mod adobe_commerce;
mod bigcommerce;
mod faults;
mod http;
mod kept;
mod shopify;
mod stripe;
mod woocommerce;

pub use adobe_commerce::adobe_commerce_shop;
pub use bigcommerce::{bigcommerce_shop, bigcommerce_shop_with};
pub use faults::Fault;
pub use kept::RestShop;
pub use shopify::{Bucket, ShopifyShop};
pub use stripe::stripe_shop;
pub use woocommerce::woocommerce_shop;

pub(crate) use faults::Faults;
pub(crate) use http::{Asked, Said, serve};
