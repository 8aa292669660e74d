//! Signed sessions of the dashboard: who signed in and until when, and no key.
//!
//! The text is `<seconds of expiry>.<signing key id>.<actor>.<HMAC-SHA256>`. Nothing is kept on the server;
//! whoever checks a session also asks whether its actor's key still works.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq;
use tributary_domain::Timestamp;
use tributary_domain::keys::{Key, Keyring, Purpose, hmac_sha256};

/// How long a session lasts, in seconds: a working day.
pub const LASTS_SECONDS: i64 = 12 * 60 * 60;

/// Part of what is signed, so that a text made for another use is no session.
const LABEL: &str = "dashboard";

/// A session for this actor from now on.
///
/// `root_key` is the admin token: with another one, every session is void.
pub fn open(keys: &Keyring, root_key: &str, actor: &str, now: Timestamp) -> String {
    let key = keys.current();
    let signed = format!("{}.{}.{actor}", now.as_seconds().saturating_add(LASTS_SECONDS), key.id);
    let mac = sign(key, root_key, &signed);
    format!("{signed}.{mac}")
}

/// Whose session it is, where it is ours and not over.
pub fn check(keys: &Keyring, root_key: &str, text: &str, now: Timestamp) -> Option<String> {
    let (signed, mac) = text.rsplit_once('.')?;
    let mut parts = signed.splitn(3, '.');
    let (expiry, id, actor) = (parts.next()?, parts.next()?, parts.next()?);
    let key = keys.by_id(id.parse().ok()?)?;
    let genuine = sign(key, root_key, signed).as_bytes().ct_eq(mac.as_bytes());
    let over = expiry.parse::<i64>().ok()? <= now.as_seconds();
    (bool::from(genuine) && !over).then(|| actor.to_owned())
}

fn sign(key: &Key, root_key: &str, signed: &str) -> String {
    let root = hmac_sha256(&key.derive(Purpose::Session), &[root_key.as_bytes()]);
    URL_SAFE_NO_PAD.encode(hmac_sha256(&root, &[LABEL.as_bytes(), b"\n", signed.as_bytes()]))
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
        let session = open(&old, ROOT, "key_1", now);
        let later = |seconds| Timestamp::from_seconds(1_000 + seconds);
        assert_eq!(check(&old, ROOT, &session, now).as_deref(), Some("key_1"));
        assert_eq!(check(&old, ROOT, &session, later(LASTS_SECONDS - 1)).as_deref(), Some("key_1"));
        assert_eq!(check(&old, ROOT, &session, later(LASTS_SECONDS)), None);
        assert_eq!(check(&old, "another admin token", &session, now), None);
        let rotated = keys("2:another secret that is long,1:a secret of sixteen letters");
        assert!(check(&rotated, ROOT, &session, now).is_some());
        assert_eq!(check(&keys("1:another secret that is long"), ROOT, &session, now), None);
    }

    // R73
    #[test]
    fn no_altered_session_passes() {
        let (keys, now) = (keys("1:a secret of sixteen letters"), Timestamp::from_seconds(1_000));
        let session = open(&keys, ROOT, "key_1", now);
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
