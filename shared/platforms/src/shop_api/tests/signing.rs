//! How each shop knows us.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tributary_domain::capability::Platform;

use super::super::testing::{credentials, currency, moment, response, shop, shown};
use super::super::{AccessToken, Call, Request, Shop, Signing, Task};

fn signing() -> Signing<'static> {
    Signing { token: None, now: moment("2026-11-21T12:00:00Z"), nonce: [1; 16] }
}

/// The signed request of a check.
#[track_caller]
fn signed(shop: &Shop) -> Request {
    shop.sign(Call::start(shop, Task::Check).unwrap().1, &signing()).unwrap()
}

fn header<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    request.headers().get(name).map(|value| value.to_str().unwrap())
}

#[test]
fn each_platform_has_its_own_address_and_key() {
    for (platform, address, name, value) in [
        (
            Platform::Shopify,
            "https://shop.example/admin/api/2026-07/graphql.json",
            "x-shopify-access-token",
            "shpat_secret".to_owned(),
        ),
        (
            Platform::Woocommerce,
            "https://shop.example/wp-json/wc/v3/coupons?per_page=1",
            "authorization",
            format!("Basic {}", STANDARD.encode("ck_key:cs_secret")),
        ),
        (
            Platform::Bigcommerce,
            "https://api.bigcommerce.com/stores/abc123/v3/promotions?limit=1",
            "x-auth-token",
            "bc_secret".to_owned(),
        ),
        (
            Platform::Stripe,
            "https://api.stripe.com/v1/promotion_codes?limit=1",
            "authorization",
            "Bearer sk_secret".to_owned(),
        ),
    ] {
        let request = signed(&shop(platform));
        assert_eq!(request.uri().to_string(), address);
        assert_eq!(header(&request, name), Some(value.as_str()), "{platform}");
        assert!(!format!("{:?}", request.headers()).contains(&value), "{platform} prints its key");
    }
}

#[test]
fn an_address_of_its_own_overrides_the_platforms() {
    for (platform, address) in [
        (Platform::Shopify, "http://127.0.0.1:9/p/admin/api/2026-07/graphql.json"),
        (Platform::Bigcommerce, "http://127.0.0.1:9/p/stores/abc123/v3/promotions?limit=1"),
        (
            Platform::AdobeCommerce,
            "http://127.0.0.1:9/p/rest/V1/coupons/search?searchCriteria%5BpageSize%5D=1",
        ),
        (Platform::Stripe, "http://127.0.0.1:9/p/v1/promotion_codes?limit=1"),
    ] {
        let json = credentials(platform).replacen('{', r#"{"apiUrl": "http://127.0.0.1:9/p/", "#, 1);
        let shop = Shop::new(platform, "https://shop.example", currency("EUR"), &json).unwrap();
        assert_eq!(signed(&shop).uri().to_string(), address);
    }
}

#[test]
fn credentials_are_read_by_platform_and_never_printed() {
    for platform in [
        Platform::Shopify,
        Platform::Woocommerce,
        Platform::Bigcommerce,
        Platform::AdobeCommerce,
        Platform::Stripe,
    ] {
        let printed = format!("{:?}", shop(platform));
        assert!(!printed.contains("secret") || printed.contains("[secret]"), "{printed}");
        assert!(!printed.contains("_secret\"") && !printed.contains("shpat"), "{printed}");
        for wrong in ["{}", "[]", "", r#"{"accessToken": 1}"#] {
            let error = Shop::new(platform, "https://shop.example", currency("EUR"), wrong).unwrap_err();
            assert_eq!(error.code, "incomplete_credentials", "{platform}: {wrong}");
        }
        for url in
            ["ftp://shop.example", "shop.example", "https://a:b@shop.example", "https://shop.example/?a=1"]
        {
            let json = credentials(platform).replacen('{', &format!(r#"{{"apiUrl": "{url}", "#), 1);
            let error = Shop::new(platform, "https://shop.example", currency("EUR"), &json).unwrap_err();
            assert_eq!(error.code, "invalid_api_url", "{platform}: {url}");
        }
    }
}

#[test]
fn a_key_that_no_header_can_carry_is_said_to_be_wrong() {
    let shop =
        Shop::new(Platform::Stripe, "https://shop.example", currency("EUR"), r#"{"secretKey": "sk\n1"}"#);
    let shop = shop.unwrap();
    let refusal = shop.sign(Call::start(&shop, Task::Check).unwrap().1, &signing()).unwrap_err();
    assert!(!refusal.to_string().contains("sk"), "{refusal}");
}

#[test]
fn a_shopify_app_changes_its_id_and_secret_for_a_token_of_a_day() {
    let json = r#"{"clientId": "app", "clientSecret": "shh"}"#;
    let shop = Shop::new(Platform::Shopify, "https://brand.myshopify.com/", currency("EUR"), json).unwrap();
    let asked = shop.token_request().unwrap().unwrap();
    assert_eq!(asked.uri().to_string(), "https://brand.myshopify.com/admin/oauth/access_token");
    assert_eq!(
        shown(&asked).2,
        r#"{"client_id":"app","client_secret":"shh","grant_type":"client_credentials"}"#
    );
    let now = moment("2026-11-21T12:00:00Z");
    let answer = r#"{"access_token": "shpat_day", "scope": "write_discounts", "expires_in": 86399}"#;
    let token = shop.read_token(&response(200, answer), now).unwrap();
    assert_eq!(token, AccessToken::new("shpat_day", moment("2026-11-22T11:59:59Z")));
    let signing = Signing { token: Some(&token), ..signing() };
    let request = shop.sign(Call::start(&shop, Task::Check).unwrap().1, &signing).unwrap();
    assert_eq!(header(&request, "x-shopify-access-token"), Some("shpat_day"));
    // Without a token nothing is sent at all.
    assert!(shop.sign(Call::start(&shop, Task::Check).unwrap().1, &self::signing()).is_err());

    let wrong = r#"{"error": "invalid_client", "error_description": "Client authentication failed"}"#;
    for status in [400, 401] {
        let refusal = shop.read_token(&response(status, wrong), now).unwrap_err();
        assert_eq!(refusal, super::super::Failure::Unauthorised("Client authentication failed".to_owned()));
    }
    assert!(shop.read_token(&response(200, r#"{"access_token": ""}"#), now).unwrap_err().leaves_doubt());
    assert!(super::super::testing::shop(Platform::Shopify).token_request().is_none());
}

#[test]
fn woocommerce_on_plain_http_is_signed_and_never_sends_its_secret() {
    let keys = r#"{"consumerKey": "ck_key", "consumerSecret": "cs_secret"}"#;
    let shop = Shop::new(Platform::Woocommerce, "http://shop.example", currency("EUR"), keys).unwrap();
    let request = signed(&shop);
    assert_eq!(header(&request, "authorization"), None);
    // The signature was computed with Python's hmac over the base string of RFC 5849.
    assert_eq!(
        request.uri().to_string(),
        "http://shop.example/wp-json/wc/v3/coupons?per_page=1&oauth_consumer_key=ck_key\
         &oauth_nonce=01010101010101010101010101010101&oauth_signature_method=HMAC-SHA256\
         &oauth_timestamp=1795262400&oauth_version=1.0&oauth_signature=sWYk0hpv96hytrhjTnQgn3Fk%2F5DN5%2FPFP1DdB3cD19o%3D"
    );
    // A proxy on this machine may speak HTTPS to the shop and take the keys themselves.
    let shop = Shop::new(Platform::Woocommerce, "http://127.0.0.1:9", currency("EUR"), keys).unwrap();
    assert!(header(&signed(&shop), "authorization").is_some());
}

#[test]
fn adobe_commerce_is_signed_in_the_header() {
    let request = signed(&shop(Platform::AdobeCommerce));
    // As above.
    assert_eq!(
        header(&request, "authorization"),
        Some(
            "OAuth oauth_consumer_key=\"ac_key\", oauth_nonce=\"01010101010101010101010101010101\", \
             oauth_signature_method=\"HMAC-SHA256\", oauth_timestamp=\"1795262400\", oauth_version=\"1.0\", \
             oauth_token=\"at_key\", oauth_signature=\"xfwST9t0ENuJZl4Z0zvTOJ%2FKkwRkmHFMUAYNoxoTCvo%3D\""
        )
    );
}
