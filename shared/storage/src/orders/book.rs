//! Merges what webhooks said into orders, decides their credit and books them (R31, R32, R40).
//!
//! All that waits is booked together: one read of its orders, one decision for each in pure code, one write.
//! Nothing is locked between; whoever lost a race reads again. Equal deliveries find nothing new and write
//! nothing, and what several say of one order at once is one write.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use tributary_domain::click_id::Verifier;
use tributary_domain::ids::{IdRandom, StoreId};
use tributary_domain::order::OrderFacts;
use tributary_domain::{Currency, Timestamp};

use super::code_use;
use super::credit::{credit, describe, fresh, pay};
use super::customers;
use super::limits::{self, limited};
use super::owners::Owners;
use super::read::{Kind, OrderRow, by_external_ids};
use super::returning;
use super::touches;
use super::write::{Write, settle, upsert_all};
use crate::sql::{ROWS_A_STATEMENT, Sql, SqlError};

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

/// When to take what came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Take {
    /// Always: it is merged into what is known.
    Merged,
    /// Where nothing is known of the order yet; otherwise it changes nothing. For what anybody can send.
    IfNew,
}

/// What is to be booked.
#[derive(Debug, Clone)]
pub struct Booking {
    /// What came in.
    pub incoming: Incoming,
    /// When to take it.
    pub take: Take,
    /// Makes the id of an order that is new.
    pub random: IdRandom,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booked {
    /// The order as it is now.
    pub row: Rc<OrderRow>,
    /// Whether anything was new.
    pub changed: bool,
}

/// What is needed to book.
pub struct Desk<'a, S> {
    /// The database.
    pub sql: &'a S,
    /// Tells click ids of ours from others.
    pub verifier: &'a Verifier,
    /// Whose codes and links those are that came lately.
    pub owners: &'a Owners,
    /// Hashes a creator's e-mail address as buyers' are, to tell a creator's own purchase.
    pub buyer_key: &'a [u8; 32],
    /// The time.
    pub now: Timestamp,
}

/// Books what came in, in its order, and tells what became of each.
///
/// # Errors
/// Each has its own: the database's trouble. Then nothing of it was written, and the sender must send again.
pub async fn book_all(desk: &Desk<'_, impl Sql>, bookings: &[Booking]) -> Vec<Result<Booked, SqlError>> {
    let mut results = Results::default();
    for orders in by_order(bookings).chunks(ROWS_A_STATEMENT) {
        let outcome = book_orders(desk, orders, &mut results).await;
        for order in orders {
            let outcome = match &outcome {
                // One order that the database does not take must not take the others with it.
                Err(error) if *error != SqlError::Busy && !order.is_settled(&results) => {
                    book_orders(desk, std::slice::from_ref(order), &mut results).await
                }
                outcome => outcome.clone(),
            };
            if let Err(error) = outcome {
                order.fail(&error, &mut results);
            }
        }
    }
    results.into_values().collect()
}

/// By the place of each booking.
type Results = BTreeMap<usize, Result<Booked, SqlError>>;

/// Everything that is to be booked of one order.
struct Order<'a> {
    /// The place of the first booking.
    first: usize,
    store: &'a StoreId,
    external_id: &'a str,
    bookings: Vec<(usize, &'a Booking)>,
}

fn by_order(bookings: &[Booking]) -> Vec<Order<'_>> {
    let mut orders = BTreeMap::<_, Order<'_>>::new();
    for (place, booking) in bookings.iter().enumerate() {
        let Incoming { store, external_id, .. } = &booking.incoming;
        orders
            .entry((store, external_id))
            .or_insert_with(|| Order { first: place, store, external_id, bookings: Vec::new() })
            .bookings
            .push((place, booking));
    }
    orders.into_values().collect()
}

impl Order<'_> {
    fn is_settled(&self, results: &Results) -> bool {
        results.contains_key(&self.first)
    }

    /// Settles what is not settled yet.
    fn fail(&self, error: &SqlError, results: &mut Results) {
        for (place, _) in &self.bookings {
            results.entry(*place).or_insert_with(|| Err(error.clone()));
        }
    }
}

/// Books orders together, until each is written or has nothing new.
async fn book_orders(
    desk: &Desk<'_, impl Sql>,
    orders: &[Order<'_>],
    results: &mut Results,
) -> Result<(), SqlError> {
    let mut open: Vec<&Order<'_>> = orders.iter().collect();
    for _ in 0..TRIES {
        try_book(desk, &open, results).await?;
        open.retain(|order| !order.is_settled(results));
        if open.is_empty() {
            return Ok(());
        }
    }
    Err(SqlError::Busy)
}

/// Leaves open what somebody else wrote since it was read.
async fn try_book(
    desk: &Desk<'_, impl Sql>,
    orders: &[&Order<'_>],
    results: &mut Results,
) -> Result<(), SqlError> {
    let keys: Vec<_> = orders.iter().map(|order| (order.store, order.external_id)).collect();
    let mut known = by_external_ids(desk.sql, &keys).await?;
    desk.owners.heed(known.changes);
    let mut drafts = Vec::with_capacity(orders.len());
    for order in orders {
        let row = known.rows.remove(&(order.store.clone(), order.external_id.to_owned()));
        drafts.extend(Draft::of(order, row, desk.now));
    }
    let (mut news, old): (Vec<_>, Vec<_>) = drafts.into_iter().partition(Draft::has_news);
    for draft in old {
        draft.close(results);
    }
    if news.is_empty() {
        return Ok(());
    }
    for draft in &mut news {
        draft.row.version += 1;
        describe(&mut draft.row);
    }
    returning::decide(desk.sql, news.iter_mut().map(|draft| &mut draft.row).collect()).await?;
    let rows: Vec<&OrderRow> = news.iter().map(|draft| &draft.row).collect();
    let found = touches::find(desk, &rows).await?;
    let customers = if known.binding { customers::find(desk, &rows).await? } else { HashMap::default() };
    let mut winners = Vec::with_capacity(news.len());
    for (draft, mut found) in news.iter_mut().zip(found) {
        found.add_customer(&draft.row, customers.get(&draft.row.id));
        winners.push(credit(&mut draft.row, found));
    }
    code_use::look(desk.sql, news.iter_mut().map(|draft| &mut draft.row).zip(&winners)).await?;
    let earlier = limits::find(desk.sql, &limited(news.iter().map(|draft| &draft.row))).await?;
    let mut worths = Vec::with_capacity(news.len());
    for (draft, winner) in news.iter_mut().zip(winners) {
        let earlier = earlier.get(&draft.row.id).copied().unwrap_or_default();
        pay(&mut draft.row, winner.as_deref(), earlier);
        worths.push(settle(&mut draft.row, desk.now));
    }
    let writes =
        news.iter().zip(worths).map(|(draft, worth)| Write { row: &draft.row, worth, actor: &draft.actor });
    let written = upsert_all(desk.sql, &writes.collect::<Vec<_>>(), known.changes).await?;
    news.into_iter().filter(|draft| written.contains(&draft.row.id)).for_each(|draft| draft.close(results));
    Ok(())
}

/// An order with everything merged that came in.
struct Draft {
    row: OrderRow,
    actor: String,
    /// Each booking's place, and whether it said anything new.
    bookings: Vec<(usize, bool)>,
}

impl Draft {
    fn of(order: &Order<'_>, known: Option<OrderRow>, now: Timestamp) -> Option<Self> {
        let mut draft = known.map(|row| Self { row, actor: String::new(), bookings: Vec::new() });
        for (place, booking) in &order.bookings {
            draft = Some(match draft {
                Some(draft) => draft.merge(*place, booking),
                None => Self::new(*place, booking, now),
            });
        }
        draft
    }

    fn new(place: usize, booking: &Booking, now: Timestamp) -> Self {
        let incoming = &booking.incoming;
        let row = OrderRow {
            facts: OrderFacts::default().merge(incoming.facts.clone()),
            reason: incoming.reason.clone(),
            ..fresh(incoming, now, booking.random)
        };
        Self { row, actor: incoming.actor.clone(), bookings: vec![(place, true)] }
    }

    fn merge(mut self, place: usize, booking: &Booking) -> Self {
        let incoming = &booking.incoming;
        let facts = match booking.take {
            Take::Merged => self.row.facts.clone().merge(incoming.facts.clone()),
            Take::IfNew => self.row.facts.clone(),
        };
        let is_new = facts != self.row.facts;
        if is_new {
            self.row.facts = facts;
            self.row.reason.clone_from(&incoming.reason);
            self.actor.clone_from(&incoming.actor);
        }
        self.bookings.push((place, is_new));
        self
    }

    fn has_news(&self) -> bool {
        self.bookings.iter().any(|(_, is_new)| *is_new)
    }

    fn close(self, results: &mut Results) {
        let row = Rc::new(self.row);
        for (place, changed) in self.bookings {
            results.insert(place, Ok(Booked { row: Rc::clone(&row), changed }));
        }
    }
}

#[cfg(test)]
mod tests;
