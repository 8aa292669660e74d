use super::super::{PublicKey, events, webhook};
use super::*;
use crate::delivery::Delivery;
use crate::signature::Refused;

const PATH: &str = "/prod/keys/pub-key-1.pem";

fn key() -> PublicKey {
    PublicKey::parse(PUBLIC_KEY).unwrap()
}

// R30
#[test]
fn either_signature_of_an_event_suffices() {
    let body = event("observer.sales_order_save_commit_after", &order()).to_string();
    let (right, wrong) = (sign(body.as_bytes()), sign(b"something else"));
    for (first, second, holds) in [(&right, &wrong, true), (&wrong, &right, true), (&wrong, &wrong, false)] {
        let headers = [
            ("x-adobe-digital-signature-1", first.as_str()),
            ("X-Adobe-Public-Key1-Path", PATH),
            ("x-adobe-digital-signature-2", second.as_str()),
            ("x-adobe-public-key2-path", PATH),
        ];
        let claims = events::claims(&Delivery::new(headers, body.as_bytes())).unwrap();
        assert_eq!(claims.iter().map(|claim| claim.key.as_str()).collect::<Vec<_>>(), [PATH, PATH]);
        assert_eq!(claims.iter().any(|claim| claim.holds(&key(), body.as_bytes())), holds);
        assert!(!claims.iter().any(|claim| claim.holds(&key(), &body.as_bytes()[1..])));
    }
}

// R30
#[test]
fn a_signature_whose_key_is_not_adobes_is_none() {
    let signature = sign(b"{}");
    let claims = |headers: &[(&str, &str)], body: &[u8]| {
        events::claims(&Delivery::new(headers.iter().copied(), body)).map(|claims| claims.len())
    };
    let signed = ("x-adobe-digital-signature-1", signature.as_str());
    assert_eq!(claims(&[], b"{}"), Err(Refused::MissingSignature));
    assert_eq!(claims(&[signed], b"{}"), Err(Refused::MalformedSignature));
    let elsewhere = ("x-adobe-public-key1-path", "https://evil.example/prod/keys/a.pem");
    assert_eq!(claims(&[signed, elsewhere], b"{}"), Err(Refused::MalformedSignature));
    assert_eq!(claims(&[signed, ("x-adobe-public-key1-path", PATH)], b"{}"), Ok(1));
    assert_eq!(claims(&[signed, ("x-adobe-public-key1-path", PATH)], b""), Err(Refused::EmptyBody));
}

// R30
#[test]
fn the_shops_own_webhooks_are_signed_over_the_base64_of_their_body() {
    let body = order().to_string();
    let right = sign(STANDARD.encode(&body).as_bytes());
    let check = |signatures: &[&str], keys: &[PublicKey], body: &str| {
        let headers = signatures.iter().map(|signature| ("X-Adobe-Commerce-Webhook-Signature", *signature));
        webhook::verify(&Delivery::new(headers, body.as_bytes()), keys)
    };
    assert_eq!(check(&[&right], &[key()], &body), Ok(()));
    assert_eq!(check(&[&right], &[key()], "{}"), Err(Refused::WrongSignature));
    assert_eq!(check(&[&sign(body.as_bytes())], &[key()], &body), Err(Refused::WrongSignature));
    assert_eq!(check(&["%"], &[key()], &body), Err(Refused::MalformedSignature));
    assert_eq!(check(&[&right, &right], &[key()], &body), Err(Refused::SeveralSignatures));
    assert_eq!(check(&[], &[key()], &body), Err(Refused::MissingSignature));
    assert_eq!(check(&[&right], &[], &body), Err(Refused::NoSecret));
}

// R30
#[test]
fn adobes_answer_is_a_key_or_that_there_is_none_or_its_trouble() {
    let read = |status: u16, body: &str| {
        events::read_key(http::Response::builder().status(status).body(body.as_bytes().to_vec()).unwrap())
    };
    assert_eq!(read(200, PUBLIC_KEY).unwrap().as_deref(), Some(PUBLIC_KEY));
    assert_eq!(read(404, "<Error/>"), Ok(None));
    assert_eq!(read(403, PUBLIC_KEY), Ok(None));
    for (status, body) in [(500, PUBLIC_KEY), (302, ""), (200, "<html>"), (200, PRIVATE_KEY)] {
        assert!(read(status, body).is_err(), "{status} {body}");
    }
}

// R30
#[test]
fn what_is_no_public_key_is_refused() {
    for text in ["", "hush", PUBLIC_KEY.split_once("IDAQAB").unwrap().0, PRIVATE_KEY] {
        assert!(PublicKey::parse(text).is_err());
    }
    assert!(PublicKey::parse(&format!("\n{PUBLIC_KEY}\n\n")).is_ok());
}
