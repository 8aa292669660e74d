//! A store's API: where it is and how it knows us.

use std::net::IpAddr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderName, HeaderValue, Uri};
use tributary_domain::capability::Platform;
use tributary_domain::field_error::Invalid;
use tributary_domain::{Currency, Timestamp};

use super::credentials::{ConsumerKeys, Credentials, ShopifyAccess};
use super::draft::segment;
use super::oauth;
use super::{AccessToken, Draft, Failure, Request, Response};
use crate::shopify;

/// A store's API: where it is and how it knows us. Printing it shows no secret.
#[derive(Debug, Clone)]
pub struct Shop {
    platform: Platform,
    base: String,
    currency: Currency,
    credentials: Credentials,
}

/// Whether the codes of a plan version share one configuration in the shop (R6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sharing {
    /// Each code has its own terms, equal for all of a plan version.
    OwnTerms,
    /// All have one rule's terms: make the rule first.
    SharedRule,
}

/// Whether a code can get another text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Renaming {
    /// By [`super::Task::Rename`].
    InPlace,
    /// Only by making a new code and switching the old one off.
    MakeAnew,
}

/// What a signature needs besides the credentials.
#[derive(Debug, Clone, Copy)]
pub struct Signing<'a> {
    /// The token of a shop whose tokens end; `None` for the others.
    pub token: Option<&'a AccessToken>,
    /// Now.
    pub now: Timestamp,
    /// Random, and new for each request: OAuth 1.0a refuses one that it saw before.
    pub nonce: [u8; 16],
}

impl Shop {
    /// A store's API from the store's row and its opened credentials, a JSON object (`api.md`).
    ///
    /// `url` is the store's; the credentials' `apiUrl` overrides it.
    ///
    /// # Errors
    /// When the platform has no API for codes, a credential is missing, or the address is none.
    pub fn new(
        platform: Platform,
        url: &str,
        currency: Currency,
        credentials: &str,
    ) -> Result<Self, Invalid> {
        let (credentials, api_url) = Credentials::read(platform, credentials)?;
        let address = api_url.as_deref().unwrap_or_else(|| default_address(platform, url));
        Ok(Self { platform, base: base(platform, address, &credentials)?, currency, credentials })
    }

    /// What the store runs on.
    pub const fn platform(&self) -> Platform {
        self.platform
    }

    /// The store's currency: amounts are in it.
    pub const fn currency(&self) -> Currency {
        self.currency
    }

    /// The API's address, without a slash at its end.
    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// A request that reads what stands at a path below the API's address, not yet signed.
    ///
    /// # Errors
    /// When the path cannot stand in an address.
    pub fn get(&self, path: &str) -> Result<Request, Failure> {
        Draft::get(path).request(self)
    }

    /// Whether its codes share their terms.
    pub const fn sharing(&self) -> Sharing {
        match self.platform {
            Platform::Bigcommerce | Platform::AdobeCommerce | Platform::Stripe => Sharing::SharedRule,
            _ => Sharing::OwnTerms,
        }
    }

    /// Whether a code can get another text.
    pub const fn renaming(&self) -> Renaming {
        match self.platform {
            Platform::Bigcommerce | Platform::Stripe => Renaming::MakeAnew,
            _ => Renaming::InPlace,
        }
    }

    /// Asks for a new access token, where the credentials are not one themselves. It needs no signature.
    pub fn token_request(&self) -> Option<Result<Request, Failure>> {
        match &self.credentials {
            Credentials::Shopify(ShopifyAccess::Client { client_id, client_secret }) => {
                Some(shopify::codes::token_request(self, client_id, client_secret))
            }
            _ => None,
        }
    }

    /// Reads the answer to [`Shop::token_request`].
    ///
    /// # Errors
    /// Why there is no token.
    pub fn read_token(&self, response: &Response, now: Timestamp) -> Result<AccessToken, Failure> {
        shopify::codes::read_token(response, now)
    }

    /// Signs a request to this shop's API: any request, not only those for codes.
    ///
    /// # Errors
    /// When a credential is no text that a header can carry, or the shop's token is missing.
    pub fn sign(&self, mut request: Request, signing: &Signing<'_>) -> Result<Request, Failure> {
        let once = oauth::Once { now: signing.now, nonce: signing.nonce };
        match &self.credentials {
            Credentials::Shopify(access) => {
                let token = match (access, signing.token) {
                    (ShopifyAccess::Token { access_token }, _) => access_token.reveal(),
                    (ShopifyAccess::Client { .. }, Some(token)) => token.reveal(),
                    (ShopifyAccess::Client { .. }, None) => {
                        return Err(Failure::Unauthorised("there is no access token yet".to_owned()));
                    }
                };
                set_header(&mut request, "x-shopify-access-token", token)?;
            }
            Credentials::Bigcommerce(access) => {
                set_header(&mut request, "x-auth-token", access.access_token.reveal())?;
            }
            Credentials::Stripe(access) => {
                let bearer = format!("Bearer {}", access.secret_key.reveal());
                set_header(&mut request, "authorization", &bearer)?;
            }
            Credentials::Woocommerce(keys) => sign_woocommerce(&mut request, keys, once)?,
            Credentials::AdobeCommerce(keys) => oauth::sign_in_header(&mut request, keys, once)?,
        }
        Ok(request)
    }
}

/// `WooCommerce` takes the keys as they are over HTTPS alone, and a signature on plain HTTP. On this very
/// machine it may be a proxy that speaks HTTPS to the shop, so that both are sent; there they cross no wire.
fn sign_woocommerce(request: &mut Request, keys: &ConsumerKeys, once: oauth::Once) -> Result<(), Failure> {
    let is_https = request.uri().scheme_str() == Some("https");
    if is_https || request.uri().host().is_some_and(is_this_machine) {
        let pair = format!("{}:{}", keys.consumer_key.reveal(), keys.consumer_secret.reveal());
        set_header(request, "authorization", &format!("Basic {}", STANDARD.encode(pair)))?;
    }
    if is_https { Ok(()) } else { oauth::sign_in_query(request, keys, once) }
}

fn is_this_machine(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn set_header(request: &mut Request, name: &'static str, value: &str) -> Result<(), Failure> {
    let mut value = HeaderValue::from_str(value).map_err(|_| {
        Failure::Unauthorised("a credential has characters that no header can carry".to_owned())
    })?;
    value.set_sensitive(true);
    request.headers_mut().insert(HeaderName::from_static(name), value);
    Ok(())
}

fn default_address(platform: Platform, url: &str) -> &str {
    match platform {
        Platform::Bigcommerce => "https://api.bigcommerce.com",
        Platform::Stripe => "https://api.stripe.com",
        _ => url,
    }
}

/// The address that all calls begin with.
fn base(platform: Platform, address: &str, credentials: &Credentials) -> Result<String, Invalid> {
    let invalid =
        || Invalid::new("invalid_api_url", "the API's address must be an http or https URL without a query");
    let uri: Uri = address.parse().map_err(|_| invalid())?;
    let (Some("http" | "https"), Some(authority), None) = (uri.scheme_str(), uri.authority(), uri.query())
    else {
        return Err(invalid());
    };
    if authority.as_str().contains('@') || address.contains('#') {
        return Err(invalid());
    }
    let address = address.trim_end_matches('/');
    Ok(match (platform, credentials) {
        (Platform::Shopify, _) => format!("{address}/admin"),
        (Platform::Woocommerce, _) => format!("{address}/wp-json/wc/v3"),
        (Platform::AdobeCommerce, _) => format!("{address}/rest/V1"),
        (_, Credentials::Bigcommerce(access)) => format!("{address}/stores/{}", segment(&access.store_hash)),
        _ => address.to_owned(),
    })
}
