//! Signed sessions of the dashboard: who signed in and until when, and no key.
//!
//! The text is `<seconds of expiry>.<signing key id>.<actor>.<random>.<HMAC-SHA256>`. Of a session nothing is kept on
//! the server but that it was ended; whoever checks one also asks whether its actor's key still works.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq;
use tributary_domain::Timestamp;
use tributary_domain::keys::{Key, Keyring, Purpose, hex, hmac_sha256};
use tributary_storage::ended_sessions;

use crate::context::Context;
use crate::problem::Problem;
use crate::request::Request;
use crate::rest::{Actor, hash_key};

/// How long a session lasts, in seconds: a working day.
pub const LASTS_SECONDS: i64 = 12 * 60 * 60;

/// Part of what is signed, so that a text made for another use is no session.
const LABEL: &str = "dashboard";
/// The same for what a form shows to prove that one of the session's pages made it.
const FORM_LABEL: &str = "form";
/// The same for the form to sign in.
const SIGN_IN_LABEL: &str = "sign in";
/// The cookie that keeps the session in the browser.
pub const COOKIE: &str = "tributary_session";

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Who it is, with what their key may now.
    pub actor: Actor,
    /// What each of their forms carries. Another site cannot know it.
    pub form_token: String,
}

impl SignedIn {
    /// Whether a form carries what the session's forms do.
    pub fn showed(&self, form_token: &str) -> bool {
        self.form_token.as_bytes().ct_eq(form_token.as_bytes()).into()
    }
}

/// Who sends a request, where their session is still good and their key still works.
///
/// # Errors
/// When the database does not answer.
pub async fn signed_in(context: &Context, request: &Request) -> Result<Option<SignedIn>, Problem> {
    let Some(text) = request.cookie(COOKIE) else { return Ok(None) };
    let Some(name) = check(&context.keys, &context.admin_token, text, context.now()) else { return Ok(None) };
    if ended_sessions::is_ended(&context.sql, &hash_key(text)).await? {
        return Ok(None);
    }
    let form_token = form_token(&context.keys, &context.admin_token, text);
    Ok(Actor::named(context, &name).await?.map(|actor| SignedIn { actor, form_token }))
}

/// Ends the session of a request, wherever its cookie was copied to.
///
/// # Errors
/// When the database does not answer.
pub async fn end(context: &Context, request: &Request) -> Result<(), Problem> {
    let Some(text) = request.cookie(COOKIE) else { return Ok(()) };
    let now = context.now();
    let until = now.plus_millis(LASTS_SECONDS * 1_000);
    Ok(ended_sessions::end(&context.sql, &hash_key(text), until, now).await?)
}

/// What the form to sign in carries for the browser with this cookie.
pub fn sign_in_token(context: &Context, browser: &str) -> String {
    sign(context.keys.current(), &context.admin_token, SIGN_IN_LABEL, browser)
}

/// Whether it carries that.
pub fn showed_sign_in(context: &Context, browser: &str, token: &str) -> bool {
    sign_in_token(context, browser).as_bytes().ct_eq(token.as_bytes()).into()
}

/// The value of a `Set-Cookie` header for the pages alone.
///
/// `Secure` only where the page came by TLS: on one's own machine it may not.
pub fn set_cookie(request: &Request, name: &str, value: &str, seconds: i64) -> String {
    let full_url = request.headers.get("spin-full-url").unwrap_or_default();
    let forwarded = request.headers.get("x-forwarded-proto");
    let secure = if forwarded == Some("https") || full_url.starts_with("https://") { "; Secure" } else { "" };
    format!("{name}={value}; Path=/dashboard; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}")
}

/// What the forms of a session carry.
fn form_token(keys: &Keyring, root_key: &str, session: &str) -> String {
    sign(keys.current(), root_key, FORM_LABEL, session)
}

/// A session for this actor from now on.
///
/// `root_key` is the admin token: with another one, every session is void. `random` tells apart the sessions of one
/// second, so that ending one ends no other.
pub fn open(keys: &Keyring, root_key: &str, actor: &str, random: [u8; 8], now: Timestamp) -> String {
    let (key, until) = (keys.current(), now.as_seconds().saturating_add(LASTS_SECONDS));
    let signed = format!("{until}.{}.{actor}.{}", key.id, hex(&random));
    let mac = sign(key, root_key, LABEL, &signed);
    format!("{signed}.{mac}")
}

/// Whose session it is, where it is ours and not over.
pub fn check(keys: &Keyring, root_key: &str, text: &str, now: Timestamp) -> Option<String> {
    let (signed, mac) = text.rsplit_once('.')?;
    let mut parts = signed.splitn(4, '.');
    let (expiry, id, actor, _random) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let key = keys.by_id(id.parse().ok()?)?;
    let genuine = sign(key, root_key, LABEL, signed).as_bytes().ct_eq(mac.as_bytes());
    let over = expiry.parse::<i64>().ok()? <= now.as_seconds();
    (bool::from(genuine) && !over).then(|| actor.to_owned())
}

fn sign(key: &Key, root_key: &str, label: &str, signed: &str) -> String {
    let root = hmac_sha256(&key.derive(Purpose::Session), &[root_key.as_bytes()]);
    URL_SAFE_NO_PAD.encode(hmac_sha256(&root, &[label.as_bytes(), b"\n", signed.as_bytes()]))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: &str = "an admin token";

    fn keys(text: &str) -> Keyring {
        Keyring::parse(text, "").unwrap()
    }

    // R73
    #[test]
    fn a_session_holds_for_its_actor_its_time_and_its_keys_only() {
        let (old, now) = (keys("1:a secret of sixteen letters"), Timestamp::from_seconds(1_000));
        let session = open(&old, ROOT, "key_1", [7; 8], now);
        let later = |seconds| Timestamp::from_seconds(1_000 + seconds);
        assert_eq!(check(&old, ROOT, &session, now).as_deref(), Some("key_1"));
        assert_eq!(check(&old, ROOT, &session, later(LASTS_SECONDS - 1)).as_deref(), Some("key_1"));
        assert_eq!(check(&old, ROOT, &session, later(LASTS_SECONDS)), None);
        assert_eq!(check(&old, "another admin token", &session, now), None);
        let rotated = keys("2:another secret that is long,1:a secret of sixteen letters");
        assert!(check(&rotated, ROOT, &session, now).is_some());
        assert_eq!(check(&keys("1:another secret that is long"), ROOT, &session, now), None);
    }

    // R66
    #[test]
    fn a_forms_token_is_of_one_session_and_is_no_session() {
        let (keys, now) = (keys("1:a secret of sixteen letters"), Timestamp::from_seconds(1_000));
        let (one, other) = (open(&keys, ROOT, "key_1", [7; 8], now), open(&keys, ROOT, "key_2", [7; 8], now));
        let token = form_token(&keys, ROOT, &one);
        assert_ne!(token, form_token(&keys, ROOT, &other));
        assert_ne!(token, form_token(&keys, "another admin token", &one));
        assert!(!one.ends_with(&token), "who reads a page's form has no session");
    }

    // R73
    #[test]
    fn no_altered_session_passes() {
        let (keys, now) = (keys("1:a secret of sixteen letters"), Timestamp::from_seconds(1_000));
        let session = open(&keys, ROOT, "key_1", [7; 8], now);
        for altered in [
            session.replace("key_1", "root"),
            session.replacen('4', "9", 1),
            format!("{session}A"),
            session.rsplit_once('.').unwrap().0.to_owned(),
            String::new(),
            "...".to_owned(),
        ] {
            assert_eq!(check(&keys, ROOT, &altered, now), None, "{altered}");
        }
        assert!(!session.contains(ROOT));
    }
}
