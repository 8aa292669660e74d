//! Finds whom the codes and click ids of orders belong to, and under which terms.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use tributary_domain::Timestamp;
use tributary_domain::attribution::{Touch, TouchKind, Unowned, Winner};
use tributary_domain::click_id::{ClickId, Verifier};
use tributary_domain::ids::{CreatorId, OrderId, PlanId};
use tributary_domain::order::OrderFacts;
use tributary_domain::replayed_terms::ReplayedTerms;

use super::book::Desk;
use super::customers::Customer;
use super::owners::{CodeKey, Known, LinkKey};
use super::read::OrderRow;
use crate::sql::{Sql, SqlError};

/// The touches of an order, and the terms of every plan version among them.
#[derive(Default)]
pub(super) struct Found {
    pub touches: Vec<Touch>,
    pub terms: KnownTerms,
    /// Creators whose own e-mail address is the buyer's.
    pub buyers: BTreeSet<CreatorId>,
    /// Codes that earn nothing from a moment on.
    pub compromised: BTreeMap<String, Timestamp>,
    /// The buyer's first order under a plan that binds its customers.
    pub bound_to: Option<OrderId>,
}

/// The terms of some plans' versions.
#[derive(Default)]
pub(super) struct KnownTerms(Vec<Rc<Known>>);

impl KnownTerms {
    fn of(&self, plan: &PlanId, version: u16) -> Option<&Rc<Known>> {
        let is_it = |known: &&Rc<Known>| known.owner.plan == *plan && known.owner.plan_version == version;
        self.0.iter().find(is_it)
    }

    /// What holds for the winner.
    pub(super) fn of_winner(&self, winner: &Winner) -> Option<&Rc<Known>> {
        let is_it = |known: &&Rc<Known>| {
            known.owner.enrollment == winner.enrollment_id
                && known.owner.plan == winner.plan_id
                && known.owner.plan_version == winner.plan_version
        };
        self.0.iter().find(is_it)
    }
}

/// Finds the touches of each of these orders: at most one read for all codes and one for all links, none where
/// their owners are known.
pub(super) async fn find(desk: &Desk<'_, impl Sql>, rows: &[&OrderRow]) -> Result<Vec<Found>, SqlError> {
    let clicks: Vec<_> = rows.iter().map(|row| Clicks::of(desk.verifier, &row.facts)).collect();
    let codes: BTreeSet<CodeKey> = rows.iter().flat_map(|row| code_keys(row)).collect();
    let links: BTreeSet<LinkKey> = clicks.iter().flat_map(Clicks::keys).collect();
    let codes = desk.owners.of_codes(desk, codes).await?;
    let links = desk.owners.of_links(desk, links).await?;
    let find = |(row, clicks): (&&OrderRow, Clicks<'_>)| {
        let mut found = Found::default();
        found.add_codes(row, &codes);
        found.add_clicks(row, clicks, &links);
        found.find_buyers(row);
        found
    };
    Ok(rows.iter().zip(clicks).map(find).collect())
}

fn code_keys(row: &OrderRow) -> impl Iterator<Item = CodeKey> {
    // Without a description nothing tells when the code was used.
    let codes = row.facts.snapshot.iter().flat_map(|_| row.facts.codes());
    codes.map(|code| (row.store.clone(), code.to_owned()))
}

impl Found {
    fn push(&mut self, touch: Touch, known: Option<&Rc<Known>>) {
        self.touches.push(touch);
        self.terms.0.extend(known.cloned());
    }

    /// Adds the buyer's first order. What belonged to the order itself was found before.
    pub(super) fn add_customer(&mut self, row: &OrderRow, customer: Option<&Customer>) {
        let Some(Customer { order, placed_at, known }) = customer else { return };
        self.bound_to = Some(order.clone());
        let (kind, text) = (TouchKind::Customer, order.to_string());
        let owner = Ok(known.owner.clone());
        self.push(Touch { kind, text, at: Some(*placed_at), owner }, Some(known));
        self.find_buyers(row);
    }

    /// Notes each creator who is the buyer. The buyer is known by a hash alone, so the creators' are held to it.
    fn find_buyers(&mut self, row: &OrderRow) {
        let is_buyer = |known: &&Rc<Known>| {
            known.address.as_ref().is_some_and(|address| address.is_buyer_of(&row.facts))
        };
        if !row.facts.buyers.is_empty() {
            self.buyers = self
                .terms
                .0
                .iter()
                .filter(is_buyer)
                .filter_map(|known| known.owner.creator.clone())
                .collect();
        }
    }

    /// The same as if a replay had given these terms to orders of that plan, and none before it any.
    pub(super) fn propose(&mut self, plan: &PlanId, proposed: &Rc<[ReplayedTerms]>) {
        for known in self.terms.0.iter_mut().filter(|known| known.owner.plan == *plan) {
            Rc::make_mut(known).replayed = Rc::clone(proposed);
        }
    }

    /// Puts each touch under the terms that hold for an order that was placed at that moment.
    pub(super) fn govern(&mut self, placed_at: Timestamp) {
        if self.terms.0.iter().all(|known| known.replayed.is_empty()) {
            return;
        }
        for owner in self.touches.iter_mut().filter_map(|touch| touch.owner.as_mut().ok()) {
            if let Some(known) = self.terms.of(&owner.plan, owner.plan_version) {
                owner.terms = known.attribution_at(placed_at);
            }
        }
    }

    fn add_codes(&mut self, row: &OrderRow, known: &HashMap<CodeKey, Rc<Known>>) {
        let placed_at = row.facts.snapshot.as_ref().map(|snapshot| snapshot.placed_at);
        for key in code_keys(row) {
            let known = known.get(&key);
            let owner = known.map(|known| known.owner.clone()).ok_or(Unowned::Unknown);
            let text = known.and_then(|known| known.code.clone()).unwrap_or(key.1);
            if self.touches.iter().any(|touch| touch.text == text) {
                continue;
            }
            let since = known.and_then(|known| known.compromised_since);
            self.compromised.extend(since.map(|since| (text.clone(), since)));
            self.push(Touch { kind: TouchKind::Code, text, at: placed_at, owner }, known);
        }
    }

    fn add_clicks(&mut self, row: &OrderRow, clicks: Clicks<'_>, known: &HashMap<LinkKey, Rc<Known>>) {
        for (text, click) in clicks.genuine {
            // A click that led to another shop earns nothing in this one.
            let known = known.get(&key(&click)).filter(|known| known.store == row.store);
            let owner = known.map(|known| known.owner.clone()).ok_or(Unowned::Unknown);
            let (kind, text) = (TouchKind::Click, text.to_owned());
            self.push(Touch { kind, text, at: Some(click.at), owner }, known);
        }
        for text in clicks.forged {
            let (kind, text) = (TouchKind::Click, text.to_owned());
            self.push(Touch { kind, text, at: None, owner: Err(Unowned::Forged) }, None);
        }
    }
}

/// The click ids of an order.
struct Clicks<'a> {
    genuine: Vec<(&'a str, ClickId)>,
    forged: Vec<&'a str>,
}

impl<'a> Clicks<'a> {
    fn of(verifier: &Verifier, facts: &'a OrderFacts) -> Self {
        let mut clicks = Self { genuine: Vec::new(), forged: Vec::new() };
        for text in &facts.click_ids {
            match verifier.verify(text) {
                Ok(click) => clicks.genuine.push((text, click)),
                Err(_) => clicks.forged.push(text),
            }
        }
        clicks
    }

    fn keys(&self) -> impl Iterator<Item = LinkKey> {
        self.genuine.iter().map(|(_, click)| key(click))
    }
}

fn key(click: &ClickId) -> LinkKey {
    (click.link.get(), click.plan_version)
}
