//! Where a click on a link leads (R10, R11, R20).
//!
//! [`LinkSnapshot::build`] does all that can be done beforehand; [`destination`] is what a redirect pays
//! for, and without a deep link it only concatenates strings.

mod amazon;
mod applying;
mod deep_link;
mod kept;
mod page;
mod slug;
mod source;

use serde::{Deserialize, Serialize};

use crate::capability::Platform;
use crate::click_id::{LinkNumber, PARAMETER};
use crate::code::CodeText;
use crate::ids::LinkId;
use crate::plan::Utm;
use crate::time::Timestamp;
use page::{Page, encode_component};

pub use slug::Slug;
pub use source::{LinkLimits, LinkPages, LinkPlan, LinkSource, LinkWindow};

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LinkKind {
    /// Credits sales, and may apply the code.
    Affiliate,
    /// Counts visits.
    Tracking,
}

impl LinkKind {
    /// The word for it in the API and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Affiliate => "affiliate",
            Self::Tracking => "tracking",
        }
    }

    /// Reads [`LinkKind::as_str`] back.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Affiliate, Self::Tracking].into_iter().find(|kind| kind.as_str() == text)
    }
}

/// Whether a link works, and if not, why. Each click is counted as what it was (R11).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LinkState {
    /// It works.
    Live,
    /// Its plan has not begun.
    BeforeStart,
    /// Its plan is over.
    Ended,
    /// The link is disabled, or its plan deactivated.
    Disabled,
    /// There is no such link.
    Unknown,
}

impl LinkState {
    /// Every state.
    pub const ALL: [Self; 5] = [Self::Live, Self::BeforeStart, Self::Ended, Self::Disabled, Self::Unknown];

    /// The stable word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::BeforeStart => "before_start",
            Self::Ended => "ended",
            Self::Disabled => "disabled",
            Self::Unknown => "unknown",
        }
    }

    /// Reads [`LinkState::as_str`] back.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

/// A link as the redirect needs it: made once when something changes, kept in a cache, read for each click.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct LinkSnapshot {
    /// The link's short name.
    pub slug: Slug,
    /// Its number, for the click id.
    pub number: LinkNumber,
    /// Its id.
    pub id: LinkId,
    /// What it is for.
    pub kind: LinkKind,
    /// The plan's version, for the click id.
    pub plan_version: u16,
    /// The plan's days in which a click may earn credit, and repeats count once (R22).
    pub window_days: u16,
    /// The enrollment's live code.
    pub code: Option<CodeText>,
    disabled: bool,
    #[serde(deserialize_with = "kept::moment")]
    starts_at: Option<Timestamp>,
    #[serde(deserialize_with = "kept::moment")]
    ends_at: Option<Timestamp>,
    page: Page,
    fallback: String,
    utm: String,
    /// The store's `scheme://host[:port]`.
    origin: String,
    /// Where deep links may lead: the store's `host[:port]`, then the plan's allowed hosts.
    hosts: Vec<String>,
    /// Whether a page of the store is opened by `/discount/CODE?redirect=`.
    discount_path: bool,
}

impl LinkSnapshot {
    /// Prepares a link. The URLs are expected to be checked ([`crate::plan::check_web_url`]).
    pub fn build(source: &LinkSource<'_>) -> Self {
        let LinkSource { plan, store_url, .. } = *source;
        let terms = &plan.link;
        let origin = source::origin(store_url);
        let utm = utm_query(&terms.utm, source.campaign, source.creator);
        let chosen = source.page.or(terms.click_through_url.as_deref());
        let tags = amazon::tags(source, chosen);
        let is_tagged = tags.is_some();
        let utm = [tags, Some(utm).filter(|utm| !utm.is_empty())]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join("&");
        let code = source.code.filter(|_| terms.apply_code && source.kind == LinkKind::Affiliate);
        let applying = code.and_then(|code| applying::page(source, chosen, code));
        let page = applying.unwrap_or_else(|| page::encode_visible(chosen.unwrap_or(store_url)));
        let page = if is_tagged { amazon::untagged(&page) } else { page };
        let authority = origin.split_once("://").map_or("", |(_, authority)| authority).to_owned();
        let allowed = terms.allowed_hosts.iter().map(|host| host.to_ascii_lowercase());
        Self {
            slug: source.slug.clone(),
            number: source.number,
            id: source.id.clone(),
            kind: source.kind,
            plan_version: source.plan_version,
            window_days: plan.attribution.window_days,
            code: source.code.cloned(),
            disabled: source.disabled || source.plan_deactivated,
            starts_at: plan.limits.starts_at,
            ends_at: plan.limits.ends_at,
            page: Page::new(&page, &utm),
            fallback: page::encode_visible(terms.fallback_url.as_deref().unwrap_or(store_url)),
            utm,
            origin,
            hosts: std::iter::once(authority).chain(allowed).collect(),
            discount_path: code.is_some() && source.platform == Platform::Shopify,
        }
    }

    /// Whether the link works at this moment. A snapshot is never [`LinkState::Unknown`].
    pub fn state(&self, now: Timestamp) -> LinkState {
        if self.disabled {
            LinkState::Disabled
        } else if self.starts_at.is_some_and(|start| now < start) {
            LinkState::BeforeStart
        } else if self.ends_at.is_some_and(|end| end <= now) {
            LinkState::Ended
        } else {
            LinkState::Live
        }
    }

    fn live_location(&self, page: &Page, click_id: Option<&str>) -> String {
        if let (true, Some(code)) = (self.discount_path, &self.code)
            && let Some(path) = page.location_in(&self.origin, click_id)
        {
            let redirect = encode_component(&path);
            let applying = [self.origin.as_str(), "/discount/", code.as_str(), "?redirect=", &redirect];
            return match click_id {
                Some(id) => [applying.concat().as_str(), "&", PARAMETER, "=", id].concat(),
                None => applying.concat(),
            };
        }
        page.location(click_id)
    }
}

/// Where a click leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    /// The `Location`: an absolute URL in visible ASCII.
    pub location: String,
    /// What the click was.
    pub state: LinkState,
}

impl Destination {
    /// Where a slug that is no link leads: this home page, an absolute URL.
    ///
    /// Text, not a `Url`: the redirect's component stays without a URL parser, which is 290 KB of Wasm.
    pub fn unknown(home: &str) -> Self {
        Self { location: page::encode_visible(home), state: LinkState::Unknown }
    }
}

/// Decides where a click leads.
///
/// A live link leads to its page, or to the deep link where it is allowed (anything else in it is ignored),
/// with the UTM parameters and, where the click may be counted, the click id. On Shopify an affiliate link
/// with a code goes by `/discount/CODE?redirect=`, as long as the page is on the store itself, because
/// Shopify forwards nowhere else; the click id then stands inside and outside of `redirect`. A link that
/// does not work leads to its fallback, without a click id.
pub fn destination(
    link: &LinkSnapshot,
    now: Timestamp,
    deep_link: Option<&str>,
    click_id: Option<&str>,
) -> Destination {
    let state = link.state(now);
    let location = if state == LinkState::Live {
        match deep_link.and_then(|to| deep_link::resolve(to, &link.origin, &link.hosts)) {
            Some(url) if amazon::is_tagged(&link.utm) => {
                link.live_location(&Page::new(&amazon::untagged(&url), &link.utm), click_id)
            }
            Some(url) => link.live_location(&Page::new(&url, &link.utm), click_id),
            None => link.live_location(&link.page, click_id),
        }
    } else {
        link.fallback.clone()
    };
    Destination { location, state }
}

fn utm_query(utm: &Utm, campaign: &str, creator: &str) -> String {
    let named = [
        ("utm_source", &utm.source),
        ("utm_medium", &utm.medium),
        ("utm_campaign", &utm.campaign),
        ("utm_term", &utm.term),
        ("utm_content", &utm.content),
    ];
    let pairs: Vec<String> = named
        .into_iter()
        .filter_map(|(name, value)| {
            let value = fill(value.as_deref()?, campaign, creator);
            (!value.is_empty()).then(|| format!("{name}={}", encode_component(&value)))
        })
        .collect();
    pairs.join("&")
}

/// Fills the places in; a name that looks like a place is not filled again.
fn fill(text: &str, campaign: &str, creator: &str) -> String {
    let pieces: Vec<String> =
        text.split("{campaign}").map(|piece| piece.replace("{creator}", creator)).collect();
    pieces.join(campaign)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use url::Url;

    const ID: &str = "AQEAAAAAEmcAA2khL8gBAgMEBQbWkYl0cV9mQ3x2Hk5a";

    /// What a case says; the rest is a live affiliate link of a Shopify store without a code.
    struct Case {
        platform: Platform,
        kind: LinkKind,
        store: &'static str,
        code: Option<&'static str>,
        page: Option<&'static str>,
        terms: &'static str,
        limits: &'static str,
        disabled: bool,
        plan_deactivated: bool,
    }

    impl Default for Case {
        fn default() -> Self {
            Self {
                platform: Platform::Shopify,
                kind: LinkKind::Affiliate,
                store: "https://shop.example/",
                code: None,
                page: None,
                terms: "{}",
                limits: "{}",
                disabled: false,
                plan_deactivated: false,
            }
        }
    }

    impl Case {
        fn build(&self) -> LinkSnapshot {
            let code = self.code.map(|code| CodeText::parse(code).unwrap());
            let plan = format!(r#"{{"link": {}, "limits": {}}}"#, self.terms, self.limits);
            LinkSnapshot::build(&LinkSource {
                slug: &Slug::parse("anna").unwrap(),
                number: LinkNumber::new(7).unwrap(),
                id: &LinkId::new(Timestamp::from_millis(1), [0; 10]),
                kind: self.kind,
                disabled: self.disabled,
                plan_deactivated: self.plan_deactivated,
                plan_version: 3,
                plan: &serde_json::from_str(&plan).unwrap(),
                page: self.page,
                store_url: self.store,
                platform: self.platform,
                attribution_tag: None,
                code: code.as_ref(),
                campaign: "Spring & Sale",
                creator: "José {campaign}",
            })
        }

        fn location(&self, deep_link: Option<&str>, click_id: Option<&str>) -> String {
            let link = self.build();
            let read: LinkSnapshot = serde_json::from_str(&serde_json::to_string(&link).unwrap()).unwrap();
            assert_eq!(link, read);
            destination(&read, moment("2026-06-01"), deep_link, click_id).location
        }
    }

    fn moment(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    const UTM: &str = r#"{"utm": {"source": "tributary", "campaign": "{campaign}", "content": "{creator}"},
        "clickThroughUrl": "https://shop.example/new?sort=price#list"}"#;

    // R1, R10, R20
    #[test]
    fn a_live_link_leads_to_its_page_with_utm_and_click_id() {
        let plain = Case::default();
        assert_eq!(plain.location(None, Some("ID")), "https://shop.example/?trb=ID");
        assert_eq!(plain.location(None, None), "https://shop.example/");
        let with_utm = Case { terms: UTM, ..Case::default() };
        assert_eq!(
            with_utm.location(None, Some("ID")),
            "https://shop.example/new?sort=price&utm_source=tributary&utm_campaign=Spring%20%26%20Sale\
             &utm_content=Jos%C3%A9%20%7Bcampaign%7D&trb=ID#list"
        );
        let own_page = Case { page: Some("https://blog.example/post"), terms: UTM, ..Case::default() };
        assert!(
            own_page
                .location(None, Some("ID"))
                .starts_with("https://blog.example/post?utm_source=tributary&")
        );
    }

    // R10
    #[test]
    fn shopify_applies_the_code_where_the_page_is_on_the_store() {
        let shopify = Case { code: Some("ANNA10"), ..Case::default() };
        for (case, deep_link, click_id, expected) in [
            (
                &shopify,
                None,
                Some("ID"),
                "https://shop.example/discount/ANNA10?redirect=%2F%3Ftrb%3DID&trb=ID",
            ),
            (&shopify, None, None, "https://shop.example/discount/ANNA10?redirect=%2F"),
            (
                &shopify,
                Some("/products/x?a=1#top"),
                Some("ID"),
                "https://shop.example/discount/ANNA10?redirect=%2Fproducts%2Fx%3Fa%3D1%26trb%3DID%23top&trb=ID",
            ),
            (
                &Case {
                    terms: r#"{"utm": {"source": "a b"}, "clickThroughUrl": "https://shop.example/new"}"#,
                    code: Some("ANNA10"),
                    ..Case::default()
                },
                None,
                Some("ID"),
                "https://shop.example/discount/ANNA10?redirect=%2Fnew%3Futm_source%3Da%2520b%26trb%3DID&trb=ID",
            ),
            // Shopify forwards to paths of its own host only.
            (
                &Case { page: Some("https://blog.example/post"), code: Some("ANNA10"), ..Case::default() },
                None,
                Some("ID"),
                "https://blog.example/post?trb=ID",
            ),
            // A path that a forwarding shop could take for another host.
            (
                &Case {
                    page: Some("https://shop.example//evil.example"),
                    code: Some("ANNA10"),
                    ..Case::default()
                },
                None,
                Some("ID"),
                "https://shop.example//evil.example?trb=ID",
            ),
            (
                &Case { page: Some("https://shop.example.org/x"), code: Some("ANNA10"), ..Case::default() },
                None,
                Some("ID"),
                "https://shop.example.org/x?trb=ID",
            ),
            (
                &Case { kind: LinkKind::Tracking, code: Some("ANNA10"), ..Case::default() },
                None,
                Some("ID"),
                "https://shop.example/?trb=ID",
            ),
            (
                &Case { terms: r#"{"applyCode": false}"#, code: Some("ANNA10"), ..Case::default() },
                None,
                Some("ID"),
                "https://shop.example/?trb=ID",
            ),
        ] {
            assert_eq!(case.location(deep_link, click_id), expected);
        }
    }

    // R10
    #[test]
    fn other_stores_apply_the_code_only_with_a_product_or_a_payment_link() {
        const PRODUCT: &str = r#"{"productIds": ["123"]}"#;
        const NEW: &str = r#"{"clickThroughUrl": "https://shop.example/new"}"#;
        const NOT_APPLIED: &str = r#"{"clickThroughUrl": "https://shop.example/new", "applyCode": false}"#;
        let woo = || Case {
            platform: Platform::Woocommerce,
            code: Some("ANNA10"),
            limits: PRODUCT,
            ..Case::default()
        };
        for (case, expected) in [
            (woo(), "https://shop.example/checkout-link/?products=123:1&coupon=ANNA10&trb=ID"),
            (
                Case { store: "https://site.example/shop", ..woo() },
                "https://site.example/shop/checkout-link/?products=123:1&coupon=ANNA10&trb=ID",
            ),
            (
                Case { platform: Platform::Bigcommerce, terms: NEW, ..woo() },
                "https://shop.example/cart.php?action=add&product_id=123&couponcode=ANNA10&trb=ID",
            ),
            (Case { limits: "{}", ..woo() }, "https://shop.example/?trb=ID"),
            (Case { limits: r#"{"productIds": ["1", "2"]}"#, ..woo() }, "https://shop.example/?trb=ID"),
            (Case { limits: r#"{"productIds": ["1&x=2"]}"#, ..woo() }, "https://shop.example/?trb=ID"),
            (Case { code: None, ..woo() }, "https://shop.example/?trb=ID"),
            (Case { kind: LinkKind::Tracking, ..woo() }, "https://shop.example/?trb=ID"),
            // The product comes before the plan's page, and after a page of the link's own.
            (
                Case { terms: NEW, ..woo() },
                "https://shop.example/checkout-link/?products=123:1&coupon=ANNA10&trb=ID",
            ),
            (Case { terms: NOT_APPLIED, ..woo() }, "https://shop.example/new?trb=ID"),
            (Case { terms: NEW, code: None, ..woo() }, "https://shop.example/new?trb=ID"),
            (Case { terms: NEW, kind: LinkKind::Tracking, ..woo() }, "https://shop.example/new?trb=ID"),
            (Case { page: Some("https://shop.example/own"), ..woo() }, "https://shop.example/own?trb=ID"),
            (Case { platform: Platform::Stripe, ..woo() }, "https://shop.example/?trb=ID"),
            (
                Case {
                    platform: Platform::Stripe,
                    terms: r#"{"clickThroughUrl": "https://buy.stripe.com/abc?locale=de"}"#,
                    ..woo()
                },
                "https://buy.stripe.com/abc?locale=de&prefilled_promo_code=ANNA10&trb=ID",
            ),
        ] {
            assert_eq!(case.location(None, Some("ID")), expected);
        }
        let deep = Case { terms: NEW, ..woo() }.location(Some("/x"), Some("ID"));
        assert_eq!(deep, "https://shop.example/x?trb=ID");
    }

    // R11
    #[test]
    fn a_link_that_does_not_work_leads_to_the_fallback_and_says_what_it_was() {
        const DATES: &str = r#"{"startsAt": "2026-01-01T00:00:00Z", "endsAt": "2026-02-01T00:00:00Z"}"#;
        const FALLBACK: &str = r#"{"fallbackUrl": "https://brand.example/over?a=1", "utm": {"source": "a"}}"#;
        let dated = || Case { limits: DATES, code: Some("ANNA10"), ..Case::default() };
        for (case, day, state, location) in [
            (dated(), "2025-12-31", LinkState::BeforeStart, "https://shop.example/"),
            (
                dated(),
                "2026-01-01",
                LinkState::Live,
                "https://shop.example/discount/ANNA10?redirect=%2F%3Ftrb%3DID&trb=ID",
            ),
            (dated(), "2026-02-01", LinkState::Ended, "https://shop.example/"),
            (
                Case { terms: FALLBACK, ..dated() },
                "2026-02-01",
                LinkState::Ended,
                "https://brand.example/over?a=1",
            ),
            (Case { disabled: true, ..dated() }, "2026-01-15", LinkState::Disabled, "https://shop.example/"),
            (
                Case { plan_deactivated: true, ..dated() },
                "2026-01-15",
                LinkState::Disabled,
                "https://shop.example/",
            ),
        ] {
            let deep_link = if state == LinkState::Live { None } else { Some("/x") };
            let found = destination(&case.build(), moment(day), deep_link, Some("ID"));
            assert_eq!(found, Destination { location: location.to_owned(), state }, "{day}");
        }
        let unknown = Destination::unknown("https://shop.example/");
        assert_eq!((unknown.location.as_str(), unknown.state), ("https://shop.example/", LinkState::Unknown));
    }

    // R10
    #[test]
    fn a_deep_link_that_is_not_allowed_is_ignored() {
        let case = Case {
            terms: r#"{"allowedHosts": ["Blog.Example"], "utm": {"source": "a"}}"#,
            ..Case::default()
        };
        for (to, expected) in [
            ("/x", "https://shop.example/x?utm_source=a&trb=ID"),
            ("/x?utm_source=b&trb=FORGED", "https://shop.example/x?utm_source=b&trb=ID"),
            ("https://blog.example/post#top", "https://blog.example/post?utm_source=a&trb=ID#top"),
            ("https://evil.example/", "https://shop.example/?utm_source=a&trb=ID"),
            ("//evil.example/", "https://shop.example/?utm_source=a&trb=ID"),
        ] {
            assert_eq!(case.location(Some(to), Some("ID")), expected, "{to}");
        }
    }

    // R20, R21
    #[test]
    fn the_click_id_is_found_again_in_every_location() {
        for case in [
            Case::default(),
            Case { terms: UTM, ..Case::default() },
            Case { terms: UTM, code: Some("ANNA10"), ..Case::default() },
            Case { store: "http://127.0.0.1:3000", code: Some("ANNA10"), ..Case::default() },
        ] {
            let location = case.location(Some("/products/x#top"), Some(ID));
            assert_eq!(crate::click_id::find_in_url(&location), [ID], "{location}");
        }
    }

    #[test]
    fn words_for_kinds_and_states_are_read_back() {
        for kind in [LinkKind::Affiliate, LinkKind::Tracking] {
            assert_eq!(LinkKind::parse(kind.as_str()), Some(kind));
        }
        for state in LinkState::ALL {
            assert_eq!(LinkState::parse(state.as_str()), Some(state));
        }
    }

    fn check_location(case: &Case, to: &str) -> Result<(), TestCaseError> {
        let location = case.location(Some(to), Some(ID));
        prop_assert!(location.bytes().all(|byte| (0x21..=0x7e).contains(&byte)), "{}", location);
        let url = Url::parse(&location).unwrap();
        let hosts = ["shop.example", "blog.example"];
        prop_assert!(hosts.contains(&url.host_str().unwrap()), "{}", location);
        prop_assert!(url.scheme() == "https" && url.port().is_none() && url.username().is_empty());
        prop_assert_eq!(url.query_pairs().filter(|(name, _)| name == PARAMETER).count(), 1);
        if let Some((_, path)) = url.query_pairs().find(|(name, _)| name == "redirect")
            && url.path().starts_with("/discount/")
        {
            // Where a shop's redirect would lead, read as a browser reads it, once and twice decoded.
            let twice = percent_encoding::percent_decode_str(&path).decode_utf8_lossy();
            for path in [path.as_ref(), twice.as_ref()] {
                let forwarded = url.join(path).unwrap();
                prop_assert_eq!(forwarded.host_str(), Some("shop.example"), "{}", location);
            }
        }
        Ok(())
    }

    proptest! {
        // R10, R20
        #[test]
        fn no_deep_link_leads_to_another_host_or_breaks_the_header(
            to in "\\PC{0,60}|(https?:|/|\\\\|//|\t|\n)?(/|\\\\|@|:|shop\\.example|evil\\.example|blog\\.example|%2[fF]|%5[cC]|\\.\\.|\\.|[?#&]|[\r\n\t ]|é|x){0,8}",
            code in any::<bool>(),
        ) {
            let case = Case {
                terms: r#"{"allowedHosts": ["blog.example"], "utm": {"source": "é"}}"#,
                code: code.then_some("ANNA10"),
                ..Case::default()
            };
            check_location(&case, &to)?;
        }

        // R10
        #[test]
        fn what_a_parser_would_open_elsewhere_is_never_opened_by_us(
            to in "https://(shop|evil|[@:/\\\\?#.%]){1,6}\\.example(:[0-9]{1,5}|@|/|\\\\|\\?|#|\\.)?(evil|shop)?(\\.example)?/?",
        ) {
            check_location(&Case { terms: r#"{"allowedHosts": ["blog.example"]}"#, ..Case::default() }, &to)?;
        }
    }
}
