//! The rule that all codes of a plan's version share, on platforms that have such rules (R6).
//!
//! It is made once: whoever leases it makes it, the others come back for it.

use tributary_domain::ids::{PlanId, StoreId};

use super::work::Lease;
use crate::sql::{Row, Sql, SqlError, Statement};

/// Where a rule stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rule {
    /// The shop has it under this id.
    Made(String),
    /// It is ours to make.
    Ours(Doubt),
    /// Somebody else is making it.
    BeingMade,
}

/// Whether it may be there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// Nobody has tried.
    No,
    /// Somebody may have made it and not lived to tell.
    Yes,
}

/// Which rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleOf<'a> {
    /// Of which store.
    pub store: &'a StoreId,
    /// Of which plan.
    pub plan: &'a PlanId,
    /// Of which version.
    pub version: u16,
}

/// `lease_owner` of a rule that is made is NULL; an owner who is left over has died.
const LEASE: &str =
    "INSERT INTO shop_rules (store_id, plan_id, plan_version, in_doubt, lease_owner, lease_until)
    VALUES ($1, $2, $3, 0, $4, $5)
    ON CONFLICT (store_id, plan_id, plan_version) DO UPDATE
    SET in_doubt = CASE WHEN shop_rules.lease_owner IS NULL THEN shop_rules.in_doubt ELSE 1 END,
        lease_owner = excluded.lease_owner, lease_until = excluded.lease_until
    WHERE shop_rules.remote IS NULL AND (shop_rules.lease_until IS NULL OR shop_rules.lease_until <= $6)
    RETURNING in_doubt";
const REMOTE: &str =
    "SELECT remote FROM shop_rules WHERE store_id = $1 AND plan_id = $2 AND plan_version = $3";
const KEEP: &str = "UPDATE shop_rules SET remote = $4, in_doubt = 0, lease_owner = NULL, lease_until = NULL
    WHERE store_id = $1 AND plan_id = $2 AND plan_version = $3";
const FORGET: &str = "UPDATE shop_rules SET remote = NULL, in_doubt = 0
    WHERE store_id = $1 AND plan_id = $2 AND plan_version = $3 AND remote = $4";
const GIVE_BACK: &str = "UPDATE shop_rules SET in_doubt = $4, lease_owner = NULL, lease_until = NULL
    WHERE store_id = $1 AND plan_id = $2 AND plan_version = $3 AND lease_owner = $5";
const OF_STORE: &str = "SELECT plan_id, plan_version, remote FROM shop_rules
    WHERE store_id = $1 AND remote IS NOT NULL ORDER BY plan_id, plan_version";

impl RuleOf<'_> {
    fn statement(&self, sql: &str) -> Statement {
        Statement::new(sql).bind(self.store).bind(self.plan).bind(self.version)
    }
}

/// Finds a rule, or leases it to be made.
pub async fn find_or_lease(sql: &impl Sql, rule: RuleOf<'_>, lease: &Lease<'_>) -> Result<Rule, SqlError> {
    if let Some(remote) = remote(sql, rule).await? {
        return Ok(Rule::Made(remote));
    }
    let statement = rule.statement(LEASE).bind(lease.owner).bind(lease.until).bind(lease.now);
    if let Some(row) = sql.execute(statement).await?.first() {
        let doubt = if row.get("in_doubt")? { Doubt::Yes } else { Doubt::No };
        return Ok(Rule::Ours(doubt));
    }
    // Made since we looked, or being made.
    Ok(remote(sql, rule).await?.map_or(Rule::BeingMade, Rule::Made))
}

async fn remote(sql: &impl Sql, rule: RuleOf<'_>) -> Result<Option<String>, SqlError> {
    sql.execute(rule.statement(REMOTE)).await?.first().map_or(Ok(None), |row| row.get("remote"))
}

/// Keeps the id of a rule that was made.
pub fn keep(rule: RuleOf<'_>, remote: &str) -> Statement {
    rule.statement(KEEP).bind(remote)
}

/// Forgets a rule that the shop has no more, so that it is made anew, unless somebody has done so meanwhile.
pub fn forget(rule: RuleOf<'_>, remote: &str) -> Statement {
    rule.statement(FORGET).bind(remote)
}

/// Gives a rule back that was not made, or perhaps was.
pub fn give_back(rule: RuleOf<'_>, doubt: Doubt, owner: &str) -> Statement {
    rule.statement(GIVE_BACK).bind(doubt == Doubt::Yes).bind(owner)
}

/// A rule that a shop has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The plan.
    pub plan: PlanId,
    /// Its version.
    pub version: u16,
    /// The shop's own id of it.
    pub remote: String,
}

/// The rules that a store's shop has.
pub async fn of_store(sql: &impl Sql, store: &StoreId) -> Result<Vec<Kept>, SqlError> {
    let read = |row: &Row| {
        Ok(Kept {
            plan: row.parse("plan_id", PlanId::parse)?,
            version: row.get("plan_version")?,
            remote: row.get("remote")?,
        })
    };
    sql.execute(Statement::new(OF_STORE).bind(store)).await?.iter().map(read).collect()
}
