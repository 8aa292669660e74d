//! Bodies that no single type reads.

#![allow(dead_code, reason = "they are described, never made")]

use tributary_domain::ids::StoreId;
use tributary_domain::plan::Terms;
use utoipa::ToSchema;

/// A plan. Absent and `null` mean the same throughout: what it does not say has its default.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct NewPlan {
    /// The store that it is for.
    store_id: StoreId,
    #[serde(flatten)]
    terms: Terms,
}

/// A plan's next version, whole. What our answers say besides may be sent back, and is not read.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct NextPlan {
    /// The plan's own store.
    store_id: Option<StoreId>,
    /// Not read.
    #[schema(required = false)]
    id: serde_json::Value,
    /// Not read; send `If-Match` to name the version that yours is built on.
    #[schema(required = false)]
    version: serde_json::Value,
    /// Not read.
    #[schema(required = false)]
    status: serde_json::Value,
    /// Not read.
    #[schema(required = false)]
    created_at: serde_json::Value,
    /// Not read.
    #[schema(required = false)]
    updated_at: serde_json::Value,
    #[serde(flatten)]
    terms: Terms,
}
