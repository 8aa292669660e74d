//! Discount codes by Shopify's Admin GraphQL API: one `DiscountCodeBasic` for each code.
//!
//! Shopify answers 200 to nearly everything: what went wrong is in `errors` or in a mutation's `userErrors`.
//! Scope: `write_discounts`.

mod answer;
mod check;
mod input;
mod node;
mod query;
mod token;

#[cfg(test)]
mod tests;

pub(crate) use answer::read;
pub(crate) use check::check;
pub(crate) use query::ask;
pub(crate) use token::{read_token, token_request};
