//! Who sends orders: a shop of each platform, as the black-box tests know it.

use anyhow::{Context as _, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rsa::RsaPrivateKey;
use rsa::pkcs1v15::SigningKey;
use rsa::pkcs8::DecodePrivateKey as _;
use rsa::sha2::Sha256;
use rsa::signature::{SignatureEncoding as _, Signer as _};
use serde_json::{Value, json};
use tributary_tests::{
    ADOBES_HOST, AdobeCommerce, Bigcommerce as BigShop, Brand, Custom as CustomShop, Server, Shop,
    Stripe as Account, Woocommerce as WooShop, unix_seconds,
};

/// A delivery of one order.
pub(crate) struct Delivery {
    path: String,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

impl Delivery {
    /// A webhook.
    fn to(platform: &str, shop: &Shop, headers: Vec<(&'static str, String)>, body: Vec<u8>) -> Self {
        Self { path: format!("/webhooks/{platform}/{}", shop.id), headers, body }
    }

    /// The whole request.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let lines = self.headers.iter().map(|(name, value)| [name, ": ", value, "\r\n"].concat());
        let head = format!(
            "POST {} HTTP/1.1\r\nhost: go.brand.example\r\ncontent-type: application/json\r\n{}\
             content-length: {}\r\n\r\n",
            self.path,
            lines.collect::<String>(),
            self.body.len()
        );
        [head.as_bytes(), &self.body].concat()
    }
}

/// An order's text with a buyer of its own: nobody buys ten thousand times at one shop.
pub(crate) fn of_somebody_else(order: &str, id: u64) -> String {
    order.replace("@example.com", &format!(".{id}@example.com"))
}

/// Who sends orders with codes, each signed for itself.
pub(crate) trait Sender: Sync {
    /// Connects the shop.
    fn connect(&self, brand: &Brand) -> Shop;

    /// An order that was paid with a code.
    fn delivery(&self, shop: &Shop, id: u64, code: &str) -> Result<Delivery>;

    /// As many orders a second as are made ready: more than the app can take.
    fn orders_a_second(&self) -> u64 {
        8_000
    }

    /// What the host is told of a server that stands in for another.
    fn stand_in(&self) -> Option<String> {
        None
    }
}

/// A `WooCommerce` shop.
pub(crate) struct Woocommerce;

impl Sender for Woocommerce {
    fn connect(&self, brand: &Brand) -> Shop {
        brand.connect("woocommerce", "EUR")
    }

    fn delivery(&self, shop: &Shop, id: u64, code: &str) -> Result<Delivery> {
        let coupon = json!({"coupon_lines": [{"id": 1, "code": code.to_lowercase()}]});
        let body = of_somebody_else(&WooShop::order(id, coupon).to_string(), id).into_bytes();
        let headers = vec![
            ("x-wc-webhook-topic", "order.created".to_owned()),
            ("x-wc-webhook-delivery-id", id.to_string()),
            ("x-wc-webhook-signature", shop.sign(&body)),
        ];
        Ok(Delivery::to("woocommerce", shop, headers, body))
    }
}

/// A Stripe account. Each session also claims its payment's name.
pub(crate) struct Stripe;

impl Sender for Stripe {
    fn connect(&self, brand: &Brand) -> Shop {
        brand.connect("stripe", "EUR")
    }

    fn delivery(&self, shop: &Shop, id: u64, code: &str) -> Result<Delivery> {
        let session = Account::session(&format!("cs_{id}"), json!({"metadata": {"promo_code": code}}));
        let event = json!({"id": format!("evt_{id}"), "object": "event", "created": unix_seconds(), "livemode": true,
            "type": "checkout.session.completed", "data": {"object": session}});
        let body = of_somebody_else(&event.to_string(), id).into_bytes();
        let signature = Account(shop.clone()).sign(unix_seconds(), &body);
        Ok(Delivery::to("stripe", shop, vec![("stripe-signature", signature)], body))
    }
}

/// A `BigCommerce` shop, whose API is read four times for each order.
pub(crate) struct Bigcommerce(BigShop);

impl Bigcommerce {
    /// Opens the shop.
    pub(crate) fn open() -> Self {
        Self(BigShop::open())
    }
}

impl Sender for Bigcommerce {
    fn connect(&self, brand: &Brand) -> Shop {
        self.0.connect(brand)
    }

    fn delivery(&self, shop: &Shop, id: u64, code: &str) -> Result<Delivery> {
        self.0.sell(id, &[code]);
        let body = BigShop::notice("store/order/created", id).to_string().into_bytes();
        Ok(Delivery::to("bigcommerce", shop, self.0.signed(&body), body))
    }

    fn orders_a_second(&self) -> u64 {
        1_500
    }
}

/// Adobe, which sends the events of a shop.
pub(crate) struct Events {
    shop: AdobeCommerce,
    keys: Server,
    key: SigningKey<Sha256>,
}

impl Events {
    /// Opens the shop.
    pub(crate) fn open() -> Result<Self> {
        let shop = AdobeCommerce::open();
        let key = RsaPrivateKey::from_pkcs8_pem(&shop.private_key()).ok().context("openssl made no key")?;
        Ok(Self { keys: shop.serve_key(), shop, key: SigningKey::new(key) })
    }
}

impl Sender for Events {
    fn connect(&self, brand: &Brand) -> Shop {
        self.shop.connect(brand)
    }

    fn delivery(&self, shop: &Shop, id: u64, code: &str) -> Result<Delivery> {
        let event = self.shop.event("sales_order_save_commit_after", AdobeCommerce::order(id, code));
        let body = of_somebody_else(&json!([event]).to_string(), id).into_bytes();
        let signature =
            STANDARD.encode(self.key.try_sign(&body).ok().context("a body cannot be signed")?.to_bytes());
        Ok(Delivery::to("adobe_commerce", shop, self.shop.event_headers(signature), body))
    }

    fn orders_a_second(&self) -> u64 {
        1_500
    }

    fn stand_in(&self) -> Option<String> {
        Some(self.keys.instead_of(ADOBES_HOST))
    }
}

/// A shop of no known platform.
pub(crate) struct Custom;

impl Sender for Custom {
    fn connect(&self, brand: &Brand) -> Shop {
        brand.connect("custom", "EUR")
    }

    fn delivery(&self, shop: &Shop, id: u64, code: &str) -> Result<Delivery> {
        let body = CustomShop::order(&id.to_string(), json!({"codes": [code]})).to_string().into_bytes();
        let (message, now) = (format!("msg_{id}"), unix_seconds());
        let signature = CustomShop(shop.clone()).sign(&message, now, &body);
        let headers = vec![
            ("webhook-id", message),
            ("webhook-timestamp", now.to_string()),
            ("webhook-signature", signature),
        ];
        Ok(Delivery::to("custom", shop, headers, body))
    }
}

/// The server of such a shop, which reports sales one by one.
pub(crate) struct Conversion;

impl Sender for Conversion {
    fn connect(&self, brand: &Brand) -> Shop {
        brand.connect("custom", "EUR")
    }

    fn delivery(&self, shop: &Shop, id: u64, code: &str) -> Result<Delivery> {
        let report: Value = json!({"storeId": shop.id, "orderId": id.to_string(), "amount": "100.00",
            "currency": "EUR", "code": code});
        let body = report.to_string().into_bytes();
        let headers = vec![("x-tributary-signature", shop.sign(&body))];
        Ok(Delivery { path: "/t/conversion".to_owned(), headers, body })
    }
}
