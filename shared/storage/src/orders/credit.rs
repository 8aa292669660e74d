//! An order's row as it follows from what is known of it: its looks, its credit, its commission. Pure.

use std::rc::Rc;

use tributary_domain::attribution::{Decision, JudgedTouch, Outcome, Source, TouchKind, Winner, decide};
use tributary_domain::commission::{Earlier, Sale, of_lead_after, of_order_after};
use tributary_domain::doubt::{Doubt, soon_after_click};
use tributary_domain::ids::{IdRandom, OrderId};
use tributary_domain::lead::event_of;
use tributary_domain::order::{OrderFacts, Status};
use tributary_domain::plan::{CommissionTerms, Terms};
use tributary_domain::{Money, Timestamp};

use super::book::Incoming;
use super::code_use;
use super::owners::Known;
use super::read::{Kind, OrderRow};
use super::touches::Found;

/// The row of an order that nothing is known of yet.
pub(super) fn fresh(incoming: &Incoming, now: Timestamp, random: IdRandom) -> OrderRow {
    let nothing = Money::new(0, incoming.currency);
    OrderRow {
        id: OrderId::new(now, random),
        store: incoming.store.clone(),
        external_id: incoming.external_id.clone(),
        kind: incoming.kind,
        version: 0,
        facts: OrderFacts::default(),
        number: incoming.external_id.clone(),
        status: Status::Pending,
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
        buyer: None,
        bound_to: None,
        binds: false,
        earlier: None,
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
pub(super) fn describe(row: &mut OrderRow) {
    row.status = row.facts.status();
    row.test = row.facts.is_test();
    if let Some(snapshot) = &row.facts.snapshot {
        row.number.clone_from(&snapshot.number);
        row.codes.clone_from(&snapshot.codes);
        row.total = Money::new(snapshot.total, snapshot.currency);
        row.net.currency = snapshot.currency;
        // A shop's clock may be wrong, but no order is placed after we heard of it.
        row.placed_at = snapshot.placed_at.min(row.received_at);
    }
    row.net.amount = row.facts.net();
    // A lead is no purchase: nobody comes back by it.
    row.buyer = row.facts.buyers.first().filter(|_| row.kind == Kind::Order).cloned();
}

/// Decides who is credited, and gives what is known of the winner. What it earns is said by [`pay`].
pub(super) fn credit(row: &mut OrderRow, mut found: Found) -> Option<Rc<Known>> {
    found.govern(row.placed_at);
    let Found { touches, terms, buyers, compromised, bound_to } = found;
    // A window is held to the shop's own word, so that it does not matter when the order came to us.
    let placed_at = row.facts.snapshot.as_ref().map_or(row.placed_at, |snapshot| snapshot.placed_at);
    // A renewal is credited as the first sale was, however long ago that is.
    let decided_at = row.facts.binding.as_ref().map_or(placed_at, |first| first.at.min(placed_at));
    let decision = decide(decided_at, touches);
    let winner = decision.winner.as_ref();
    let known = winner.and_then(|winner| terms.of_winner(winner));
    let terms = known.map(|known| &*known.terms);
    row.enrollment = winner.map(|winner| winner.enrollment_id.clone());
    row.creator = winner.and_then(|winner| winner.creator_id.clone());
    row.campaign = winner.map(|winner| winner.campaign_id.clone());
    row.plan = winner.map(|winner| winner.plan_id.clone());
    row.plan_version = winner.map(|winner| winner.plan_version);
    row.source = source(row.kind, &decision);
    row.code_text = winner.and_then(|winner| winner.code_text.clone());
    row.bound_to = bound_to;
    row.binds = binds(row, winner, known.map(Rc::as_ref));
    row.held_until = terms
        .filter(|terms| terms.hold_days > 0)
        .map(|terms| row.placed_at.plus_days(terms.hold_days.into()));
    let is_limited = |known: &&Rc<Known>| known.commission_at(row.placed_at).is_limited();
    row.earlier = known.filter(is_limited).map(|_| row.earlier.unwrap_or_default());
    row.doubts = Vec::new();
    if row.creator.as_ref().is_some_and(|creator| buyers.contains(creator)) {
        row.doubts.push(Doubt::SelfReferral.as_str().to_owned());
    }
    row.doubts.extend(soon_after_its_click(row, &decision, terms));
    row.doubts.extend(code_use::doubts(row, terms));
    let since = row.code_text.as_ref().and_then(|code| compromised.get(code));
    if since.is_some_and(|since| *since <= row.placed_at) {
        row.doubts.push(Doubt::CodeCompromised.as_str().to_owned());
    }
    row.decision = Some(decision);
    known.cloned()
}

/// Computes the commission under the winner's terms, after orders that came to so much. An order whose buyer was
/// forgotten keeps what is known of that buyer's.
pub(super) fn pay(row: &mut OrderRow, known: Option<&Known>, earlier: Earlier) {
    row.earlier = row.earlier.map(|kept| Earlier {
        buyer_commission: if row.buyer.is_some() { earlier.buyer_commission } else { kept.buyer_commission },
        ..earlier
    });
    let (amount, doubts) = commission(row, known.map(|known| known.commission_at(row.placed_at)));
    row.commission = amount;
    row.doubts.splice(0..0, doubts);
}

/// Whether the buyer is bound by this order: it has a touch of its own, and the plan says so. A test brings nobody;
/// what became of the sale later changes nothing.
fn binds(row: &OrderRow, winner: Option<&Winner>, known: Option<&Known>) -> bool {
    row.kind == Kind::Order
        && !row.test
        && winner.is_some_and(|winner| winner.source != Source::Customer)
        && known.is_some_and(|known| known.attribution_at(row.placed_at).bind_customer_days > 0)
}

/// The winner's own last click, held to the plan's time between click and order.
fn soon_after_its_click(row: &OrderRow, decision: &Decision, terms: Option<&Terms>) -> Option<String> {
    let seconds = terms?.review.seconds_after_click?;
    let is_own = |touch: &&JudgedTouch| {
        touch.kind == TouchKind::Click
            && touch.outcome != Outcome::Rejected
            && touch.enrollment_id == row.enrollment
    };
    let clicked_at = decision.touches.iter().filter(is_own).filter_map(|touch| touch.at).max()?;
    soon_after_click(clicked_at, row.placed_at, seconds)
}

fn source(kind: Kind, decision: &Decision) -> Option<String> {
    let winner = decision.winner.as_ref()?;
    Some(if kind == Kind::Lead { "lead" } else { winner.source.as_str() }.to_owned())
}

/// The commission, and reasons for a person to look at it. A campaign's own code has no creator to pay (R8).
fn commission(row: &OrderRow, terms: Option<&CommissionTerms>) -> (i64, Vec<String>) {
    let Some(terms) = terms.filter(|_| row.creator.is_some()) else {
        return (0, Vec::new());
    };
    let earlier = row.earlier.unwrap_or_default();
    let computed = match row.kind {
        Kind::Lead if !row.status.is_sale() => Ok(None),
        Kind::Lead => of_lead_after(terms, event_of(&row.external_id), earlier),
        Kind::Order => {
            let sale = Sale::of(&row.facts, row.net.currency);
            of_order_after(terms, &sale, earlier).map(|earned| Some(earned.commission))
        }
    };
    match computed {
        Ok(Some(money)) if money.currency == row.net.currency => (money.amount, Vec::new()),
        Ok(None) => (0, Vec::new()),
        Ok(Some(_)) | Err(_) => (0, vec![Doubt::CommissionInAnotherCurrency.as_str().to_owned()]),
    }
}
