//! Who asks, and what they may (R65).

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use tributary_domain::ids::KeyId;
use tributary_domain::keys::hex;
use tributary_storage::keys::{self, ApiKey};

use crate::context::Context;
use crate::problem::Problem;
use crate::request::Request;

/// What a call needs and a key gives. A later one includes the ones before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// No key at all.
    Open,
    /// To look.
    Read,
    /// To change campaigns, creators, conversions.
    Write,
    /// To change stores, keys and settings.
    Admin,
}

impl Scope {
    /// The word of the API; `None` for what needs no key.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Read => "read",
            Self::Write => "write",
            Self::Admin => "admin",
        }
    }

    /// Reads the word of the API.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Read, Self::Write, Self::Admin].into_iter().find(|scope| scope.as_str() == text)
    }
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// How the audit log names them: `root`, a key's id, or `anonymous`.
    pub name: String,
    /// What they may.
    pub scope: Scope,
}

/// How the root key is named.
const ROOT: &str = "root";

impl Actor {
    fn root() -> Self {
        Self { name: ROOT.to_owned(), scope: Scope::Admin }
    }

    fn of(key: &ApiKey) -> Option<Self> {
        let scope = key.scopes.iter().filter_map(|scope| Scope::parse(scope)).max()?;
        Some(Self { name: key.id.as_str().to_owned(), scope })
    }

    /// Whoever signed in under this name, with what their key may now.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn named(context: &Context, name: &str) -> Result<Option<Self>, Problem> {
        if name == ROOT {
            return Ok(Some(Self::root()));
        }
        let Ok(id) = KeyId::parse(name) else { return Ok(None) };
        Ok(keys::by_id(&context.sql, &id).await?.as_ref().and_then(Self::of))
    }

    /// # Errors
    /// 403 where they may not do what needs this scope.
    pub fn must_have(&self, needed: Scope) -> Result<(), Problem> {
        if self.scope >= needed {
            return Ok(());
        }
        let detail = format!("this call needs a key with the scope {}", needed.as_str());
        Err(Problem::new(403, "missing_scope", detail))
    }
}

/// How a key is kept: its SHA-256. Keys are random and long, so no salt and no slow hash is needed.
pub fn hash_key(key: &str) -> String {
    hex(&Sha256::digest(key.as_bytes()))
}

/// Finds out who asks.
///
/// # Errors
/// 401 without a known key, 403 where the key may not.
pub(super) async fn authenticate(
    context: &Context,
    request: &Request,
    needed: Scope,
) -> Result<Actor, Problem> {
    if needed == Scope::Open {
        return Ok(Actor { name: "anonymous".to_owned(), scope: Scope::Open });
    }
    let header = request.headers.get("authorization").unwrap_or_default();
    let key = match header.split_once(' ') {
        Some((scheme, key)) if scheme.eq_ignore_ascii_case("bearer") => key.trim(),
        _ => return Err(unauthorized("send the header Authorization: Bearer <key>")),
    };
    identify(context, key, needed).await
}

/// Finds out whose key it is.
///
/// # Errors
/// 401 where the key is not known, 403 where it may not.
pub async fn identify(context: &Context, key: &str, needed: Scope) -> Result<Actor, Problem> {
    let presented = hash_key(key);
    let root = hash_key(&context.admin_token);
    if bool::from(presented.as_bytes().ct_eq(root.as_bytes())) {
        return Ok(Actor::root());
    }
    let Some(known) = keys::by_hash(&context.sql, &presented).await? else {
        return Err(unauthorized("this key is not known, or was deleted"));
    };
    let actor = Actor::of(&known).unwrap_or(Actor { name: known.id.to_string(), scope: Scope::Open });
    actor.must_have(needed)?;
    Ok(actor)
}

fn unauthorized(detail: &str) -> Problem {
    Problem::new(401, "unauthorized", detail)
}
