//! Codes and enrollments.

use tributary_domain::Timestamp;
use tributary_domain::code::{CodeStatus, CodeText};
use tributary_domain::commission::CommissionTerms;
use tributary_domain::ids::{CampaignId, CodeId, CreatorId, EnrollmentId, LinkId, PlanId, StoreId};
use tributary_domain::link::{LinkKind, Slug};
use tributary_storage::enrollments::EnrollmentStatus;
use tributary_storage::links::LinkStatus;
use utoipa::ToSchema;

/// A discount code.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Code {
    id: CodeId,
    enrollment_id: EnrollmentId,
    /// `null` for a campaign's own code.
    creator_id: Option<CreatorId>,
    campaign_id: CampaignId,
    store_id: StoreId,
    plan_id: PlanId,
    plan_version: u16,
    /// `null` where it is to be decided, or could not be made.
    text: Option<CodeText>,
    status: CodeStatus,
    /// Why it is so, in words.
    reason: Option<String>,
    /// The fields that the creator lacks.
    missing: Vec<String>,
    /// The text that was wanted and taken.
    collided_with: Option<CodeText>,
    /// Whether it is its enrollment's code of today.
    current: bool,
    origin: CodeOrigin,
    /// What its shop has of it.
    in_shop: Option<CodeInShop>,
    /// When its shop is asked next.
    due_at: Option<Timestamp>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

/// Who chose a code's text.
#[derive(ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CodeOrigin {
    Pattern,
    Typed,
    Imported,
}

/// What a shop has of a code.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CodeInShop {
    /// The shop's own id.
    id: String,
    text: CodeText,
    plan_version: u16,
    enabled: bool,
}

/// The code that a creator would get.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PreviewedCode {
    creator_id: CreatorId,
    text: Option<CodeText>,
    status: Option<CodeStatus>,
    reason: Option<String>,
    missing: Vec<String>,
    collided_with: Option<CodeText>,
}

/// What a round of the work loop did.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CodesRun {
    leased: u64,
    active: u64,
    failed: u64,
    /// Codes that still wait.
    waiting: u64,
    /// When it is worth coming back; `null` where nothing waits.
    retry_after_seconds: Option<u64>,
    stores: Vec<WaitingStore>,
}

/// A store whose codes wait.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WaitingStore {
    store_id: StoreId,
    waiting: u64,
    next_at: Timestamp,
    /// Why its shop lets nobody in.
    reason: Option<String>,
}

/// What a store's shop has, held against what it should have.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Drift {
    store_id: StoreId,
    /// How many codes of ours were looked at.
    checked: u64,
    /// How many codes the shop has.
    in_shop: u64,
    /// Whether all of the shop's codes were read.
    complete: bool,
    /// How many rows there are.
    found: u64,
    /// All of them, or as many as are kept.
    data: Vec<DriftedCode>,
}

/// A code that is not as it should be.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DriftedCode {
    kind: DriftKind,
    code_id: Option<CodeId>,
    wanted: Option<WantedCode>,
    found: Option<FoundCode>,
    /// The terms that differ.
    terms: Vec<DriftedTerm>,
}

/// What is wrong with a code in its shop.
#[derive(ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DriftKind {
    Deleted,
    Renamed,
    Switched,
    Changed,
    Foreign,
}

/// What a code should be.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WantedCode {
    text: CodeText,
    enabled: bool,
}

/// What a shop says of a code.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FoundCode {
    id: String,
    text: String,
    /// Not told of a foreign code.
    #[schema(nullable = false)]
    enabled: Option<bool>,
}

/// A term that differs.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DriftedTerm {
    path: String,
    wanted: serde_json::Value,
    found: serde_json::Value,
}

/// What became of a code that leaked.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LeakedCode {
    code: Code,
    compromised_since: Timestamp,
    /// How many conversions were rejected.
    rejected: u64,
    /// How many that an earlier date rejected earn again.
    restored: u64,
    /// The code in its place.
    new_code: Option<Code>,
}

/// How likely it is that a code leaked.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Leak {
    code_id: CodeId,
    text: Option<CodeText>,
    /// The days that were looked at, and as many before them.
    days: i64,
    /// From 0 to 100.
    score: u32,
    parts: Vec<LeakPart>,
    figures: LeakFigures,
}

/// A part of the score.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LeakPart {
    name: String,
    points: u32,
    /// The most that it can have.
    of: u32,
}

/// What the score is told from.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LeakFigures {
    orders: u64,
    without_click: u64,
    orders_before: u64,
    clicks: u64,
    clicks_before: u64,
}

/// One creator in one campaign.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Enrollment {
    id: EnrollmentId,
    /// `null` for the campaign itself.
    creator_id: Option<CreatorId>,
    campaign_id: CampaignId,
    plan_id: PlanId,
    plan_version: u16,
    status: EnrollmentStatus,
    /// What the creator earns by in place of the plan's terms; `null` for the plan's.
    commission: Option<CommissionTerms>,
    code: Option<EnrollmentCode>,
    links: Vec<EnrollmentLink>,
    created_at: Timestamp,
    removed_at: Option<Timestamp>,
    /// Codes that were replaced; told of a single enrollment.
    #[schema(nullable = false)]
    older_codes: Option<Vec<Code>>,
}

/// An enrollment's code of today.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EnrollmentCode {
    id: CodeId,
    text: Option<CodeText>,
    status: CodeStatus,
    reason: Option<String>,
    missing: Vec<String>,
    collided_with: Option<CodeText>,
}

/// An enrollment's link.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EnrollmentLink {
    id: LinkId,
    slug: Slug,
    url: String,
    kind: LinkKind,
    status: LinkStatus,
}
