//! How Amazon knows us: Login with Amazon, and the profile whose report is asked for.

use http::request::Builder;
use http::{Method, Request};
use serde::Deserialize;
use serde_json::json;
use tributary_domain::Day;

use crate::json::{Field, Object};
use crate::shop_api::segment;
use crate::unreadable::Unreadable;

/// Where tokens are made.
const TOKENS: &str = "https://api.amazon.com";
/// Everything that can be told of a click-through, over the 14 days after it.
const METRICS: &str = "Click-throughs,attributedDetailPageViewsClicks14d,attributedAddToCartClicks14d,\
    attributedPurchases14d,unitsSold14d,attributedSales14d,attributedTotalPurchases14d,totalUnitsSold14d,\
    totalAttributedSales14d";
/// Amazon refuses a report by link that asks for the bonus.
const BONUS: &str = ",brb_bonus_amount";
/// Lines of a page: fewer than Amazon would give, so that one call stays short.
const PAGE: u32 = 1_000;

/// A store's credentials.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Access {
    client_id: String,
    client_secret: String,
    refresh_token: String,
    profile_id: String,
    region: String,
    api_url: Option<String>,
}

/// What the lines of a report are by. Amazon tells the bonus by creator alone; and it masks what has had fewer than ten
/// clicks in all, which a creator's links together have sooner than each of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportBy {
    /// By campaign, creator and link.
    Link,
    /// By campaign and creator.
    Creator,
}

/// Why credentials cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAccess {
    /// A member is missing.
    #[error("the store's credentials are not those of Amazon")]
    Incomplete,
    /// Amazon Ads has three regions.
    #[error("the region must be na, eu or fe")]
    UnknownRegion,
    /// Something in them cannot stand in a request.
    #[error("the store's credentials cannot stand in a request")]
    Malformed,
}

impl Access {
    /// Reads the opened JSON.
    ///
    /// # Errors
    /// Why it cannot be used.
    pub fn parse(json: &str) -> Result<Self, InvalidAccess> {
        let access: Self = serde_json::from_str(json).map_err(|_| InvalidAccess::Incomplete)?;
        access.base().map(|_| ())?;
        Ok(access)
    }

    fn base(&self) -> Result<&str, InvalidAccess> {
        if let Some(url) = &self.api_url {
            return Ok(url.trim_end_matches('/'));
        }
        match self.region.to_ascii_lowercase().as_str() {
            "na" => Ok("https://advertising-api.amazon.com"),
            "eu" => Ok("https://advertising-api-eu.amazon.com"),
            "fe" => Ok("https://advertising-api-fe.amazon.com"),
            _ => Err(InvalidAccess::UnknownRegion),
        }
    }

    /// Asks for an access token, which lives for an hour.
    ///
    /// # Errors
    /// When the credentials cannot stand in it.
    pub fn token_request(&self) -> Result<Request<Vec<u8>>, InvalidAccess> {
        let base = self.api_url.as_deref().unwrap_or(TOKENS).trim_end_matches('/');
        let fields = [
            ("grant_type", "refresh_token"),
            ("refresh_token", &self.refresh_token),
            ("client_id", &self.client_id),
            ("client_secret", &self.client_secret),
        ];
        let form: Vec<String> =
            fields.iter().map(|(name, value)| format!("{name}={}", segment(value))).collect();
        Request::builder()
            .method(Method::POST)
            .uri(format!("{base}/auth/o2/token"))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form.join("&").into_bytes())
            .map_err(|_| InvalidAccess::Malformed)
    }

    /// Reads the answer to [`Access::token_request`].
    ///
    /// # Errors
    /// When there is no token in it.
    pub fn read_token(body: &[u8]) -> Result<String, Unreadable> {
        Object::of_body(body)?.get("access_token")?.need(Field::words)
    }

    /// Asks for a page of the report of these days, both inside.
    ///
    /// # Errors
    /// When the credentials or the token cannot stand in it.
    pub fn report_request(
        &self,
        token: &str,
        by: ReportBy,
        (first, last): (Day, Day),
        cursor: Option<&str>,
    ) -> Result<Request<Vec<u8>>, InvalidAccess> {
        let day = |day: Day| day.to_string().replace('-', "");
        let (group, bonus) = match by {
            ReportBy::Link => ("CREATIVE", ""),
            ReportBy::Creator => ("ADGROUP", BONUS),
        };
        let metrics = [METRICS, bonus].concat();
        let mut body = json!({"reportType": "PERFORMANCE", "startDate": day(first), "endDate": day(last),
            "count": PAGE, "groupBy": group, "metrics": metrics});
        if let (Some(cursor), Some(body)) = (cursor, body.as_object_mut()) {
            body.insert("cursorId".to_owned(), json!(cursor));
        }
        self.request(token, "/attribution/report")?
            .method(Method::POST)
            .header("content-type", "application/json")
            .body(body.to_string().into_bytes())
            .map_err(|_| InvalidAccess::Malformed)
    }

    /// Asks for what stands at a path.
    pub(super) fn get(&self, token: &str, path: &str) -> Result<Request<Vec<u8>>, InvalidAccess> {
        self.request(token, path)?.body(Vec::new()).map_err(|_| InvalidAccess::Malformed)
    }

    fn request(&self, token: &str, path: &str) -> Result<Builder, InvalidAccess> {
        Ok(Request::builder()
            .uri(format!("{}{path}", self.base()?))
            .header("authorization", format!("Bearer {token}"))
            .header("amazon-advertising-api-clientid", &self.client_id)
            .header("amazon-advertising-api-scope", &self.profile_id)
            .header("accept", "application/json"))
    }
}

/// Without the secrets.
impl std::fmt::Debug for Access {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Access to profile {}", self.profile_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn access(more: &str) -> Result<Access, InvalidAccess> {
        Access::parse(&format!(
            r#"{{"clientId": "amzn1.a", "clientSecret": "s&cret", "refreshToken": "Atzr|1", "profileId": "77"{more}}}"#
        ))
    }

    // R37
    #[test]
    fn a_token_is_asked_for_and_then_a_page_of_the_report() {
        let eu = access(r#", "region": "EU""#).unwrap();
        let token = eu.token_request().unwrap();
        assert_eq!(token.uri(), "https://api.amazon.com/auth/o2/token");
        let form = String::from_utf8(token.into_body()).unwrap();
        assert_eq!(
            form,
            "grant_type=refresh_token&refresh_token=Atzr%7C1&client_id=amzn1.a&client_secret=s%26cret"
        );
        assert_eq!(
            Access::read_token(br#"{"access_token": "Atza|1", "expires_in": 3600}"#).unwrap(),
            "Atza|1"
        );
        let days = (Day::parse("2026-10-22").unwrap(), Day::parse("2026-11-20").unwrap());
        let report = eu.report_request("Atza|1", ReportBy::Link, days, Some("next")).unwrap();
        assert_eq!(report.uri(), "https://advertising-api-eu.amazon.com/attribution/report");
        assert_eq!(report.headers()["amazon-advertising-api-scope"], "77");
        assert_eq!(report.headers()["amazon-advertising-api-clientid"], "amzn1.a");
        let body: serde_json::Value = serde_json::from_slice(report.body()).unwrap();
        assert_eq!((&body["startDate"], &body["endDate"]), (&json!("20261022"), &json!("20261120")));
        assert_eq!((&body["groupBy"], &body["cursorId"]), (&json!("CREATIVE"), &json!("next")));
        let asks_for_bonus =
            |body: &serde_json::Value| body["metrics"].as_str().unwrap().contains("brb_bonus_amount");
        assert!(!asks_for_bonus(&body), "Amazon refuses it by link");
        let report = eu.report_request("Atza|1", ReportBy::Creator, days, None).unwrap();
        let body: serde_json::Value = serde_json::from_slice(report.body()).unwrap();
        assert!(asks_for_bonus(&body) && body["groupBy"] == "ADGROUP");
    }

    // R37
    #[test]
    fn credentials_that_cannot_be_used_are_told() {
        assert_eq!(access("").unwrap_err(), InvalidAccess::Incomplete);
        assert_eq!(access(r#", "region": "moon""#).unwrap_err(), InvalidAccess::UnknownRegion);
        assert!(!format!("{:?}", access(r#", "region": "na""#).unwrap()).contains("cret"));
    }
}
