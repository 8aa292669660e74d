//! Discount codes: one of today for each enrollment, and the older ones, which still credit (R7).

mod make;
mod rows;

#[cfg(test)]
mod tests;

use tributary_domain::Timestamp;
use tributary_domain::code::{CodeStatus, CodeText};
use tributary_domain::ids::{CampaignId, CodeId, CreatorId, EnrollmentId, PlanId, StoreId};

pub use make::{Made, Setting, Wanted, fate, make};
pub use rows::{
    Filter, Holder, by_ids, count_waiting, disable, enable, failed_of_plan, holder, insert_all, list,
    of_enrollments, older, replace_all, retire,
};

/// A code of an enrollment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// Its id.
    pub id: CodeId,
    /// The enrollment.
    pub enrollment_id: EnrollmentId,
    /// Its campaign.
    pub campaign_id: CampaignId,
    /// Its creator; `None` for the campaign's own code.
    pub creator_id: Option<CreatorId>,
    /// The store where it may be used.
    pub store_id: StoreId,
    /// The plan whose terms it has.
    pub plan_id: PlanId,
    /// That plan's version.
    pub plan_version: u16,
    /// The text; `None` while it is to be decided or could not be made.
    pub text: Option<CodeText>,
    /// Where it stands.
    pub status: CodeStatus,
    /// Why it stands there, for people.
    pub reason: Option<String>,
    /// The creator's fields that it lacks (R3).
    pub missing: Vec<String>,
    /// The text that was wanted and taken (R4).
    pub collided_with: Option<String>,
    /// Whether it is the enrollment's code of today.
    pub is_current: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl Code {
    /// Gives the code what [`make`] came to, under these terms.
    pub fn become_made(&mut self, made: Made, plan_version: u16, now: Timestamp) {
        self.text = made.text;
        self.status = made.status;
        self.reason = made.reason;
        self.missing = made.missing;
        self.collided_with = made.collided_with;
        self.plan_version = plan_version;
        self.updated_at = now;
    }
}
