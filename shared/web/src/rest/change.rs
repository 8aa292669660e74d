//! What a handler wants to change, committed in one transaction.

use std::fmt::Display;

use serde_json::Value;
use tributary_storage::{Sql, SqlError, Statement, audit};

use super::Call;
use super::idempotency::{self, Key};
use super::version::tagged;
use crate::answer::Answer;
use crate::links;
use crate::problem::Problem;

/// What a handler came to.
pub enum Outcome {
    /// An answer, and nothing to write.
    Answer(Answer),
    /// Something to write.
    Change(Box<Change>),
}

impl Outcome {
    /// 200 with JSON.
    pub fn json(value: &impl serde::Serialize) -> Self {
        Self::Answer(Answer::json(200, value))
    }
}

impl From<Change> for Outcome {
    fn from(change: Change) -> Self {
        Self::Change(Box::new(change))
    }
}

impl From<Answer> for Outcome {
    fn from(answer: Answer) -> Self {
        Self::Answer(answer)
    }
}

/// Statements to commit together, the answer when they are, and what the audit log says of it.
pub struct Change {
    statements: Vec<Statement>,
    status: u16,
    body: Value,
    action: &'static str,
    subject: String,
    before: Option<Value>,
    after: Option<Value>,
    reason: Option<String>,
    conflicts: Vec<(&'static str, Problem)>,
    races: Vec<&'static str>,
    stale: Option<Problem>,
    version: Option<String>,
    stale_cache: Vec<String>,
    runs_again: bool,
}

impl Change {
    /// A change of `subject` (an id) that the audit log calls `action`, answered 200 with `body`.
    pub fn new(action: &'static str, subject: impl Into<String>, body: Value) -> Self {
        Self {
            statements: Vec::new(),
            status: 200,
            body,
            action,
            subject: subject.into(),
            before: None,
            after: None,
            reason: None,
            conflicts: Vec::new(),
            races: Vec::new(),
            stale: None,
            version: None,
            stale_cache: Vec::new(),
            runs_again: false,
        }
    }

    /// Answers with another status: 201 for what was made, 202 for what is under way, 204 without a body.
    #[must_use]
    pub fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// Adds a statement.
    #[must_use]
    pub fn with(mut self, statement: Statement) -> Self {
        self.statements.push(statement);
        self
    }

    /// Adds statements.
    #[must_use]
    pub fn with_all(mut self, statements: impl IntoIterator<Item = Statement>) -> Self {
        self.statements.extend(statements);
        self
    }

    /// What it was and what it is, for the audit log. No secrets.
    #[must_use]
    pub fn audited(mut self, before: Option<Value>, after: Option<Value>) -> Self {
        (self.before, self.after) = (before, after);
        self
    }

    /// Why, in the caller's words.
    #[must_use]
    pub fn because(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into());
        self
    }

    /// What to answer where a unique constraint on these columns forbids it.
    #[must_use]
    pub fn on_conflict(mut self, columns: &'static str, problem: Problem) -> Self {
        self.conflicts.push((columns, problem));
        self
    }

    /// What to answer where a row that must be changed is not there as it was read.
    #[must_use]
    pub fn on_stale(mut self, problem: Problem) -> Self {
        self.stale = Some(problem);
        self
    }

    /// The version that the change makes, for the next `If-Match`.
    #[must_use]
    pub fn version(mut self, version: impl Display) -> Self {
        self.version = Some(version.to_string());
        self
    }

    /// Lets the handler decide anew, a few times, where a row that must be changed is not there as it was
    /// read: for acts that mean the same whatever the row has become.
    #[must_use]
    pub fn run_again_when_stale(mut self) -> Self {
        self.runs_again = true;
        self
    }

    /// Lets the handler decide anew, a few times, where a unique constraint on these columns forbids it:
    /// somebody else was faster, and the handler finds another text, or what they made.
    #[must_use]
    pub fn run_again_when_taken(mut self, columns: impl IntoIterator<Item = &'static str>) -> Self {
        self.races.extend(columns);
        self
    }

    pub(super) fn may_run_again(&self) -> bool {
        (self.runs_again && self.stale.is_none()) || !self.races.is_empty()
    }

    /// Keys of the cache that this change makes stale.
    #[must_use]
    pub fn forget(mut self, keys: impl IntoIterator<Item = String>) -> Self {
        self.stale_cache.extend(keys);
        self
    }
}

/// Commits a change with its audit line and its idempotency key, all or nothing, and answers.
///
/// # Errors
/// What the change's conflicts say, or the database's trouble; then nothing was written.
pub(super) async fn commit(call: &Call, change: Change, key: Option<&Key>) -> Result<Answer, Problem> {
    let mut statements = Vec::with_capacity(change.statements.len() + 3);
    if let Some(key) = key {
        let body = change.body.to_string();
        statements.extend(idempotency::remember(call, key, change.status, body.as_bytes())?);
    }
    statements.extend(change.statements);
    statements.push(audit::write(&audit::Entry {
        at: call.context.now(),
        actor: &call.actor.name,
        action: change.action,
        subject: &change.subject,
        before: change.before.as_ref(),
        after: change.after.as_ref(),
        reason: change.reason.as_deref(),
    }));
    match call.context.sql.transaction(statements).await {
        Ok(_) => {}
        Err(SqlError::Unique(columns)) => {
            if let (true, Some(key)) = (columns.starts_with("idempotency."), key) {
                return idempotency::replay(&call.context, key).await;
            }
            if change.races.contains(&columns.as_str()) {
                return Err(SqlError::Stale.into());
            }
            let known = change.conflicts.into_iter().find(|(expected, _)| *expected == columns);
            return Err(known.map_or_else(|| SqlError::Unique(columns).into(), |(_, problem)| problem));
        }
        Err(SqlError::Stale) => {
            return Err(change.stale.or_else(|| call.outrun()).unwrap_or_else(|| SqlError::Stale.into()));
        }
        Err(error) => return Err(error.into()),
    }
    links::forget(&call.context, &change.stale_cache).await;
    let answer =
        if change.status == 204 { Answer::empty(204) } else { Answer::json(change.status, &change.body) };
    Ok(match change.version {
        Some(version) => tagged(answer, version),
        None => answer,
    })
}
