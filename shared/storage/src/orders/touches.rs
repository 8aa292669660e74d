//! Finds whom the codes and click ids of an order belong to, and under which terms.

use std::collections::HashMap;

use tributary_domain::Timestamp;
use tributary_domain::attribution::{Owner, Touch, TouchKind, Unowned};
use tributary_domain::click_id::{ClickId, Verifier};
use tributary_domain::ids::{CampaignId, CreatorId, EnrollmentId, PlanId, StoreId};
use tributary_domain::order::OrderFacts;
use tributary_domain::plan::Terms;

use crate::sql::{Row, Sql, SqlError, Statement};

/// The touches of an order, and the terms of every plan version among them.
pub(super) struct Found {
    pub touches: Vec<Touch>,
    pub terms: HashMap<(PlanId, u16), Terms>,
}

const CODES: &str =
    "SELECT c.text, c.enrollment_id, e.creator_id, e.campaign_id, c.plan_id, c.plan_version, v.terms
    FROM codes c
    JOIN enrollments e ON e.id = c.enrollment_id
    JOIN plan_versions v ON v.plan_id = c.plan_id AND v.version = c.plan_version
    WHERE c.store_id = $1 AND c.text IN ";
/// A link's plan is its enrollment's; the version is the one that the click id was signed with (R12).
const LINKS: &str =
    "SELECT l.number, l.kind, l.enrollment_id, e.creator_id, e.campaign_id, e.plan_id, p.store_id,
        v.version AS plan_version, v.terms
    FROM links l
    JOIN enrollments e ON e.id = l.enrollment_id
    JOIN plans p ON p.id = e.plan_id
    JOIN plan_versions v ON v.plan_id = e.plan_id
    WHERE ";

/// Finds an order's touches: at most one read for its codes and one for its clicks.
pub(super) async fn find(
    sql: &impl Sql,
    verifier: &Verifier,
    store: &StoreId,
    facts: &OrderFacts,
) -> Result<Found, SqlError> {
    let mut found = Found { touches: Vec::new(), terms: HashMap::new() };
    if let Some(snapshot) = &facts.snapshot {
        find_codes(sql, store, &facts.codes(), snapshot.placed_at, &mut found).await?;
    }
    find_clicks(sql, verifier, store, facts, &mut found).await?;
    Ok(found)
}

async fn find_codes(
    sql: &impl Sql,
    store: &StoreId,
    codes: &[&str],
    placed_at: Timestamp,
    found: &mut Found,
) -> Result<(), SqlError> {
    if codes.is_empty() {
        return Ok(());
    }
    let places: Vec<String> = (2..codes.len() + 2).map(|number| format!("${number}")).collect();
    let statement = Statement::new(format!("{CODES}({})", places.join(", "))).bind(store);
    let rows = sql.execute(codes.iter().copied().fold(statement, Statement::bind)).await?;
    let mut owners = HashMap::new();
    for row in &rows {
        let text: String = row.get("text")?;
        owners.insert(text, owner(row, true, &mut found.terms)?);
    }
    for code in codes {
        let owner = owners.get(*code).cloned().ok_or(Unowned::Unknown);
        found.touches.push(Touch {
            kind: TouchKind::Code,
            text: (*code).to_owned(),
            at: Some(placed_at),
            owner,
        });
    }
    Ok(())
}

async fn find_clicks(
    sql: &impl Sql,
    verifier: &Verifier,
    store: &StoreId,
    facts: &OrderFacts,
    found: &mut Found,
) -> Result<(), SqlError> {
    let (mut genuine, mut forged) = (Vec::new(), Vec::new());
    for text in &facts.click_ids {
        match verifier.verify(text) {
            Ok(click) => genuine.push((text, click)),
            Err(_) => forged.push(text),
        }
    }
    let owners =
        if genuine.is_empty() { HashMap::new() } else { link_owners(sql, store, &genuine, found).await? };
    for (text, click) in genuine {
        let owner = owners.get(&key(&click)).cloned().ok_or(Unowned::Unknown);
        found.touches.push(Touch { kind: TouchKind::Click, text: text.clone(), at: Some(click.at), owner });
    }
    for text in forged {
        let touch =
            Touch { kind: TouchKind::Click, text: text.clone(), at: None, owner: Err(Unowned::Forged) };
        found.touches.push(touch);
    }
    Ok(())
}

type LinkKey = (u64, u16);

fn key(click: &ClickId) -> LinkKey {
    (click.link.get(), click.plan_version)
}

async fn link_owners(
    sql: &impl Sql,
    store: &StoreId,
    clicks: &[(&String, ClickId)],
    found: &mut Found,
) -> Result<HashMap<LinkKey, Owner>, SqlError> {
    let conditions: Vec<String> = (0..clicks.len())
        .map(|index| format!("(l.number = ${} AND v.version = ${})", 2 * index + 1, 2 * index + 2))
        .collect();
    let mut statement = Statement::new(format!("{LINKS}{}", conditions.join(" OR ")));
    for (_, click) in clicks {
        let number = i64::try_from(click.link.get()).unwrap_or(i64::MAX);
        statement = statement.bind(number).bind(click.plan_version);
    }
    let mut owners = HashMap::new();
    for row in &sql.execute(statement).await? {
        let kind: String = row.get("kind")?;
        let owner = owner(row, kind == "affiliate", &mut found.terms)?;
        // A click that led to another shop earns nothing in this one.
        if row.parse("store_id", StoreId::parse)? == *store {
            owners.insert((row.get("number")?, owner.plan_version), owner);
        }
    }
    Ok(owners)
}

fn owner(row: &Row, earns: bool, terms: &mut HashMap<(PlanId, u16), Terms>) -> Result<Owner, SqlError> {
    let plan = row.parse("plan_id", PlanId::parse)?;
    let plan_version: u16 = row.get("plan_version")?;
    let known: Terms = row.json("terms")?;
    let owner = Owner {
        enrollment: row.parse("enrollment_id", EnrollmentId::parse)?,
        creator: row.parse_optional("creator_id", CreatorId::parse)?,
        campaign: row.parse("campaign_id", CampaignId::parse)?,
        plan: plan.clone(),
        plan_version,
        terms: known.attribution,
        earns,
    };
    terms.insert((plan, plan_version), known);
    Ok(owner)
}
