//! From a plan's pattern to codes that nobody in the store has (R2, R3, R4): the same for a preview, for an
//! enrollment and for a retry.

use std::collections::BTreeSet;

use tributary_domain::code::{
    self, CodeStatus, CodeText, Generated, Pattern, common_prefix, expand, generate_after, generate_all,
};
use tributary_domain::ids::{CampaignId, StoreId};
use tributary_domain::keys::{Key, Purpose, hmac_sha256};
use tributary_domain::plan::{Mode, Terms};

use super::{Code, rows};
use crate::creators::Creator;
use crate::plans::Plan;
use crate::sql::{Sql, SqlError};
use crate::stores::Store;

/// What all codes of one batch have in common.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'a> {
    /// The plan, with the terms that hold.
    pub plan: &'a Plan,
    /// Its store.
    pub store: &'a Store,
    /// Draws the random part of codes.
    pub key: &'a Key,
    /// Codes of the same store that are being made besides.
    pub reserved: &'a BTreeSet<String>,
}

/// One code that is wanted.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// For whom.
    pub creator: &'a Creator,
    /// In which campaign: its id, where it is known, and its name.
    pub campaign: (Option<&'a CampaignId>, &'a str),
}

/// What came of a wanted code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// Its text, unless it failed or is to be decided.
    pub text: Option<CodeText>,
    /// Where it stands.
    pub status: CodeStatus,
    /// Why, for people.
    pub reason: Option<String>,
    /// The creator's fields that it lacks.
    pub missing: Vec<String>,
    /// The text that was wanted first and was taken.
    pub collided_with: Option<String>,
}

impl Made {
    fn without_text(status: CodeStatus, reason: impl Into<String>) -> Self {
        Self { text: None, status, reason: Some(reason.into()), missing: Vec::new(), collided_with: None }
    }

    /// A code that somebody will type in (R7).
    pub fn to_be_decided() -> Self {
        Self::without_text(CodeStatus::Tbd, "to be typed in")
    }

    /// A code with this text.
    pub fn with_text(text: CodeText, setting: &Setting<'_>) -> Self {
        let (status, reason) = fate(&setting.plan.terms, setting.store);
        Self {
            text: Some(text),
            status,
            reason: Some(reason.to_owned()),
            missing: Vec::new(),
            collided_with: None,
        }
    }
}

/// What becomes of a code that has its text: who makes it in the shop.
///
/// A code that we cannot make is nobody's promise but the brand's, so it counts as active at once. One without a
/// discount is nothing that a shop could keep.
pub fn fate(terms: &Terms, store: &Store) -> (CodeStatus, &'static str) {
    match terms.mode {
        Mode::Managed if terms.discount.is_none() => {
            (CodeStatus::Active, "saves nothing, so the shop need not know it")
        }
        Mode::Managed if store.credentials.is_some() => (CodeStatus::Pending, "waits to be made in the shop"),
        Mode::Managed | Mode::Manual => (CodeStatus::Active, "not made by us: type it into the shop"),
        Mode::External => (CodeStatus::Active, "not made by us: type it into the programme"),
    }
}

/// Makes codes, in the order of `wanted`: one read, whatever their number; nothing is written.
///
/// `None` where the plan has no codes at all: no discount, and no pattern (R10).
///
/// # Errors
/// When the database does not answer.
pub async fn make(
    sql: &impl Sql,
    setting: &Setting<'_>,
    wanted: &[Wanted<'_>],
) -> Result<Vec<Option<Made>>, SqlError> {
    let terms = &setting.plan.terms;
    let Some(pattern) = &terms.code_pattern else {
        let made = terms.discount.as_ref().map(|_| Made::to_be_decided());
        return Ok(wanted.iter().map(|_| made.clone()).collect());
    };
    let expanded: Vec<Result<String, code::Missing>> =
        wanted.iter().map(|wanted| candidate(setting, pattern, wanted)).collect();
    let candidates: Vec<&str> = expanded.iter().flatten().map(String::as_str).collect();
    let mut taken = taken(sql, &setting.store.id, &candidates).await?;
    taken.extend(setting.reserved.iter().cloned());
    let mut generated = generate_all(candidates.iter().copied(), &taken).into_iter();
    let made = expanded.into_iter().map(|expanded| match expanded {
        Err(missing) => {
            let whose = if missing.fields == ["discount"] { "plan" } else { "creator" };
            let lacks = Made::without_text(CodeStatus::Failed, format!("the {whose} {missing}"));
            Made { missing: missing.fields, ..lacks }
        }
        Ok(_) => match generated.next() {
            Some(Ok(Generated { text, collided_with })) => {
                Made { collided_with, ..Made::with_text(text, setting) }
            }
            Some(Err(exhausted)) => Made::without_text(CodeStatus::Failed, exhausted.to_string()),
            None => Made::without_text(CodeStatus::Failed, "no code was made"),
        },
    });
    Ok(made.map(Some).collect())
}

fn candidate(setting: &Setting<'_>, pattern: &Pattern, wanted: &Wanted<'_>) -> Result<String, code::Missing> {
    let (campaign, name) = wanted.campaign;
    // Drawn from what is known before: a preview shows the very code that will be made.
    let campaign = campaign.map_or("", CampaignId::as_str);
    let random = hmac_sha256(
        &setting.key.derive(Purpose::Code),
        &[setting.plan.id.as_str().as_bytes(), campaign.as_bytes(), wanted.creator.id.as_str().as_bytes()],
    );
    let names = code::Setting { campaign: name, discount: setting.plan.terms.discount.as_ref() };
    expand(pattern, &wanted.creator.person(), &names, &random)
}

/// The next text for a code that the shop has already (R4), which is no other code's of the store; `None` where
/// every number is taken.
///
/// # Errors
/// When the database does not answer.
pub async fn next_text(sql: &impl Sql, refused: &Code) -> Result<Option<CodeText>, SqlError> {
    let Some(text) = &refused.text else { return Ok(None) };
    let candidate = refused.collided_with.as_deref().unwrap_or(text.as_str());
    let taken = taken(sql, &refused.store_id, &[candidate]).await?;
    let next = generate_after(candidate, text, |other| taken.contains(other));
    Ok(next.ok().map(|generated| generated.text))
}

async fn taken(sql: &impl Sql, store: &StoreId, candidates: &[&str]) -> Result<BTreeSet<String>, SqlError> {
    let prefixes: BTreeSet<String> = candidates.iter().map(|candidate| common_prefix(candidate)).collect();
    rows::texts_that_begin_with(sql, store, prefixes).await
}
