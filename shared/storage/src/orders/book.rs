//! Merges what a webhook said into an order, decides its credit and books it (R31, R32, R40).
//!
//! Read without a lock, decide in pure code, write once; on a lost race read again. Equal deliveries find
//! nothing new and write nothing.

use tributary_domain::attribution::{Decision, decide};
use tributary_domain::click_id::Verifier;
use tributary_domain::commission::{Base, of_lead, of_order};
use tributary_domain::ids::{IdRandom, OrderId, StoreId};
use tributary_domain::order::OrderFacts;
use tributary_domain::plan::Terms;
use tributary_domain::{Currency, Money, Timestamp};

use super::read::{Kind, OrderRow, by_external_id};
use super::touches::{self, Found};
use super::write::{settle, upsert};
use crate::sql::{Sql, SqlError};

/// How often a lost race is run again. Each lost race means that somebody else's write succeeded.
const TRIES: u32 = 64;

/// What came in.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// The shop that it came from.
    pub store: StoreId,
    /// The shop's currency, for an order of which no amount is known yet.
    pub currency: Currency,
    /// The shop's id of the order.
    pub external_id: String,
    /// A sale or a lead.
    pub kind: Kind,
    /// What it says.
    pub facts: OrderFacts,
    /// Who says so, for the ledger: `shopify`, `postback`.
    pub actor: String,
    /// What it was, for the ledger: `orders/paid`.
    pub reason: String,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booked {
    /// The order as it is now.
    pub row: OrderRow,
    /// Whether anything was new.
    pub changed: bool,
}

/// Books what came in.
///
/// `random` makes the id of an order that is new.
///
/// # Errors
/// The database's trouble; then nothing was written, and the sender must send again.
pub async fn book(
    sql: &impl Sql,
    verifier: &Verifier,
    now: Timestamp,
    random: IdRandom,
    incoming: &Incoming,
) -> Result<Booked, SqlError> {
    for _ in 0..TRIES {
        let known = by_external_id(sql, &incoming.store, &incoming.external_id).await?;
        if let Some(booked) = try_book(sql, verifier, now, random, incoming, known).await? {
            return Ok(booked);
        }
    }
    Err(SqlError::Busy)
}

/// Books what came in where nothing is known of the order yet; otherwise changes nothing. For what anybody
/// can send.
///
/// # Errors
/// As [`book`].
pub async fn book_if_new(
    sql: &impl Sql,
    verifier: &Verifier,
    now: Timestamp,
    random: IdRandom,
    incoming: &Incoming,
) -> Result<Booked, SqlError> {
    for _ in 0..TRIES {
        if let Some(row) = by_external_id(sql, &incoming.store, &incoming.external_id).await? {
            return Ok(Booked { row, changed: false });
        }
        if let Some(booked) = try_book(sql, verifier, now, random, incoming, None).await? {
            return Ok(booked);
        }
    }
    Err(SqlError::Busy)
}

/// `None` where somebody else wrote the order since it was read.
async fn try_book(
    sql: &impl Sql,
    verifier: &Verifier,
    now: Timestamp,
    random: IdRandom,
    incoming: &Incoming,
    known: Option<OrderRow>,
) -> Result<Option<Booked>, SqlError> {
    let is_new = known.is_none();
    let row = known.unwrap_or_else(|| fresh(incoming, now, random));
    let facts = row.facts.clone().merge(incoming.facts.clone());
    if !is_new && facts == row.facts {
        return Ok(Some(Booked { row, changed: false }));
    }
    let found = touches::find(sql, verifier, &incoming.store, &facts).await?;
    let mut row = OrderRow { version: row.version + 1, reason: incoming.reason.clone(), facts, ..row };
    describe(&mut row, now);
    credit(&mut row, found);
    let worth = settle(&mut row, now);
    let written = !sql.execute(upsert(&row, worth, &incoming.actor)?).await?.is_empty();
    Ok(written.then_some(Booked { row, changed: true }))
}

fn fresh(incoming: &Incoming, now: Timestamp, random: IdRandom) -> OrderRow {
    let nothing = Money::new(0, incoming.currency);
    OrderRow {
        id: OrderId::new(now, random),
        store: incoming.store.clone(),
        external_id: incoming.external_id.clone(),
        kind: incoming.kind,
        version: 0,
        facts: OrderFacts::default(),
        number: incoming.external_id.clone(),
        status: tributary_domain::order::Status::Pending,
        net: nothing,
        total: nothing,
        codes: Vec::new(),
        test: false,
        placed_at: now,
        received_at: now,
        updated_at: now,
        decision: None,
        enrollment: None,
        creator: None,
        campaign: None,
        plan: None,
        plan_version: None,
        source: None,
        code_text: None,
        commission: 0,
        approval: None,
        verdict: None,
        doubts: Vec::new(),
        held_until: None,
        counted_value: 0,
        counted_commission: 0,
        owed: 0,
        reason: String::new(),
    }
}

/// Sets what people see of the order from its facts. An order of which only a refund or a cancellation is
/// known keeps the shop's currency and the time at which we heard of it.
fn describe(row: &mut OrderRow, now: Timestamp) {
    row.status = row.facts.status();
    row.test = row.facts.is_test();
    if let Some(snapshot) = &row.facts.snapshot {
        row.number.clone_from(&snapshot.number);
        row.codes.clone_from(&snapshot.codes);
        row.total = Money::new(snapshot.total, snapshot.currency);
        row.net.currency = snapshot.currency;
        // A shop's clock may be wrong, but no order is placed in the future.
        row.placed_at = snapshot.placed_at.min(now);
    }
    row.net.amount = row.facts.net();
}

/// Decides who is credited, and computes the commission under the winner's terms.
fn credit(row: &mut OrderRow, found: Found) {
    // A renewal is credited as the first sale was, however long ago that is.
    let decided_at = row.facts.binding.as_ref().map_or(row.placed_at, |first| first.at.min(row.placed_at));
    let decision = decide(decided_at, found.touches);
    let winner = decision.winner.as_ref();
    let terms = winner.and_then(|winner| found.terms.get(&(winner.plan_id.clone(), winner.plan_version)));
    row.enrollment = winner.map(|winner| winner.enrollment_id.clone());
    row.creator = winner.and_then(|winner| winner.creator_id.clone());
    row.campaign = winner.map(|winner| winner.campaign_id.clone());
    row.plan = winner.map(|winner| winner.plan_id.clone());
    row.plan_version = winner.map(|winner| winner.plan_version);
    row.source = source(row.kind, &decision);
    row.code_text = winner.and_then(|winner| winner.code_text.clone());
    row.held_until = terms
        .filter(|terms| terms.hold_days > 0)
        .map(|terms| row.placed_at.plus_days(terms.hold_days.into()));
    (row.commission, row.doubts) = commission(row, terms);
    row.decision = Some(decision);
}

fn source(kind: Kind, decision: &Decision) -> Option<String> {
    let winner = decision.winner.as_ref()?;
    Some(if kind == Kind::Lead { "lead" } else { winner.source.as_str() }.to_owned())
}

/// The commission, and reasons for a person to look at it. A campaign's own code has no creator to pay (R8).
fn commission(row: &OrderRow, terms: Option<&Terms>) -> (i64, Vec<String>) {
    let Some(terms) = terms.filter(|_| row.creator.is_some()) else {
        return (0, Vec::new());
    };
    let computed = match row.kind {
        Kind::Lead => Ok(of_lead(&terms.commission).filter(|_| row.status.is_sale())),
        Kind::Order => {
            let base = Base { net: row.net, original_net: row.facts.original_net() };
            of_order(&terms.commission, base).map(Some)
        }
    };
    match computed {
        Ok(Some(money)) if money.currency == row.net.currency => (money.amount, Vec::new()),
        Ok(None) => (0, Vec::new()),
        Ok(Some(_)) | Err(_) => (0, vec!["flat_commission_in_another_currency".to_owned()]),
    }
}
