//! What a store's API wants to know of us.

use serde::Deserialize;
use tributary_domain::capability::Platform;
use tributary_domain::field_error::Invalid;

/// A text that is never printed.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub(crate) struct Secret(String);

impl Secret {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("[secret]")
    }
}

/// A store's credentials, by platform, in the members that `POST /stores` takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Credentials {
    Shopify(ShopifyAccess),
    Woocommerce(ConsumerKeys),
    Bigcommerce(BigcommerceAccess),
    AdobeCommerce(IntegrationKeys),
    Stripe(StripeAccess),
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub(crate) enum ShopifyAccess {
    /// A custom app's token, which does not end.
    #[serde(rename_all = "camelCase")]
    Token { access_token: Secret },
    /// An app of the Dev Dashboard: its tokens live for 24 hours.
    #[serde(rename_all = "camelCase")]
    Client { client_id: Secret, client_secret: Secret },
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ConsumerKeys {
    pub(crate) consumer_key: Secret,
    pub(crate) consumer_secret: Secret,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BigcommerceAccess {
    pub(crate) store_hash: String,
    pub(crate) access_token: Secret,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct IntegrationKeys {
    pub(crate) consumer_key: Secret,
    pub(crate) consumer_secret: Secret,
    pub(crate) access_token: Secret,
    pub(crate) access_token_secret: Secret,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StripeAccess {
    pub(crate) secret_key: Secret,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Override {
    #[serde(default)]
    api_url: Option<String>,
}

impl Credentials {
    /// Reads the opened JSON, and the address that overrides the platform's.
    pub(super) fn read(platform: Platform, json: &str) -> Result<(Self, Option<String>), Invalid> {
        // Without the parser's reason, which could quote a secret.
        let incomplete = |_| {
            let detail = format!("the store's credentials are not those of {}", platform.name());
            Invalid::new("incomplete_credentials", detail)
        };
        let credentials = match platform {
            Platform::Shopify => serde_json::from_str(json).map(Self::Shopify),
            Platform::Woocommerce => serde_json::from_str(json).map(Self::Woocommerce),
            Platform::Bigcommerce => serde_json::from_str(json).map(Self::Bigcommerce),
            Platform::AdobeCommerce => serde_json::from_str(json).map(Self::AdobeCommerce),
            Platform::Stripe => serde_json::from_str(json).map(Self::Stripe),
            Platform::Amazon | Platform::Custom => {
                let detail = format!("{} has no API for codes: they are typed in by hand", platform.name());
                return Err(Invalid::new("no_api", detail));
            }
        };
        let credentials = credentials.map_err(incomplete)?;
        let Override { api_url } = serde_json::from_str(json).map_err(incomplete)?;
        Ok((credentials, api_url))
    }
}
