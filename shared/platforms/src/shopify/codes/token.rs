//! The client credentials grant: an app's id and secret for a token of 24 hours.

use http::Method;
use serde::Serialize;
use tributary_domain::Timestamp;

use crate::json::{Field, Object};
use crate::shop_api::{AccessToken, Draft, Failure, Reply, Request, Response, Secret, Shop};

#[derive(Serialize)]
struct Grant<'a> {
    client_id: &'a str,
    client_secret: &'a str,
    #[serde(rename = "grant_type")]
    kind: &'static str,
}

/// Asks for a token.
pub(crate) fn token_request(shop: &Shop, id: &Secret, secret: &Secret) -> Result<Request, Failure> {
    let grant = Grant { client_id: id.reveal(), client_secret: secret.reveal(), kind: "client_credentials" };
    Draft::json(Method::POST, "/oauth/access_token", &grant)?.request(shop)
}

/// Reads the token. A wrong id or secret is a 400 or a 401 with `error_description`.
pub(crate) fn read_token(response: &Response, now: Timestamp) -> Result<AccessToken, Failure> {
    let reply = Reply::new(response);
    if reply.status() == 400 {
        let said = reply.object().ok().and_then(|body| words(&body));
        let said = said.unwrap_or_else(|| "the shop refused the app's id and secret".to_owned());
        return Err(Failure::Unauthorised(said));
    }
    reply.check(words)?;
    let body = reply.object()?;
    let text = body.get("access_token").and_then(|field| field.need(Field::words))?;
    let seconds = body.get("expires_in").and_then(|field| field.need(Field::whole))?;
    Ok(AccessToken::new(text, Timestamp::from_seconds(now.as_seconds().saturating_add(seconds.into()))))
}

fn words(body: &Object<'_>) -> Option<String> {
    ["error_description", "error"].iter().find_map(|name| body.get(name).ok()?.words().ok()?)
}
