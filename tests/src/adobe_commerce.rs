//! An Adobe Commerce shop, and Adobe: the shop signs its webhooks with RSA, and Adobe its events.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::{Brand, Server, Shop, Told, unique};

/// Where Adobe keeps its keys.
pub const ADOBES_HOST: &str = "https://static.adobeioevents.com";

/// A shop, and Adobe. Both sign with the same key, which openssl made for them.
#[derive(Debug)]
pub struct AdobeCommerce {
    folder: tempfile::TempDir,
    /// The public key in PEM.
    pub public_key: String,
    /// The brand's project at Adobe, to which events are addressed.
    pub client_id: String,
}

impl AdobeCommerce {
    /// Makes a key.
    pub fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let key = key_file(folder.path());
        let rsa = ["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out"];
        let made = Command::new("openssl").args(rsa).arg(&key).output();
        assert!(made.unwrap().status.success(), "openssl makes a key");
        let public = Command::new("openssl").args(["pkey", "-pubout", "-in"]).arg(&key).output().unwrap();
        let public_key = String::from_utf8(public.stdout).unwrap();
        Self { folder, public_key, client_id: unique("client") }
    }

    /// Connects the shop.
    pub fn connect(&self, brand: &Brand) -> Shop {
        let store = json!({"name": unique("Magento "), "platform": "adobe_commerce", "currency": "EUR",
            "url": "https://magento.example", "webhookSecrets": [self.public_key, self.client_id]});
        let store = brand.post("/stores", store).expect(201).json();
        Shop::new(brand.base(), store["id"].as_str().unwrap(), "")
    }

    /// The private key in PEM, with which all is signed.
    pub fn private_key(&self) -> String {
        std::fs::read_to_string(key_file(self.folder.path())).unwrap()
    }

    /// The path of the key at Adobe.
    pub fn key_path(&self) -> String {
        format!("/prod/keys/pub-key-of-{}.pem", self.client_id)
    }

    /// A server that has the key where Adobe has it, and stands in for Adobe's.
    pub fn serve_key(&self) -> Server {
        let (path, key) = (self.key_path(), self.public_key.clone());
        Server::start(
            move |asked| {
                if asked.path() == path { Told(200, key.clone()) } else { Told(404, String::new()) }
            },
        )
    }

    /// The signature of some bytes, in base64.
    pub fn sign(&self, bytes: &[u8]) -> String {
        let mut signing = Command::new("openssl")
            .args(["dgst", "-sha256", "-sign"])
            .arg(key_file(self.folder.path()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        signing.stdin.take().unwrap().write_all(bytes).unwrap();
        let signed = signing.wait_with_output().unwrap();
        assert!(signed.status.success(), "openssl signs");
        STANDARD.encode(signed.stdout)
    }

    /// The headers of a webhook of the shop's own, which signs the base64 of a body.
    pub fn webhook_headers(&self, body: &[u8]) -> Vec<(&'static str, String)> {
        let signature = self.sign(STANDARD.encode(body).as_bytes());
        vec![("x-adobe-commerce-request-id", unique("")), ("x-adobe-commerce-webhook-signature", signature)]
    }

    /// The headers of an event of Adobe's.
    pub fn event_headers(&self, signature: String) -> Vec<(&'static str, String)> {
        vec![
            ("x-adobe-digital-signature-1", "AAAA".to_owned()),
            ("x-adobe-public-key1-path", self.key_path()),
            ("x-adobe-digital-signature-2", signature),
            ("x-adobe-public-key2-path", self.key_path()),
        ]
    }

    /// A paid order of 100.00 EUR of goods and 129.90 in all, with a code.
    pub fn order(id: u64, code: &str) -> Value {
        json!({"entity_id": id.to_string(), "increment_id": format!("{id:09}"), "store_id": "1",
            "state": "processing", "status": "processing", "created_at": "2024-11-20 10:00:00",
            "updated_at": "2024-11-20 10:00:09", "base_currency_code": "EUR", "base_subtotal": "120.0000",
            "base_discount_amount": "-20.0000", "base_shipping_amount": "4.9500", "base_grand_total": "129.9000",
            "base_total_paid": "129.9000", "coupon_code": code, "customer_email": "jane@example.com"})
    }

    /// An event that tells of such an entity, in Adobe's envelope.
    #[allow(clippy::needless_pass_by_value, reason = "tests write the value in place")]
    pub fn event(&self, name: &str, entity: Value) -> Value {
        json!({"specversion": "1.0", "id": unique("id-"), "type": format!("com.adobe.commerce.observer.{name}"),
            "time": "2024-11-20T10:00:12.000Z", "eventid": unique("event-"), "recipientclientid": self.client_id,
            "data": {"key": "9f2a", "value": entity}})
    }
}

fn key_file(folder: &Path) -> PathBuf {
    folder.join("key.pem")
}
