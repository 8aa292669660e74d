//! A shop's secrets: checked, then sealed under the shop's own id.

use serde_json::{Map, Value};
use tributary_domain::FieldErrors;
use tributary_domain::capability::Platform;
use tributary_domain::ids::StoreId;
use tributary_domain::plan::check_web_url;
use tributary_web::Problem;
use tributary_web::context::random;
use tributary_web::rest::Call;
use tributary_web::seal::{self, store_place};
use url::Url;

/// One in use and one that is being rotated in; one more for webhooks made by hand, which Shopify signs
/// with another secret than the app's.
const MOST_WEBHOOK_SECRETS: usize = 4;

pub(super) fn check_webhook_secrets(given: &[String], errors: &mut FieldErrors) {
    if given.len() > MOST_WEBHOOK_SECRETS {
        errors.add("webhookSecrets", "too_many", format!("at most {MOST_WEBHOOK_SECRETS}"));
    }
    for (index, secret) in given.iter().enumerate() {
        if secret.trim().is_empty() {
            // WooCommerce "signs" with an empty secret too: anybody could.
            errors.add(format!("webhookSecrets[{index}]"), "required", "must not be empty");
        }
    }
}

/// What each platform's API needs (`api.md`): one of these sets of members.
fn wanted(platform: Platform) -> &'static [&'static [&'static str]] {
    match platform {
        Platform::Shopify => &[&["accessToken"], &["clientId", "clientSecret"]],
        Platform::Woocommerce => &[&["consumerKey", "consumerSecret"]],
        Platform::Bigcommerce => &[&["storeHash", "accessToken"]],
        Platform::AdobeCommerce => &[&["consumerKey", "consumerSecret", "accessToken", "accessTokenSecret"]],
        Platform::Stripe => &[&["secretKey"]],
        Platform::Amazon => &[&["clientId", "clientSecret", "refreshToken", "profileId", "region"]],
        Platform::Custom => &[],
    }
}

/// `apiUrl` may stand beside the credentials as well as among them.
pub(super) fn add_api_url(
    credentials: Option<&mut Map<String, Value>>,
    api_url: Option<String>,
) -> Result<(), Problem> {
    match (credentials, api_url) {
        (_, None) => {}
        (Some(credentials), Some(url)) => {
            credentials.insert("apiUrl".to_owned(), Value::String(url));
        }
        (None, Some(_)) => {
            return Err(Problem::field(
                "apiUrl",
                "without_credentials",
                "is kept with the credentials: send both",
            ));
        }
    }
    Ok(())
}

pub(super) fn check_credentials(
    platform: Platform,
    given: Option<&Map<String, Value>>,
    errors: &mut FieldErrors,
) {
    let Some(given) = given else { return };
    let sets = wanted(platform);
    let complete = |set: &&[&str]| {
        set.iter()
            .all(|name| given.get(*name).and_then(Value::as_str).is_some_and(|text| !text.trim().is_empty()))
    };
    if !sets.iter().any(complete) {
        let needed: Vec<String> = sets.iter().map(|set| set.join(", ")).collect();
        let detail = if needed.is_empty() {
            "this platform takes no credentials".to_owned()
        } else {
            format!("needs {}, each a text", needed.join(" or "))
        };
        errors.add("credentials", "incomplete", detail);
    }
    for name in given.keys().filter(|name| *name != "apiUrl") {
        if !sets.iter().any(|set| set.contains(&name.as_str())) {
            errors.add(format!("credentials.{name}"), "unknown", "this platform has no such credential");
        }
    }
    for (name, text) in given.iter().filter_map(|(name, value)| Some((name, value.as_str()?))) {
        if name != "apiUrl" && text.chars().any(char::is_control) {
            let detail =
                "has a line break or another control character, which no request can carry: copy it again";
            errors.add(format!("credentials.{name}"), "invalid", detail);
        }
    }
    if given.get("apiUrl").is_some_and(|url| !url.is_null() && !is_address(url)) {
        let detail = "must be an http or https address without a user name, a query or a fragment";
        errors.add("credentials.apiUrl", "invalid_url", detail);
    }
}

/// Whether the calls of an API can begin with it.
fn is_address(url: &Value) -> bool {
    let url = url.as_str().filter(|text| !text.chars().any(|letter| letter.is_control() || letter == ' '));
    url.and_then(|text| Url::parse(text).ok())
        .is_some_and(|url| check_web_url(&url).is_ok() && url.query().is_none() && url.fragment().is_none())
}

pub(super) fn seal_webhook_secrets(
    call: &Call,
    id: &StoreId,
    given: &[String],
) -> Result<Option<String>, Problem> {
    if given.is_empty() { Ok(None) } else { seal_json(call, id, &serde_json::json!(given)) }
}

pub(super) fn seal_credentials(
    call: &Call,
    id: &StoreId,
    given: Option<&Map<String, Value>>,
) -> Result<Option<String>, Problem> {
    given.map_or(Ok(None), |given| seal_json(call, id, &serde_json::json!(given)))
}

fn seal_json(call: &Call, id: &StoreId, value: &Value) -> Result<Option<String>, Problem> {
    seal::seal(&call.context.keys, &store_place(id), value.to_string().as_bytes(), random())
        .map(Some)
        .map_err(|error| Problem::internal(error.to_string()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn wrong(platform: Platform, credentials: &Value) -> Vec<String> {
        let mut errors = FieldErrors::default();
        check_credentials(platform, credentials.as_object(), &mut errors);
        errors.as_slice().iter().map(|error| error.path.clone()).collect()
    }

    // R5, R73
    #[test]
    fn credentials_that_no_request_could_carry_are_refused_when_they_are_given() {
        for (credentials, paths) in [
            (json!({"accessToken": "a"}), vec![]),
            (json!({"accessToken": "a\nb"}), vec!["credentials.accessToken"]),
            (
                json!({"clientId": "a\0", "clientSecret": "b\r"}),
                vec!["credentials.clientId", "credentials.clientSecret"],
            ),
            (json!({"accessToken": "a", "apiUrl": null}), vec![]),
            (json!({"accessToken": "a", "apiUrl": "https://proxy.example:8443/shop/"}), vec![]),
            (json!({"accessToken": "a", "apiUrl": "http://127.0.0.1:9"}), vec![]),
            (json!({"accessToken": "a", "apiUrl": "ftp://x"}), vec!["credentials.apiUrl"]),
            (json!({"accessToken": "a", "apiUrl": "proxy.example"}), vec!["credentials.apiUrl"]),
            (json!({"accessToken": "a", "apiUrl": "https://a:b@proxy.example"}), vec!["credentials.apiUrl"]),
            (json!({"accessToken": "a", "apiUrl": "https://proxy.example/?a"}), vec!["credentials.apiUrl"]),
            (json!({"accessToken": "a", "apiUrl": "https://proxy.example/\n"}), vec!["credentials.apiUrl"]),
            (json!({"accessToken": "a", "apiUrl": 5}), vec!["credentials.apiUrl"]),
        ] {
            assert_eq!(wrong(Platform::Shopify, &credentials), paths, "{credentials}");
        }
    }
}
