//! What a link is prepared from.

use serde::de::Error;
use serde::{Deserialize, Deserializer};

use super::LinkKind;
use super::slug::Slug;
use crate::capability::Platform;
use crate::click_id::LinkNumber;
use crate::code::CodeText;
use crate::ids::LinkId;
use crate::plan::{DEFAULT_WINDOW_DAYS, Utm};
use crate::time::Timestamp;

/// What a snapshot is built from. URLs are text as the URL parser once wrote it, so that the redirect's
/// component stays without that parser, which is 290 KB of Wasm.
#[derive(Debug, Clone, Copy)]
pub struct LinkSource<'a> {
    /// The link's short name.
    pub slug: &'a Slug,
    /// Its number, as click ids carry it.
    pub number: LinkNumber,
    /// Its id.
    pub id: &'a LinkId,
    /// What it is for.
    pub kind: LinkKind,
    /// Whether somebody switched the link off.
    pub disabled: bool,
    /// Whether its plan was deactivated.
    pub plan_deactivated: bool,
    /// The plan's version.
    pub plan_version: u16,
    /// That version's terms, as far as they concern links.
    pub plan: &'a LinkPlan,
    /// A page of the link's own, instead of the plan's.
    pub page: Option<&'a str>,
    /// The store's home page.
    pub store_url: &'a str,
    /// What the store runs on.
    pub platform: Platform,
    /// The `maas` that Amazon gave out for the store.
    pub attribution_tag: Option<&'a str>,
    /// The enrollment's live code.
    pub code: Option<&'a CodeText>,
    /// Fills `{campaign}` in UTM values.
    pub campaign: &'a str,
    /// Fills `{creator}` in UTM values.
    pub creator: &'a str,
}

/// What a link needs of a plan's terms. It reads the JSON of [`crate::plan::Terms`] and skips the rest.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LinkPlan {
    /// Where links go.
    pub link: LinkPages,
    /// When the plan runs, and its products.
    pub limits: LinkLimits,
    /// How long a click may earn credit.
    pub attribution: LinkWindow,
}

/// [`crate::plan::LinkTerms`], with URLs as text.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LinkPages {
    /// The page that a link opens. `None`: the store's home page.
    pub click_through_url: Option<String>,
    /// Whether an affiliate link applies the code where the store can.
    pub apply_code: bool,
    /// UTM parameters of the page.
    pub utm: Utm,
    /// Where a link goes while the plan does not run. `None`: the store's home page.
    pub fallback_url: Option<String>,
    /// Hosts that a deep link may lead to, besides the store's own.
    pub allowed_hosts: Vec<String>,
}

impl Default for LinkPages {
    fn default() -> Self {
        Self {
            click_through_url: None,
            apply_code: true,
            utm: Utm::default(),
            fallback_url: None,
            allowed_hosts: Vec::new(),
        }
    }
}

/// The part of [`crate::plan::Limits`] that matters to links.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LinkLimits {
    /// The plan's first moment.
    #[serde(deserialize_with = "written_moment")]
    pub starts_at: Option<Timestamp>,
    /// The plan's end.
    #[serde(deserialize_with = "written_moment")]
    pub ends_at: Option<Timestamp>,
    /// The shop's own product ids.
    pub product_ids: Vec<String>,
}

fn written_moment<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Timestamp>, D::Error> {
    let Some(text) = Option::<String>::deserialize(from)? else { return Ok(None) };
    Timestamp::parse_written(&text).map(Some).ok_or_else(|| D::Error::custom("is no time"))
}

/// The part of [`crate::plan::AttributionTerms`] that matters to links.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LinkWindow {
    /// Days after a click.
    pub window_days: u16,
}

impl Default for LinkWindow {
    fn default() -> Self {
        Self { window_days: DEFAULT_WINDOW_DAYS }
    }
}

/// The `scheme://host[:port]` of a URL that was written by a URL parser.
pub(super) fn origin(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return String::new() };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    format!("{scheme}://{host}")
}

/// A URL without its query and fragment.
pub(super) fn without_query(url: &str) -> &str {
    url.split(['?', '#']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Terms;

    // R1, R10
    #[test]
    fn a_plans_terms_are_read_as_the_plan_itself_reads_them() {
        let text = r#"{"name": "Spring", "codePattern": "{first_name}", "discount": {"type": "percentage",
            "value": "10"}, "link": {"clickThroughUrl": "https://Shop.example/new", "applyCode": false,
            "utm": {"source": "a"}, "fallbackUrl": "https://shop.example/over", "allowedHosts": ["b.example"]},
            "limits": {"usageLimit": 5, "productIds": ["1"], "startsAt": "2026-01-01T00:00:00Z",
            "minimumAmount": {"amount": 1, "currency": "EUR"}}, "attribution": {"windowDays": 7}}"#;
        for text in [text, r#"{"name": "Least"}"#] {
            let terms: Terms = serde_json::from_str(text).unwrap();
            let plan: LinkPlan = serde_json::from_str(&serde_json::to_string(&terms).unwrap()).unwrap();
            let url = |url: &Option<url::Url>| url.as_ref().map(ToString::to_string);
            assert_eq!(
                plan.link,
                LinkPages {
                    click_through_url: url(&terms.link.click_through_url),
                    apply_code: terms.link.apply_code,
                    utm: terms.link.utm,
                    fallback_url: url(&terms.link.fallback_url),
                    allowed_hosts: terms.link.allowed_hosts,
                }
            );
            assert_eq!(plan.limits.starts_at, terms.limits.starts_at);
            assert_eq!(plan.limits.ends_at, terms.limits.ends_at);
            assert_eq!(plan.limits.product_ids, terms.limits.product_ids);
            assert_eq!(plan.attribution.window_days, terms.attribution.window_days);
        }
    }

    // R10
    #[test]
    fn an_origin_is_the_one_that_the_url_parser_gives() {
        for text in [
            "https://Shop.example",
            "https://shop.example/x?a=1#b",
            "http://127.0.0.1:8080/",
            "https://shop.example:443/",
            "https://xn--mnchen-3ya.example/?a",
            "https://[::1]:8443/x",
            "https://a:b@shop.example/x@y",
        ] {
            let url = url::Url::parse(text).unwrap();
            assert_eq!(origin(url.as_str()), url.origin().ascii_serialization(), "{text}");
        }
        assert_eq!(without_query("https://shop.example/x?a#b"), "https://shop.example/x");
    }
}
