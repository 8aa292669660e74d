//! `Idempotency-Key`: the same key and body give the same answer again (R65).
//!
//! The key and the effect are one atomic write. Answers are kept sealed, because one of them is a new API
//! key's text. Errors are not kept: what failed changed nothing, and may be sent again.

use sha2::{Digest, Sha256};
use tributary_domain::keys::hex;
use tributary_storage::{Sql, SqlError, Statement, idempotency};

use super::{Actor, Call};
use crate::answer::{Answer, Body};
use crate::context::{Context, random};
use crate::problem::Problem;
use crate::request::{Method, Request};
use crate::seal;

const LONGEST_KEY: usize = 255;
/// How long answers are kept, in days.
const KEPT_DAYS: i64 = 2;

/// A key that has not been used yet.
pub(super) struct Key {
    key: String,
    request_hash: String,
}

/// What is known of a request's key.
pub(super) enum Begun {
    /// It was answered before.
    Replay(Answer),
    /// It was not, or the request has none.
    Fresh(Option<Key>),
}

/// Looks whether a request was answered before.
///
/// # Errors
/// 422 where the key was used for another request.
pub(super) async fn begin(context: &Context, request: &Request, actor: &Actor) -> Result<Begun, Problem> {
    let Some(given) = request.headers.get("idempotency-key").filter(|_| request.method == Method::Post)
    else {
        return Ok(Begun::Fresh(None));
    };
    if given.is_empty() || given.len() > LONGEST_KEY {
        return Err(Problem::bad_request(
            "invalid_idempotency_key",
            "Idempotency-Key must have 1 to 255 characters",
        ));
    }
    let key = Key {
        key: hash(&[actor.name.as_bytes(), given.as_bytes()]),
        request_hash: hash(&[request.path.as_bytes(), request.query.as_bytes(), &request.body]),
    };
    match find(context, &key).await? {
        Some(answer) => Ok(Begun::Replay(answer)),
        None => Ok(Begun::Fresh(Some(key))),
    }
}

/// The answer that another request with the same key got at the same moment.
///
/// # Errors
/// 422 where it was another request, or the database's trouble.
pub(super) async fn replay(context: &Context, key: &Key) -> Result<Answer, Problem> {
    find(context, key)
        .await?
        .ok_or_else(|| Problem::conflict("in_progress", "the same key is being used; try again"))
}

async fn find(context: &Context, key: &Key) -> Result<Option<Answer>, Problem> {
    let Some(kept) = idempotency::find(&context.sql, &key.key).await? else {
        return Ok(None);
    };
    if kept.request_hash != key.request_hash {
        let detail = "this Idempotency-Key was used with another request";
        return Err(Problem::new(422, "idempotency_key_reused", detail));
    }
    let body = seal::open(&context.keys, &place(&key.key), &kept.body)
        .map_err(|error| Problem::internal(error.to_string()))?;
    let answer = if kept.status == 204 {
        Answer::empty(204)
    } else {
        Answer::bytes(kept.status, "application/json", body)
    };
    Ok(Some(answer.header("idempotency-replayed", "true")))
}

/// Remembers an answer that came without a change: the next request under its key is not another one either.
///
/// # Errors
/// 422 where another request took the key meanwhile, or the database's trouble.
pub(super) async fn keep(call: &Call, key: Option<&Key>, answer: Answer) -> Result<Answer, Problem> {
    let body: &[u8] = match &answer.body {
        Body::Whole(bytes) => bytes,
        Body::Empty => &[],
        Body::Pieces(_) => return Ok(answer),
    };
    let Some(key) = key else { return Ok(answer) };
    match call.context.sql.transaction(remember(call, key, answer.status, body)?).await {
        Ok(_) => Ok(answer),
        Err(SqlError::Unique(_)) => replay(&call.context, key).await,
        Err(error) => Err(error.into()),
    }
}

/// The statements that remember an answer, and forget old ones.
///
/// # Errors
/// When the answer cannot be sealed.
pub(super) fn remember(call: &Call, key: &Key, status: u16, body: &[u8]) -> Result<Vec<Statement>, Problem> {
    let sealed = seal::seal(&call.context.keys, &place(&key.key), body, random())
        .map_err(|error| Problem::internal(error.to_string()))?;
    let now = call.context.now();
    Ok(vec![
        idempotency::remember(&key.key, &key.request_hash, status, &sealed, now),
        idempotency::forget_before(now.plus_days(-KEPT_DAYS)),
    ])
}

fn place(key: &str) -> String {
    format!("idempotency/{key}")
}

fn hash(parts: &[&[u8]]) -> String {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        digest.update(part);
    }
    hex(&digest.finalize())
}
