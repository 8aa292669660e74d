//! One page of a store's orders, held against ours and taken in.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::{Value, json};
use tributary_domain::order::{OrderFacts, Status};
use tributary_domain::{Currency, Money};
use tributary_platforms::OrderUpdate;
use tributary_storage::orders::{self, OrderRow};
use tributary_web::{Context, Problem};

use super::listing::Page;
use crate::shop::Shop;
use crate::take;

/// What the ledger says of a line that a reconciliation caused.
const REASON: &str = "reconcile";

/// What two parties may say differently of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Said {
    status: Status,
    net: Money,
    total: Money,
    codes: Vec<String>,
}

impl Said {
    fn of(facts: &OrderFacts, otherwise: Currency) -> Self {
        let snapshot = facts.snapshot.as_ref();
        let currency = snapshot.map_or(otherwise, |snapshot| snapshot.currency);
        Self {
            status: facts.status(),
            net: Money::new(facts.net(), currency),
            total: Money::new(snapshot.map_or(0, |snapshot| snapshot.total), currency),
            codes: snapshot.map(|snapshot| snapshot.codes.clone()).unwrap_or_default(),
        }
    }

    fn to_wire(&self) -> Value {
        json!({"status": self.status, "value": self.net, "total": self.total, "codes": self.codes})
    }
}

/// How an order of the store's stands with us.
enum Finding {
    Equal,
    Missing,
    Different { ours: Said },
}

/// What a page of a store's orders came to.
#[derive(Default)]
pub(super) struct Report {
    pub equal: usize,
    pub missing: Vec<Value>,
    pub different: Vec<Value>,
    /// Why some orders cannot be read.
    unreadable: Vec<String>,
    /// What the orders of each kind are worth by the store, by kind and currency.
    values: BTreeMap<&'static str, BTreeMap<Currency, i64>>,
}

impl Report {
    /// Compares each order of the page with ours, and takes it in.
    ///
    /// # Errors
    /// The database's trouble: then the page is to be read again, which changes nothing twice.
    pub(super) async fn of(context: &Rc<Context>, shop: &Shop, page: Page) -> Result<Self, Problem> {
        let mut report = Self::default();
        for aside in page.asides {
            take::aside(context, shop, aside, REASON).await?;
        }
        for order in page.orders {
            match order {
                Ok(update) => report.hold(context, shop, update).await?,
                Err(unreadable) => report.unreadable.push(unreadable.to_string()),
            }
        }
        Ok(report)
    }

    async fn hold(&mut self, context: &Rc<Context>, shop: &Shop, update: OrderUpdate) -> Result<(), Problem> {
        let id = update.external_id.clone();
        let before = orders::by_external_id(&context.sql, &shop.id, &id).await?;
        take::order(context, shop, update, REASON).await?;
        let after = orders::by_external_id(&context.sql, &shop.id, &id).await?;
        let Some(after) = after else { return Ok(()) };
        let theirs = Said::of(&after.facts, shop.currency);
        self.note(&after, finding(before.as_ref(), &theirs, shop.currency), &theirs);
        Ok(())
    }

    fn note(&mut self, row: &OrderRow, finding: Finding, theirs: &Said) {
        let names = json!({"externalId": row.external_id, "number": row.number, "orderId": row.id});
        let mut line = theirs.to_wire();
        let kind = match finding {
            Finding::Equal => {
                self.equal += 1;
                "equal"
            }
            Finding::Missing => {
                extend(&mut line, names);
                self.missing.push(line);
                "missing"
            }
            Finding::Different { ours } => {
                let mut line = json!({"ours": ours.to_wire(), "theirs": theirs.to_wire()});
                extend(&mut line, names);
                self.different.push(line);
                "different"
            }
        };
        let sum = self.values.entry(kind).or_default().entry(theirs.net.currency).or_default();
        *sum = sum.saturating_add(theirs.net.amount);
    }

    /// How many orders of each kind there are.
    pub(super) fn counts(&self) -> Value {
        json!({"equal": self.equal, "missing": self.missing.len(), "different": self.different.len(),
            "unreadable": self.unreadable.len()})
    }

    pub(super) fn to_wire(&self) -> Value {
        let values: BTreeMap<&str, Vec<Money>> = ["equal", "missing", "different"]
            .into_iter()
            .map(|kind| {
                let sums = self.values.get(kind).into_iter().flatten();
                (kind, sums.map(|(currency, sum)| Money::new(*sum, *currency)).collect())
            })
            .collect();
        json!({"equal": self.equal, "missing": self.missing, "different": self.different,
            "unreadable": self.unreadable, "values": values})
    }
}

/// An order of which only a refund or a click was known is missing: nothing says what it is worth.
fn finding(before: Option<&OrderRow>, theirs: &Said, otherwise: Currency) -> Finding {
    match before.filter(|row| row.facts.snapshot.is_some()) {
        None => Finding::Missing,
        Some(row) => {
            let ours = Said::of(&row.facts, otherwise);
            if ours == *theirs { Finding::Equal } else { Finding::Different { ours } }
        }
    }
}

fn extend(line: &mut Value, more: Value) {
    if let (Value::Object(line), Value::Object(more)) = (line, more) {
        line.extend(more);
    }
}
