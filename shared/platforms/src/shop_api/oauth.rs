//! OAuth 1.0a signatures (RFC 5849) with HMAC-SHA256, as Adobe Commerce wants them in a header and
//! `WooCommerce`, on plain HTTP, in the query.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use http::{HeaderValue, Uri, header};
use percent_encoding::percent_decode_str;
use sha2::Sha256;
use tributary_domain::Timestamp;

use super::credentials::{ConsumerKeys, IntegrationKeys};
use super::draft::segment;
use super::{Failure, Request};

/// What makes a signature unlike every other one.
#[derive(Clone, Copy)]
pub(super) struct Once {
    pub(super) now: Timestamp,
    pub(super) nonce: [u8; 16],
}

/// Signs a request in its `Authorization` header (RFC 5849, 3.5.1).
pub(super) fn sign_in_header(
    request: &mut Request,
    keys: &IntegrationKeys,
    once: Once,
) -> Result<(), Failure> {
    let mut parameters = protocol(keys.consumer_key.reveal(), once);
    parameters.push(("oauth_token".to_owned(), keys.access_token.reveal().to_owned()));
    let base = base_string(request.method().as_str(), request.uri(), &parameters);
    let signature = signature(&base, keys.consumer_secret.reveal(), keys.access_token_secret.reveal());
    parameters.push(("oauth_signature".to_owned(), signature));
    let pairs = parameters.iter().map(|(name, value)| format!("{}=\"{}\"", segment(name), segment(value)));
    let text = format!("OAuth {}", pairs.collect::<Vec<_>>().join(", "));
    let mut value = HeaderValue::from_str(&text).map_err(Failure::refused)?;
    value.set_sensitive(true);
    request.headers_mut().insert(header::AUTHORIZATION, value);
    Ok(())
}

/// Signs a request in its query (RFC 5849, 3.5.3), without a token: the consumer is the user.
pub(super) fn sign_in_query(request: &mut Request, keys: &ConsumerKeys, once: Once) -> Result<(), Failure> {
    let mut parameters = protocol(keys.consumer_key.reveal(), once);
    let base = base_string(request.method().as_str(), request.uri(), &parameters);
    parameters.push(("oauth_signature".to_owned(), signature(&base, keys.consumer_secret.reveal(), "")));
    let signed = parameters.iter().map(|(name, value)| format!("{}={}", segment(name), segment(value)));
    let query: Vec<String> = request.uri().query().map(str::to_owned).into_iter().chain(signed).collect();
    let mut parts = request.uri().clone().into_parts();
    let path = format!("{}?{}", request.uri().path(), query.join("&"));
    parts.path_and_query = Some(path.parse().map_err(Failure::refused)?);
    *request.uri_mut() = Uri::from_parts(parts).map_err(Failure::refused)?;
    Ok(())
}

fn protocol(consumer_key: &str, once: Once) -> Vec<(String, String)> {
    let nonce = format!("{:032x}", u128::from_be_bytes(once.nonce));
    [
        ("oauth_consumer_key", consumer_key.to_owned()),
        ("oauth_nonce", nonce),
        ("oauth_signature_method", "HMAC-SHA256".to_owned()),
        ("oauth_timestamp", once.now.as_seconds().to_string()),
        ("oauth_version", "1.0".to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .to_vec()
}

/// RFC 5849, 3.4.1: method, address without query, and all parameters, encoded, sorted, encoded again. Our
/// bodies are JSON, so none of their parameters count.
fn base_string(method: &str, uri: &Uri, protocol: &[(String, String)]) -> String {
    let decode = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
    let in_query = uri.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decode(name), decode(value))
    });
    let mut pairs: Vec<(String, String)> = in_query
        .chain(protocol.iter().cloned())
        .map(|(name, value)| (segment(&name), segment(&value)))
        .collect();
    pairs.sort();
    let joined = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&");
    format!("{}&{}&{}", method.to_ascii_uppercase(), segment(&address(uri)), segment(&joined))
}

/// The address in lower case without its default port, query and fragment (RFC 5849, 3.4.1.2).
fn address(uri: &Uri) -> String {
    let scheme = uri.scheme_str().unwrap_or("https");
    let host = uri.host().unwrap_or_default().to_ascii_lowercase();
    let port = uri.port_u16().filter(|port| !matches!((scheme, port), ("http", 80) | ("https", 443)));
    let port = port.map(|port| format!(":{port}")).unwrap_or_default();
    format!("{scheme}://{host}{port}{}", uri.path())
}

fn signature(base: &str, consumer_secret: &str, token_secret: &str) -> String {
    let key = format!("{}&{}", segment(consumer_secret), segment(token_secret));
    // HMAC takes a key of any length.
    let mac = Hmac::<Sha256>::new_from_slice(key.as_bytes());
    mac.map(|mac| STANDARD.encode(mac.chain_update(base).finalize().into_bytes())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    // RFC 5849, 3.4.1.1 and 3.4.1.3.1. Its body is a form, whose two parameters stand among the others here.
    #[test]
    fn the_base_string_is_that_of_the_rfc() {
        let uri = "http://EXAMPLE.COM:80/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b".parse::<Uri>().unwrap();
        let parameters = [
            ("oauth_consumer_key", "9djdj82h48djs9d2"),
            ("oauth_token", "kkk9d7dh3k39sjv7"),
            ("oauth_signature_method", "HMAC-SHA1"),
            ("oauth_timestamp", "137131201"),
            ("oauth_nonce", "7d8f3e4a"),
            ("c2", ""),
            ("a3", "2 q"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(
            base_string("POST", &uri, &parameters),
            "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540\
             %3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3D\
             HMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7"
        );
    }

    #[test]
    fn a_port_of_its_own_belongs_to_the_address() {
        for (uri, expected) in [
            ("https://www.example.net:8080/?q=1", "https://www.example.net:8080/"),
            ("https://Example.net:443/a", "https://example.net/a"),
            ("http://[::1]:9/a?b#c", "http://[::1]:9/a"),
        ] {
            assert_eq!(address(&uri.parse().unwrap()), expected);
        }
    }
}
