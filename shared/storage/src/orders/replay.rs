//! Runs the same decision over history, under the rules of each plan version or under proposed ones (R43).
//!
//! History is read a page at a time, so the memory that it takes grows with what moves and not with what is
//! considered. Codes that became known since an order came in are credited by it (R44). A replay under unchanged
//! rules of orders whose codes and links are as they were moves nothing.
//!
//! What is proposed and applied is a rule from then on, for the orders of the range: the booking and every later
//! decision follow it, whenever a webhook comes.

mod buyers;
mod keep;

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use tributary_domain::ids::{CreatorId, EnrollmentId, OrderId, PlanId, StoreId};
use tributary_domain::plan::{AttributionTerms, CommissionTerms, Terms};
use tributary_domain::replayed_terms::ReplayedTerms;
use tributary_domain::{Currency, Timestamp};

use buyers::Buyers;

use super::book::Desk;
use super::changes;
use super::credit::{credit, pay};
use super::customers;
use super::limits::{Course, limited};
use super::read::{OrderRow, placed_between};
use super::touches;
use super::write::{Write, settle, upsert};
use crate::sql::{Sql, SqlError, Statement};

/// Orders that are held in memory at once.
const PAGE: u32 = 500;

/// Terms that a plan might have, in all of its versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The plan.
    pub plan: PlanId,
    /// How credit would be decided; `None`: as each version says.
    pub attribution: Option<AttributionTerms>,
    /// What a creator would earn; `None`: as each version says.
    pub commission: Option<CommissionTerms>,
}

impl Proposal {
    /// A version's terms as they would be.
    pub fn apply(&self, terms: &Terms) -> Terms {
        Terms {
            attribution: self.attribution.unwrap_or(terms.attribution),
            commission: self.commission.clone().unwrap_or_else(|| terms.commission.clone()),
            ..terms.clone()
        }
    }
}

/// Which orders are decided anew, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replay {
    /// Placed from this moment on.
    pub from: Timestamp,
    /// Placed before this moment.
    pub before: Timestamp,
    /// Of this store alone.
    pub store: Option<StoreId>,
    /// Under these terms; `None`: under those that hold.
    pub proposal: Option<Proposal>,
    /// How many moved orders are told, at most; all are counted.
    pub most_told: usize,
}

impl Replay {
    /// The proposal as it would hold for the orders of the range.
    fn proposed(&self) -> Option<(&PlanId, Rc<[ReplayedTerms]>)> {
        let Proposal { plan, attribution, commission } = self.proposal.as_ref()?;
        let (attribution, commission) = (*attribution, commission.clone());
        let terms =
            ReplayedTerms { since: self.from, before: self.before, number: 0, attribution, commission };
        Some((plan, Rc::from([terms])))
    }
}

/// Who is credited and what for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credit {
    /// The enrollment.
    pub enrollment: Option<EnrollmentId>,
    /// Its creator.
    pub creator: Option<CreatorId>,
    /// The commission that counts, in minor units of the order's currency.
    pub commission: i64,
}

impl Credit {
    fn of(row: &OrderRow) -> Self {
        Self {
            enrollment: row.enrollment.clone(),
            creator: row.creator.clone(),
            commission: row.counted_commission,
        }
    }
}

/// An order whose credit is another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// The order.
    pub order: OrderId,
    /// The number that people use.
    pub number: String,
    /// Its currency.
    pub currency: Currency,
    /// What it was.
    pub from: Credit,
    /// What it would be, or is.
    pub to: Credit,
}

/// What moves for a creator, in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Difference {
    /// Orders that move to them, from them or in their amount.
    pub orders: u64,
    /// The commission of those before, in minor units.
    pub before: i64,
    /// The commission of those after.
    pub after: i64,
}

/// What a replay came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Replayed {
    /// How many orders were decided anew.
    pub considered: u64,
    /// How many of them move.
    pub moved_in_all: u64,
    /// How many rows are to be written: those that move, and those that bind their buyer or no longer do.
    pub written_in_all: u64,
    /// Those that are told, the oldest first.
    pub moved: Vec<Moved>,
    /// By creator and currency.
    pub by_creator: BTreeMap<(CreatorId, Currency), Difference>,
}

/// What becomes of the differences.
pub enum Booking<'a> {
    /// Nothing: a dry run.
    DryRun,
    /// They are written, by this actor for this reason. Where more than that many orders move, nothing is.
    Apply {
        /// Who.
        actor: &'a str,
        /// Why.
        reason: &'a str,
        /// How many rows are written together, at most.
        most: u64,
    },
}

/// Decides history anew. Gives the statements that book the differences beside what they are, and make the proposal
/// hold; none for a dry run, or where too many orders move.
///
/// # Errors
/// The database's trouble.
pub async fn replay(
    desk: &Desk<'_, impl Sql>,
    replay: &Replay,
    booking: &Booking<'_>,
) -> Result<(Replayed, Vec<Statement>), SqlError> {
    let (mut replayed, mut statements) = (Replayed::default(), Vec::new());
    let mut buyers = Buyers::of_range(replay.from);
    let mut course = Course::from(replay.from);
    let proposed = replay.proposed();
    if let Booking::Apply { actor, .. } = booking {
        statements.push(changes::unchanged(changes::count(desk.sql).await?));
        if let Some(proposal) = &replay.proposal {
            statements.extend(keep::keep(replay, proposal, actor, desk.now)?);
        }
    }
    let mut after = (replay.from, String::new());
    let is_any_bound = customers::is_any_before(desk.sql, replay.from).await?;
    loop {
        let rows = placed_between(desk.sql, &after, replay.before, replay.store.as_ref(), PAGE).await?;
        let Some(last) = rows.last() else { return Ok((replayed, statements)) };
        after = (last.placed_at, last.id.to_string());
        let page: Vec<&OrderRow> = rows.iter().collect();
        let found = touches::find(desk, &page).await?;
        let customers = if is_any_bound { customers::find(desk, &page).await? } else { HashMap::new() };
        let mut credited = Vec::with_capacity(rows.len());
        for (mut row, mut found) in rows.into_iter().zip(found) {
            let kept = Kept::of(&row);
            found.add_customer(&row, buyers.first_order(&row, customers.get(&row.id)));
            if let Some((plan, terms)) = &proposed {
                found.propose(plan, terms);
            }
            row.version += 1;
            let winner = credit(&mut row, found);
            buyers.note(&row, winner.as_ref());
            credited.push((kept, row, winner));
        }
        course.look_up(desk.sql, &limited(credited.iter().map(|(_, row, _)| row))).await?;
        for (kept, mut decided, winner) in credited {
            let earlier = course.before(&decided);
            pay(&mut decided, winner.as_deref(), earlier);
            let worth = settle(&mut decided, desk.now);
            course.note(&decided);
            replayed.considered += 1;
            let now = Kept::of(&decided);
            if kept.credit != now.credit || kept.commission != now.commission {
                replayed.note(&decided, kept.credit, now.credit, replay.most_told);
            } else if (kept.binds, &kept.bound_to) == (now.binds, &now.bound_to) {
                continue;
            }
            replayed.written_in_all += 1;
            if let Booking::Apply { actor, reason, most } = booking {
                decided.reason = (*reason).to_owned();
                if replayed.written_in_all <= *most {
                    let write = Write { row: &decided, worth, actor };
                    statements.push(upsert(&[write])?.must_return());
                }
            }
        }
    }
}

/// What is compared of an order: it moves where somebody else is credited, or the commission is another one. What a
/// person decided stays.
struct Kept {
    credit: Credit,
    /// The commission under the terms, whether or not it counts.
    commission: i64,
    /// What the buyer's other orders follow from.
    binds: bool,
    bound_to: Option<OrderId>,
}

impl Kept {
    fn of(row: &OrderRow) -> Self {
        Self {
            credit: Credit::of(row),
            commission: row.commission,
            binds: row.binds,
            bound_to: row.bound_to.clone(),
        }
    }
}

impl Replayed {
    fn note(&mut self, row: &OrderRow, from: Credit, to: Credit, most_told: usize) {
        let currency = row.net.currency;
        self.moved_in_all += 1;
        if let Some(creator) = &from.creator {
            let difference = self.by_creator.entry((creator.clone(), currency)).or_default();
            difference.orders += 1;
            difference.before = difference.before.saturating_add(from.commission);
        }
        if let Some(creator) = &to.creator {
            let difference = self.by_creator.entry((creator.clone(), currency)).or_default();
            difference.orders += u64::from(from.creator != to.creator);
            difference.after = difference.after.saturating_add(to.commission);
        }
        if self.moved.len() < most_told {
            let (order, number) = (row.id.clone(), row.number.clone());
            self.moved.push(Moved { order, number, currency, from, to });
        }
    }
}

#[cfg(test)]
mod keep_tests;
#[cfg(test)]
pub(super) mod tests;
