//! The queries and mutations, as documents of GraphQL.

use http::Method;
use serde::Serialize;

use super::input::{Surplus, input};
use crate::shop_api::{Draft, Failure, Remote, State, Task, Wish};

/// The version whose inputs and answers these are.
const PATH: &str = "/api/2026-07/graphql.json";

const NODE: &str = "id codeDiscount { __typename ... on DiscountCodeBasic { status startsAt endsAt usageLimit \
    appliesOncePerCustomer codes(first: 1) { nodes { id code } } \
    minimumRequirement { ... on DiscountMinimumSubtotal { greaterThanOrEqualToSubtotal { amount currencyCode } } \
    ... on DiscountMinimumQuantity { greaterThanOrEqualToQuantity } } \
    customerGets { value { ... on DiscountPercentage { percentage } \
    ... on DiscountAmount { amount { amount currencyCode } appliesOnEachItem } }";
const ITEMS: &str = " items { ... on AllDiscountItems { allItems } \
    ... on DiscountProducts { products(first: 250) { nodes { id } pageInfo { hasNextPage } } } \
    ... on DiscountCollections { collections(first: 250) { nodes { id } pageInfo { hasNextPage } } } }";
const ENDS: &str = " } } }";
const MADE: &str = "{ codeDiscountNode { id } userErrors { field message code } }";
/// One page stays well under the 1,000 points that a query may cost.
const PAGE: u32 = 50;

#[derive(Serialize)]
struct Document<V> {
    query: String,
    variables: V,
}

/// The first request of a task.
pub(crate) fn ask(task: &Task<'_>) -> Result<Draft, Failure> {
    match task {
        Task::Check => {
            document("{ currentAppInstallation { accessScopes { handle } } }", serde_json::json!({}))
        }
        Task::Make(wish) => create(wish),
        Task::Find(text) => document(
            format!(
                "query($code: String!) {{ codeDiscountNodeByCode(code: $code) {{ {NODE}{ITEMS}{ENDS} }} }}"
            ),
            serde_json::json!({"code": text.as_str()}),
        ),
        // Products can only be added or taken off: what is there must be known first.
        Task::Change { code, to } if has_items(to) => read_items(code),
        Task::Change { code, to } | Task::Rename { code, to } => update(code, to, &Surplus::default()),
        Task::Switch { code, to: State::Inactive, .. } => switch("discountCodeDeactivate", code),
        Task::Switch { code, to: State::Active, .. } => switch("discountCodeActivate", code),
        Task::List { page, .. } => list(*page),
        Task::MakeRule(_) | Task::FindRule(_) | Task::ReadRule(_) | Task::RepairRule { .. } => {
            Err(Failure::Impossible("on Shopify each code has its own terms".to_owned()))
        }
    }
}

/// Looks for a code that nobody has: whoever may not read codes is refused.
pub(super) fn look_for_nothing() -> Result<Draft, Failure> {
    document(
        "query($code: String!) { codeDiscountNodeByCode(code: $code) { id } }",
        serde_json::json!({"code": "TRIBUTARY"}),
    )
}

fn has_items(wish: &Wish<'_>) -> bool {
    let limits = wish.terms.limits();
    !limits.product_ids.is_empty() || !limits.category_ids.is_empty()
}

fn create(wish: &Wish<'_>) -> Result<Draft, Failure> {
    document(
        format!(
            "mutation($input: DiscountCodeBasicInput!) {{ discountCodeBasicCreate(basicCodeDiscount: $input) {MADE} }}"
        ),
        Input { input: input(wish, &Surplus::default()) },
    )
}

#[derive(Serialize)]
struct Input<T> {
    input: T,
}

#[derive(Serialize)]
struct Update<'a, T> {
    id: &'a str,
    input: T,
}

/// Makes a code as wished.
pub(super) fn update(code: &Remote, wish: &Wish<'_>, surplus: &Surplus) -> Result<Draft, Failure> {
    document(
        format!(
            "mutation($id: ID!, $input: DiscountCodeBasicInput!) {{ \
             discountCodeBasicUpdate(id: $id, basicCodeDiscount: $input) {MADE} }}"
        ),
        Update { id: &code.code, input: input(wish, surplus) },
    )
}

fn read_items(code: &Remote) -> Result<Draft, Failure> {
    document(
        format!("query($id: ID!) {{ codeDiscountNode(id: $id) {{ {NODE}{ITEMS}{ENDS} }} }}"),
        serde_json::json!({"id": code.code}),
    )
}

fn switch(mutation: &str, code: &Remote) -> Result<Draft, Failure> {
    document(
        format!("mutation($id: ID!) {{ {mutation}(id: $id) {MADE} }}"),
        serde_json::json!({"id": code.code}),
    )
}

fn list(page: Option<&str>) -> Result<Draft, Failure> {
    document(
        format!(
            "query($after: String) {{ codeDiscountNodes(first: {PAGE}, after: $after) {{ \
             nodes {{ {NODE}{ENDS} }} pageInfo {{ hasNextPage endCursor }} }} }}"
        ),
        serde_json::json!({"after": page}),
    )
}

fn document(query: impl Into<String>, variables: impl Serialize) -> Result<Draft, Failure> {
    Draft::json(Method::POST, PATH, &Document { query: query.into(), variables })
}
