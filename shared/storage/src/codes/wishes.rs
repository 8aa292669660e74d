//! What a code should be from now on. The work loop makes it so in the shop, where the shop has it.
//!
//! Each of these counts up `wish`, so that a loop that is just carrying out the one before notices.

use tributary_domain::Timestamp;
use tributary_domain::code::CodeStatus;
use tributary_domain::ids::{CodeId, EnrollmentId};

use crate::sql::{ROWS_A_STATEMENT, Statement, Value, places};

/// Only the loop can know whether a code that it is making is there already.
macro_rules! disable {
    ($where:literal) => {
        concat!(
            "UPDATE codes SET status = 'disabled', reason = NULL, updated_at = $1, wish = wish + 1, attempts = 0,
                due_at = CASE WHEN remote IS NULL AND due_at IS NULL THEN NULL ELSE $1 END
            WHERE status <> 'disabled' AND ",
            $where
        )
    };
}
const DISABLE: &str = disable!("id IN ");
const DISABLE_OF: &str = disable!("is_current = 1 AND enrollment_id IN ");

macro_rules! enable {
    ($where:literal) => {
        concat!(
            "UPDATE codes SET updated_at = $1, wish = wish + 1, attempts = 0, reason = NULL,
                status = CASE WHEN text IS NOT NULL THEN $2 WHEN missing <> '[]' THEN 'failed' ELSE 'tbd' END,
                due_at = CASE WHEN text IS NOT NULL AND $2 = 'pending' THEN $1 END
            WHERE status = 'disabled' AND ",
            $where
        )
    };
}
const ENABLE: &str = enable!("id IN ");
const ENABLE_OF: &str = enable!("is_current = 1 AND enrollment_id IN ");

/// As if the shop had nothing of it right: no plan has a version 0, and it is switched the other way.
const SEND_AGAIN: &str = "UPDATE codes SET updated_at = $1, wish = wish + 1, attempts = 0, due_at = $1,
        status = CASE WHEN status = 'disabled' THEN status ELSE 'pending' END, shop_version = 0,
        shop_enabled = CASE WHEN status = 'disabled' THEN 1 ELSE 0 END
    WHERE remote IS NOT NULL AND id IN ";
/// Whatever the shop has under the text is to be found, because what it had under the id that we know is gone.
const LOOK_AGAIN: &str =
    "UPDATE codes SET updated_at = $1, wish = wish + 1, attempts = 0, due_at = $1, in_doubt = 1,
        remote = NULL, remote_rule = NULL, shop_text = NULL, shop_version = NULL, shop_enabled = NULL
    WHERE status = 'disabled' AND id IN ";
const ROLL_OUT: &str = "UPDATE codes SET updated_at = $1, plan_version = $2, wish = wish + 1, attempts = 0,
        due_at = CASE WHEN status = 'disabled' OR (remote IS NULL AND due_at IS NULL) THEN due_at ELSE $1 END
    WHERE id IN ";
const HAND_OVER: &str = "UPDATE codes SET is_current = 0, status = 'disabled', reason = $2, updated_at = $1,
        wish = wish + 1, due_at = NULL, remote = NULL, remote_rule = NULL, shop_text = NULL,
        shop_version = NULL, shop_enabled = NULL
    WHERE id = $3 AND remote = $4 AND lease_owner IS NULL RETURNING id";

/// A statement for each hundred ids.
fn for_each_hundred<T>(sql: &str, first: &[Value], ids: &[&T]) -> Vec<Statement>
where
    for<'a> &'a T: Into<Value>,
{
    ids.chunks(ROWS_A_STATEMENT)
        .map(|chunk| {
            let places = places(first.len() + 1, chunk.len());
            Statement::new(format!("{sql}({places})"))
                .bind_all(first.iter().cloned())
                .bind_all(chunk.iter().copied())
        })
        .collect()
}

/// Switches codes off. Orders that carry them are still credited.
pub fn disable(ids: &[&CodeId], now: Timestamp) -> Vec<Statement> {
    for_each_hundred(DISABLE, &[now.into()], ids)
}

/// Switches today's codes of these enrollments off.
pub fn disable_of(enrollments: &[&EnrollmentId], now: Timestamp) -> Vec<Statement> {
    for_each_hundred(DISABLE_OF, &[now.into()], enrollments)
}

/// Undoes [`disable`]; codes that have a text stand at `status` then.
pub fn enable(ids: &[&CodeId], status: CodeStatus, now: Timestamp) -> Vec<Statement> {
    for_each_hundred(ENABLE, &[now.into(), status.as_str().into()], ids)
}

/// Undoes [`disable_of`]; codes that have a text stand at `status` then.
pub fn enable_of(enrollments: &[&EnrollmentId], status: CodeStatus, now: Timestamp) -> Vec<Statement> {
    for_each_hundred(ENABLE_OF, &[now.into(), status.as_str().into()], enrollments)
}

/// Has text, terms and switch sent to the shop again, although nothing about them has changed here.
pub fn send_again(ids: &[&CodeId], now: Timestamp) -> Vec<Statement> {
    for_each_hundred(SEND_AGAIN, &[now.into()], ids)
}

/// Has codes that are off looked for in their shop, where off means deleted, and deleted again: somebody may have made
/// one again there.
pub fn look_again(ids: &[&CodeId], now: Timestamp) -> Vec<Statement> {
    for_each_hundred(LOOK_AGAIN, &[now.into()], ids)
}

/// Gives codes the terms of their plan's version (R12). Those that are off take them when they are switched on.
pub fn roll_out(ids: &[&CodeId], version: u16, now: Timestamp) -> Vec<Statement> {
    for_each_hundred(ROLL_OUT, &[now.into(), version.into()], ids)
}

/// Makes a code an older one whose place in the shop another one of the enrollment takes: a renamed code. It
/// still credits.
pub fn hand_over(id: &CodeId, remote: &str, reason: &str, now: Timestamp) -> Statement {
    Statement::new(HAND_OVER).bind(now).bind(reason).bind(id).bind(remote).must_return()
}
