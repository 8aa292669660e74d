//! Whose codes and links those are that orders carry, remembered for a moment.
//!
//! A code or link that has an owner keeps it, and a plan's version keeps its terms, so remembering is safe. What
//! nobody owns may be given to somebody at any time, and is looked up each time.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;
use std::rc::Rc;

use serde::Deserialize;
use tributary_domain::Timestamp;
use tributary_domain::attribution::Owner;
use tributary_domain::code::is_shops_id;
use tributary_domain::commission::{CommissionTerms, OwnTerms, own_terms_at};
use tributary_domain::ids::{CampaignId, CreatorId, EnrollmentId, PlanId, StoreId};
use tributary_domain::mailbox::KnownAddress;
use tributary_domain::plan::{AttributionTerms, Terms};
use tributary_domain::replayed_terms::{ReplayedTerms, replayed_terms_at};

use super::book::Desk;
use crate::codes::names;
use crate::sql::{Row, Sql, SqlError, Statement, rows_of_places};

/// How long an owner is remembered, in milliseconds. A code that could not be made in its shop is given another
/// text, and the first may then become somebody else's; no buyer uses it within that time.
const KEPT_MILLIS: i64 = 3_000;
/// The most owners of each kind that are remembered.
const MOST_KEPT: usize = 512;

/// A code: its shop, and its text or the shop's own id of it.
pub(super) type CodeKey = (StoreId, String);
/// A link at a click: its number and the version of its plan.
pub(super) type LinkKey = (u64, u16);

/// An owner and what goes with it.
#[derive(Clone)]
pub(super) struct Known {
    /// The code's text, whatever the order calls it; `None` for a link.
    pub(super) code: Option<String>,
    pub(super) owner: Owner,
    /// The terms of the owner's plan version.
    pub(super) terms: Rc<Terms>,
    /// The creator's own commission, in place of the terms' one.
    own_terms: Rc<[OwnTerms]>,
    /// What replays gave orders of the owner's plan, in place of the terms.
    pub(super) replayed: Rc<[ReplayedTerms]>,
    /// The shop that the code is for or the link leads to.
    pub(super) store: StoreId,
    /// The creator's e-mail address.
    pub(super) address: Option<Rc<KnownAddress>>,
    /// From when on the code earns nothing (R46).
    pub(super) compromised_since: Option<Timestamp>,
}

impl Known {
    /// What an order that was placed at that moment is paid by: what was agreed with the creator, else what a replay
    /// gave it, else the plan version's terms.
    pub(super) fn commission_at(&self, placed_at: Timestamp) -> &CommissionTerms {
        own_terms_at(&self.own_terms, placed_at)
            .or_else(|| replayed_terms_at(&self.replayed, placed_at)?.commission.as_ref())
            .unwrap_or(&self.terms.commission)
    }

    /// How credit for an order that was placed at that moment is decided.
    pub(super) fn attribution_at(&self, placed_at: Timestamp) -> AttributionTerms {
        replayed_terms_at(&self.replayed, placed_at)
            .and_then(|replayed| replayed.attribution)
            .unwrap_or(self.terms.attribution)
    }
}

/// The own terms of the enrollment `e`, and what replays gave orders of that plan.
macro_rules! other_terms {
    ($plan:literal) => {
        concat!(
            "(SELECT json_group_array(json_object('since', t.since, 'number', t.number,
                    'commission', json(t.commission)))
                FROM enrollment_terms t WHERE t.enrollment_id = e.id) AS own_terms,
            (SELECT json_group_array(json_object('since', y.since, 'before', y.before, 'number', y.number,
                    'attribution', json(y.attribution), 'commission', json(y.commission)))
                FROM replayed_terms y WHERE y.plan_id = ",
            $plan,
            ") AS replayed"
        )
    };
}
pub(super) use other_terms;

/// A code that failed and never was in its shop may be somebody else's there: it is nobody's here.
const CODES: (&str, &str) = (
    "WITH wanted (of_store, of_text) AS (VALUES ",
    concat!(
        ") SELECT c.store_id, c.text, c.enrollment_id, e.creator_id, e.campaign_id, c.plan_id, c.plan_version, v.terms,
        ",
        other_terms!("c.plan_id"),
        ", (SELECT x.since FROM compromised_codes x WHERE x.code_id = c.id ORDER BY x.number DESC LIMIT 1)
            AS compromised_since, r.email
    FROM wanted CROSS JOIN codes c
    JOIN enrollments e ON e.id = c.enrollment_id
    LEFT JOIN creators r ON r.id = e.creator_id
    JOIN plan_versions v ON v.plan_id = c.plan_id AND v.version = c.plan_version
    WHERE c.store_id = wanted.of_store AND c.text = wanted.of_text AND COALESCE(c.worked, 1) = 1"
    ),
);
/// A link's plan is its enrollment's; the version is the one that the click id was signed with (R12).
const LINKS: (&str, &str) = (
    "WITH wanted (number, version) AS (VALUES ",
    concat!(
        ") SELECT l.number, l.kind, l.enrollment_id, e.creator_id, e.campaign_id, e.plan_id, p.store_id,
        v.version AS plan_version, v.terms, ",
        other_terms!("e.plan_id"),
        ", NULL AS text, NULL AS compromised_since, r.email
    FROM wanted CROSS JOIN links l
    JOIN enrollments e ON e.id = l.enrollment_id
    LEFT JOIN creators r ON r.id = e.creator_id
    JOIN plans p ON p.id = e.plan_id
    JOIN plan_versions v ON v.plan_id = e.plan_id AND v.version = wanted.version
    WHERE l.number = wanted.number"
    ),
);

/// The owners that were looked up lately. One lives as long as its instance.
#[derive(Default)]
pub struct Owners {
    codes: Memory<CodeKey>,
    changes: Cell<i64>,
    links: Memory<LinkKey>,
}

impl Owners {
    /// Forgets everything where a code was compromised, own terms were agreed or a replay gave others since it was
    /// looked up: `changes` counts them.
    pub(super) fn heed(&self, changes: i64) {
        if self.changes.replace(changes) != changes {
            self.codes.0.borrow_mut().clear();
            self.links.0.borrow_mut().clear();
        }
    }

    /// The owners of codes, as far as they have any.
    pub(super) async fn of_codes(
        &self,
        desk: &Desk<'_, impl Sql>,
        wanted: BTreeSet<CodeKey>,
    ) -> Result<HashMap<CodeKey, Rc<Known>>, SqlError> {
        self.codes.recall(desk.now, wanted, async |unknown| read_codes(desk, &unknown).await).await
    }

    /// The owners of links, as far as there are such.
    pub(super) async fn of_links(
        &self,
        desk: &Desk<'_, impl Sql>,
        wanted: BTreeSet<LinkKey>,
    ) -> Result<HashMap<LinkKey, Rc<Known>>, SqlError> {
        self.links.recall(desk.now, wanted, async |unknown| read_links(desk, &unknown).await).await
    }
}

struct Memory<K>(RefCell<HashMap<K, (Timestamp, Rc<Known>)>>);

impl<K> Default for Memory<K> {
    fn default() -> Self {
        Self(RefCell::default())
    }
}

impl<K: Clone + Eq + Hash> Memory<K> {
    /// What is remembered of these, and what `read` finds of the others.
    async fn recall(
        &self,
        now: Timestamp,
        wanted: BTreeSet<K>,
        read: impl AsyncFnOnce(Vec<K>) -> Result<Vec<(K, Rc<Known>)>, SqlError>,
    ) -> Result<HashMap<K, Rc<Known>>, SqlError> {
        let is_fresh =
            |read_at: &Timestamp| now.as_millis().saturating_sub(read_at.as_millis()) < KEPT_MILLIS;
        let mut found = HashMap::with_capacity(wanted.len());
        let mut unknown = Vec::new();
        for key in wanted {
            match self.0.borrow().get(&key) {
                Some((read_at, known)) if is_fresh(read_at) => drop(found.insert(key, Rc::clone(known))),
                _ => unknown.push(key),
            }
        }
        if !unknown.is_empty() {
            let read = read(unknown).await?;
            let mut kept = self.0.borrow_mut();
            if kept.len() + read.len() > MOST_KEPT {
                kept.clear();
            }
            kept.extend(read.iter().take(MOST_KEPT).map(|(key, known)| (key.clone(), (now, known.clone()))));
            found.extend(read);
        }
        Ok(found)
    }
}

/// Codes by their texts, and by the shops' own ids of them.
async fn read_codes(
    desk: &Desk<'_, impl Sql>,
    wanted: &[CodeKey],
) -> Result<Vec<(CodeKey, Rc<Known>)>, SqlError> {
    let ids = wanted.iter().filter(|(_, code)| is_shops_id(code)).cloned().collect();
    let texts = names::texts(desk.sql, &ids).await?;
    let text_of = |key: &CodeKey| (key.0.clone(), texts.get(key).unwrap_or(&key.1).clone());
    let found = read_texts(desk, &wanted.iter().map(text_of).collect()).await?;
    let known = |key: &CodeKey| Some((key.clone(), found.get(&text_of(key))?.clone()));
    Ok(wanted.iter().filter_map(known).collect())
}

async fn read_texts(
    desk: &Desk<'_, impl Sql>,
    wanted: &BTreeSet<CodeKey>,
) -> Result<HashMap<CodeKey, Rc<Known>>, SqlError> {
    let (before, after) = CODES;
    let statement = Statement::new([before, &rows_of_places(1, wanted.len(), 2), after].concat());
    let statement =
        wanted.iter().fold(statement, |statement, (store, text)| statement.bind(store).bind(text));
    let rows = desk.sql.execute(statement).await?;
    rows.iter()
        .map(|row| {
            let known = read(row, desk.buyer_key, true)?;
            Ok(((known.store.clone(), row.get("text")?), Rc::new(known)))
        })
        .collect()
}

async fn read_links(
    desk: &Desk<'_, impl Sql>,
    wanted: &[LinkKey],
) -> Result<Vec<(LinkKey, Rc<Known>)>, SqlError> {
    let (before, after) = LINKS;
    let statement = Statement::new([before, &rows_of_places(1, wanted.len(), 2), after].concat());
    let statement = wanted.iter().fold(statement, |statement, (number, version)| {
        statement.bind(i64::try_from(*number).unwrap_or(i64::MAX)).bind(*version)
    });
    let rows = desk.sql.execute(statement).await?;
    rows.iter()
        .map(|row| {
            let kind: String = row.get("kind")?;
            let known = read(row, desk.buyer_key, kind == "affiliate")?;
            Ok(((row.get("number")?, known.owner.plan_version), Rc::new(known)))
        })
        .collect()
}

/// Own terms as the statements give them.
#[derive(Deserialize)]
struct Agreed {
    since: i64,
    number: i64,
    commission: Option<CommissionTerms>,
}

impl From<Agreed> for OwnTerms {
    fn from(agreed: Agreed) -> Self {
        let Agreed { since, number, commission } = agreed;
        Self { since: Timestamp::from_millis(since), number, commission }
    }
}

/// A replay's terms as the statements give them.
#[derive(Deserialize)]
struct Applied {
    since: i64,
    before: i64,
    number: i64,
    attribution: Option<AttributionTerms>,
    commission: Option<CommissionTerms>,
}

impl From<Applied> for ReplayedTerms {
    fn from(applied: Applied) -> Self {
        let Applied { since, before, number, attribution, commission } = applied;
        let (since, before) = (Timestamp::from_millis(since), Timestamp::from_millis(before));
        Self { since, before, number, attribution, commission }
    }
}

/// Reads an owner. The key is the one that buyers' addresses are hashed with.
pub(super) fn read(row: &Row, buyer_key: &[u8; 32], earns: bool) -> Result<Known, SqlError> {
    let terms: Terms = row.json("terms")?;
    let email: Option<String> = row.get("email")?;
    let owner = Owner {
        enrollment: row.parse("enrollment_id", EnrollmentId::parse)?,
        creator: row.parse_optional("creator_id", CreatorId::parse)?,
        campaign: row.parse("campaign_id", CampaignId::parse)?,
        plan: row.parse("plan_id", PlanId::parse)?,
        plan_version: row.get("plan_version")?,
        terms: terms.attribution,
        earns,
    };
    Ok(Known {
        code: row.get("text")?,
        owner,
        terms: Rc::new(terms),
        own_terms: row.json::<Vec<Agreed>>("own_terms")?.into_iter().map(OwnTerms::from).collect(),
        replayed: row.json::<Vec<Applied>>("replayed")?.into_iter().map(ReplayedTerms::from).collect(),
        store: row.parse("store_id", StoreId::parse)?,
        address: email.map(|email| Rc::new(KnownAddress::of(buyer_key, &email))),
        compromised_since: row.get("compromised_since")?,
    })
}
