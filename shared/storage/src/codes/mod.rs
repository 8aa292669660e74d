//! Discount codes: one of today for each enrollment, and the older ones, which still credit (R7).

mod compromise;
mod leak;
mod make;
pub mod names;
mod rows;
pub mod rules;
mod wishes;
pub mod work;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod work_tests;

use tributary_domain::Timestamp;
use tributary_domain::code::work::State;
use tributary_domain::code::{CodeStatus, CodeText};
use tributary_domain::field_error::Invalid;
use tributary_domain::ids::{CampaignId, CodeId, CreatorId, EnrollmentId, PlanId, StoreId};

pub use compromise::{compromise, restore_before, used_since};
pub use leak::leak_figures;
pub use make::{Made, Setting, Wanted, fate, make, next_text};
pub use rows::{
    Filter, Holder, by_ids, by_texts, failed_of_plan, holder, insert_all, list, of_creators, of_enrollments,
    of_store, older, older_than, replace_all, retire,
};
pub use wishes::{disable, disable_of, enable, enable_of, hand_over, look_again, roll_out, send_again};

/// Who chose a code's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The plan's pattern: where the shop has it already, the next number is taken (R4).
    Pattern,
    /// A person: it is this text or none.
    Typed,
    /// It was in the shop before us.
    Imported,
}

impl Origin {
    const ALL: [Self; 3] = [Self::Pattern, Self::Typed, Self::Imported];

    /// The stable word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pattern => "pattern",
            Self::Typed => "typed",
            Self::Imported => "imported",
        }
    }

    /// Reads [`Origin::as_str`] back.
    ///
    /// # Errors
    /// When there is no such origin.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        Self::ALL
            .into_iter()
            .find(|origin| origin.as_str() == text)
            .ok_or_else(|| Invalid::new("unknown_origin", "must be pattern, typed or imported"))
    }
}

/// What a shop has of a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InShop {
    /// The shop's own id of it.
    pub remote: String,
    /// The shop's own id of the rule that it shares with others, on platforms that have such rules.
    pub rule: Option<String>,
    /// Text, terms and switch, as the shop last confirmed them.
    pub state: State,
}

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
    /// Who chose the text.
    pub origin: Origin,
    /// What its shop has of it; `None` while that is nothing, or nothing that we know of.
    pub in_shop: Option<InShop>,
    /// When the shop is to be asked next; `None` where there is nothing to do.
    pub due_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// Whose a code of the shop is that has the text of one of ours, but not the id that we last read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Namesake {
    /// Ours: known by now, under way, or the one before ours, which is off.
    Ours,
    /// Ours by its text: we switched it off, and it can be used.
    SwitchedOn,
    /// Somebody else's.
    Foreign,
}

impl Code {
    /// Whose a code of the shop is that has this one's text: `remote` is the shop's id of it.
    pub fn namesake(&self, remote: &str, is_on: bool) -> Namesake {
        let known = self.in_shop.as_ref();
        let is_under_way = self.due_at.is_some() || self.status == CodeStatus::Creating;
        let is_disabled = self.status == CodeStatus::Disabled;
        if is_under_way || known.is_some_and(|known| known.remote == remote) {
            Namesake::Ours
        } else if is_on && is_disabled {
            Namesake::SwitchedOn
        } else if !is_on && (is_disabled || known.is_some()) {
            Namesake::Ours
        } else {
            Namesake::Foreign
        }
    }

    /// Gives the code what [`make`] came to, under these terms.
    pub fn become_made(&mut self, made: Made, plan_version: u16, now: Timestamp) {
        self.text = made.text;
        self.status = made.status;
        self.reason = made.reason;
        self.missing = made.missing;
        self.collided_with = made.collided_with;
        self.plan_version = plan_version;
        self.updated_at = now;
        self.due_at = due_at(self.status, now);
    }
}

/// The most enrollments or codes that one read names: far from any database's limit of parameters.
pub const MOST_OF_A_READ: usize = 500;

/// A code that waits to be made in its shop is due at once.
pub fn due_at(status: CodeStatus, now: Timestamp) -> Option<Timestamp> {
    (status == CodeStatus::Pending).then_some(now)
}
