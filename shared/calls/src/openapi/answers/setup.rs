//! Settings, keys, creators, plans, campaigns, links.

use std::collections::BTreeMap;

use tributary_domain::Timestamp;
use tributary_domain::ids::{CampaignId, CreatorId, EnrollmentId, KeyId, LinkId, PlanId, StoreId};
use tributary_domain::link::{LinkKind, Slug};
use tributary_domain::plan::Terms;
use tributary_storage::campaigns::CampaignStatus;
use tributary_storage::links::LinkStatus;
use tributary_storage::plans::PlanStatus;
use url::Url;
use utoipa::ToSchema;

/// That it runs.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Health {
    /// `ok`.
    status: String,
    version: String,
    /// The number of the newest migration.
    schema_version: u32,
}

/// What a key may do. A later one includes the ones before it.
#[derive(ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum KeyScope {
    Read,
    Write,
    Admin,
}

/// An API key.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Key {
    id: KeyId,
    name: String,
    scopes: Vec<KeyScope>,
    created_at: Timestamp,
}

/// A new API key, with its text.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MadeKey {
    id: KeyId,
    name: String,
    scopes: Vec<KeyScope>,
    created_at: Timestamp,
    /// The key itself. It is shown this once.
    key: String,
}

/// Somebody who promotes.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Creator {
    id: CreatorId,
    first_name: Option<String>,
    last_name: Option<String>,
    email: Option<String>,
    /// Handles by network, without `@`.
    handles: BTreeMap<String, String>,
    external_id: Option<String>,
    tags: Vec<String>,
    created_at: Timestamp,
    updated_at: Timestamp,
    /// Since when the creator is hidden.
    deleted_at: Option<Timestamp>,
}

/// The private link of a creator's own page.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreatorPage {
    /// The address. It is shown this once.
    url: String,
}

/// A tracking plan, its newest version.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Plan {
    id: PlanId,
    store_id: StoreId,
    version: u16,
    status: PlanStatus,
    created_at: Timestamp,
    updated_at: Timestamp,
    #[serde(flatten)]
    terms: Terms,
}

/// A version of a plan.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PlanVersion {
    version: u16,
    created_at: Timestamp,
    /// `root`, or a key's id.
    created_by: String,
    #[serde(flatten)]
    terms: Terms,
}

/// A campaign.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Campaign {
    id: CampaignId,
    name: String,
    plan_id: Option<PlanId>,
    status: CampaignStatus,
    created_at: Timestamp,
    updated_at: Timestamp,
}

/// A short address.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Link {
    id: LinkId,
    enrollment_id: EnrollmentId,
    campaign_id: CampaignId,
    /// `null` for a campaign's own link.
    creator_id: Option<CreatorId>,
    kind: LinkKind,
    slug: Slug,
    /// The whole address.
    url: String,
    /// The page that it opens; `null` for the plan's.
    to: Option<Url>,
    status: LinkStatus,
    created_at: Timestamp,
    updated_at: Timestamp,
}
