//! What the calls of [`super::elsewhere`] take: the function that answers a call reads it, and the API's document
//! describes it.

use serde::Deserialize;
use tributary_domain::commission::CommissionTerms;
use tributary_domain::ids::{CampaignId, PlanId};
use tributary_domain::{Day, Timestamp};
use utoipa::ToSchema;

/// Codes by their ids, up to 1,000.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CodeIds {
    /// Their ids.
    pub code_ids: Vec<String>,
}

/// For whom codes are shown before any is made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CodePreview {
    /// The plan with the pattern.
    pub plan_id: PlanId,
    /// The creators, up to 1,000.
    pub creator_ids: Vec<String>,
    /// The campaign of `{campaign}`; the plan's newest one, where it is absent.
    pub campaign_id: Option<CampaignId>,
}

/// Codes by their ids, or all failed ones of a plan; not both.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CodeRetry {
    /// Their ids, up to 1,000.
    pub code_ids: Option<Vec<String>>,
    /// The plan.
    pub plan_id: Option<PlanId>,
}

/// The plan whose older codes take the terms of its newest version.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CodeRollout {
    /// The plan.
    pub plan_id: PlanId,
}

/// A code's text, typed by hand.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCodeText {
    /// 4 to 20 letters, digits and hyphens. For an enrollment's code also `TBD`: it comes later.
    pub text: String,
}

/// Since when a code is in the wrong hands.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CodeCompromise {
    /// What it earned from then on is rejected. Not in the future; of several, the one that was said last holds.
    pub since: Timestamp,
}

/// Who is enrolled.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewEnrollments {
    /// The creators, up to 1,000.
    pub creator_ids: Vec<String>,
}

/// What an enrollment has of its own.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EnrollmentChanges {
    /// What the creator earns by. Named each time, because `null` says something: the plan's terms again.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schema(required = true)]
    pub commission: Option<CommissionTerms>,
}

/// A buyer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Buyer {
    /// Their e-mail address.
    pub email: String,
}

/// The days of Amazon's report; the last 30 where none are named.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AggregatesFetch {
    /// The first day.
    pub from: Option<Day>,
    /// The last day.
    pub to: Option<Day>,
    /// The `nextCursor` of the page before.
    pub cursor: Option<String>,
}

/// Who shows links.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AggregatesTags {
    /// By Amazon's list of publishers: `Instagram`.
    pub publisher: String,
    /// Whose tag the links are to carry, where the profile has several.
    pub advertiser_id: Option<String>,
}

/// Which of a store's orders are held against ours: those that changed last between two moments.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Reconciliation {
    /// A day, or an RFC 3339 time.
    pub from: String,
    /// A day, which is inside; or an RFC 3339 time, which is not.
    pub to: String,
    /// The `nextCursor` of the page before.
    pub cursor: Option<String>,
}
