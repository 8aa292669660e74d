//! Adobe I/O Events: the envelope, and whether Adobe sent it.
//!
//! Source: `AdobeDocs/adobe-io-events`, `src/pages/guides/index.md`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use tributary_domain::Currency;

use super::entity;
use super::key::PublicKey;
use crate::delivery::Delivery;
use crate::json::{Field, Object, objects_of_body};
use crate::order_update::OrderUpdate;
use crate::signature::Refused;
use crate::unreadable::Unreadable;

/// Where Adobe keeps its keys. No header may name another host.
pub const KEY_HOST: &str = "https://static.adobeioevents.com";
/// How long a key may be kept, in hours (Adobe: up to 24).
pub const KEY_KEPT_HOURS: i64 = 24;
const KEY_FOLDER: &str = "/prod/keys/";
const SIGNATURES: [(&str, &str); 2] = [
    ("x-adobe-digital-signature-1", "x-adobe-public-key1-path"),
    ("x-adobe-digital-signature-2", "x-adobe-public-key2-path"),
];
/// The types of the events that are ours, without what stands before them on the wire.
const TYPE_PREFIX: &str = "com.adobe.commerce.";

/// Where a key of Adobe's is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeyPath(String);

impl KeyPath {
    /// Reads the path of a header: a file of Adobe's key folder and nothing else.
    fn parse(text: &str) -> Option<Self> {
        let name = text.strip_prefix(KEY_FOLDER)?.strip_suffix(".pem")?;
        let is_name = !name.is_empty()
            && name.len() <= 128
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        is_name.then(|| Self(text.to_owned()))
    }

    /// The path, as Adobe writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The key's address.
    pub fn url(&self) -> String {
        format!("{KEY_HOST}{}", self.0)
    }
}

/// Why Adobe's answer is no key, and says nothing about whether there is one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoKey {
    /// Adobe's trouble.
    #[error("Adobe answers {0}")]
    Trouble(http::StatusCode),
    /// It is something else.
    #[error("the answer is no public key")]
    NotOne,
}

/// Reads the answer at a key's address: the key in PEM; `None` where Adobe has no such key.
///
/// # Errors
/// Where it may have one: the delivery must come again.
pub fn read_key(answer: http::Response<Vec<u8>>) -> Result<Option<String>, NoKey> {
    let status = answer.status();
    if status.is_client_error() {
        return Ok(None);
    }
    if !status.is_success() {
        return Err(NoKey::Trouble(status));
    }
    let pem = String::from_utf8(answer.into_body()).map_err(|_| NoKey::NotOne)?;
    PublicKey::parse(&pem).map(|_| Some(pem)).map_err(|_| NoKey::NotOne)
}

/// A signature that a delivery claims to have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Where the key is that it was made with.
    pub key: KeyPath,
    signature: Vec<u8>,
}

impl Claim {
    /// Whether it is true: `SHA256withRSA` over the raw body.
    pub fn holds(&self, key: &PublicKey, body: &[u8]) -> bool {
        key.signed(body, &self.signature)
    }
}

/// The signatures of a delivery, one of which must hold. Two are sent, so that Adobe can change one key.
///
/// # Errors
/// When there is none whose key could be looked up.
pub fn claims(delivery: &Delivery<'_>) -> Result<Vec<Claim>, Refused> {
    if delivery.body().is_empty() {
        return Err(Refused::EmptyBody);
    }
    let headers = delivery.headers();
    if SIGNATURES.iter().all(|(signature, _)| headers.first(signature).is_none()) {
        return Err(Refused::MissingSignature);
    }
    let claims: Vec<Claim> = SIGNATURES
        .iter()
        .filter_map(|(signature, path)| {
            let signature = STANDARD.decode(headers.first(signature)?).ok()?;
            Some(Claim { key: KeyPath::parse(headers.first(path)?)?, signature })
        })
        .collect();
    if claims.is_empty() { Err(Refused::MalformedSignature) } else { Ok(claims) }
}

/// Whether every event of a delivery was meant for this client of Adobe's (`recipientclientid`): Adobe signs the
/// events of all its customers with the same keys.
pub fn are_for(body: &[u8], client_ids: &[&str]) -> bool {
    let is_ours = |event: &Object<'_>| {
        ["recipientclientid", "recipient_client_id"].iter().any(|name| {
            let id = event.get(name).and_then(|field| field.words()).ok().flatten();
            id.is_some_and(|id| client_ids.iter().any(|known| !known.is_empty() && *known == id))
        })
    };
    events(body).is_ok_and(|events| !events.is_empty() && events.iter().all(is_ours))
}

/// The type and the id of the first event, for the log.
pub fn label(body: &[u8]) -> (Option<String>, Option<String>) {
    let Ok(events) = events(body) else { return (None, None) };
    let Some(event) = events.first() else { return (None, None) };
    let words = |name| event.get(name).and_then(|field| field.words()).ok().flatten();
    (words("type"), words("eventid").or_else(|| words("event_id")).or_else(|| words("id")))
}

/// Reads a delivery that was verified: one event, or a batch of them, in their order. Events that are not ours
/// are left out. `currency` is the store's, for an entity that names none.
///
/// # Errors
/// When one of ours cannot be read.
pub fn parse(body: &[u8], currency: Currency) -> Result<Vec<OrderUpdate>, Unreadable> {
    let mut said = Vec::new();
    for event in events(body)? {
        let kind = event.get("type")?.need(Field::words)?;
        let data = event.get("data")?.need(Field::object)?;
        let entity = data.get("value")?.object()?.unwrap_or(data);
        let name = kind.strip_prefix(TYPE_PREFIX).unwrap_or(&kind);
        match name {
            "observer.sales_order_save_commit_after"
            | "observer.sales_order_place_after"
            | "observer.checkout_submit_all_after"
            | "plugin.sales.api.order_management.place" => said.push(entity::order(&entity, currency, None)?),
            "observer.sales_order_creditmemo_save_after" => {
                said.extend(entity::credit_memo(&entity, currency)?);
            }
            _ => {}
        }
    }
    Ok(said)
}

fn events(body: &[u8]) -> Result<Vec<Object<'_>>, Unreadable> {
    if body.trim_ascii_start().starts_with(b"[") {
        objects_of_body(body)
    } else {
        Object::of_body(body).map(|event| vec![event])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // R30
    #[test]
    fn keys_come_from_adobes_folder_and_from_nowhere_else() {
        let path = "/prod/keys/pub-key-5aR1XzX0xF.pem";
        assert_eq!(KeyPath::parse(path).unwrap().url(), format!("https://static.adobeioevents.com{path}"));
        for wrong in [
            "",
            "/prod/keys/.pem",
            "/prod/keys/../secret.pem",
            "/prod/keys/a/b.pem",
            "/stage/keys/a.pem",
            "https://evil.example/prod/keys/a.pem",
            "@evil.example/prod/keys/a.pem",
            ".evil.example/prod/keys/a.pem",
            "/prod/keys/a.pem?x=.pem",
            "/prod/keys/a%2e.pem",
            "/prod/keys/a.txt",
        ] {
            assert_eq!(KeyPath::parse(wrong), None, "{wrong}");
        }
    }

    // R30
    #[test]
    fn an_event_is_ours_only_where_all_of_it_names_our_client() {
        let body = |first: &str, second: &str| {
            format!(r#"[{{"recipientclientid":"{first}"}},{{"recipient_client_id":"{second}"}}]"#)
        };
        assert!(are_for(body("a", "a").as_bytes(), &["x", "a"]));
        assert!(are_for(br#"{"recipient_client_id":"a"}"#, &["a"]));
        assert!(!are_for(body("a", "b").as_bytes(), &["a"]));
        for nobodys in ["[]", "{}", r#"{"recipientclientid":""}"#, "no json", "7"] {
            assert!(!are_for(nobodys.as_bytes(), &["a", ""]), "{nobodys}");
        }
    }
}
