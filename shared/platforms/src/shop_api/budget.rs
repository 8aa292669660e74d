//! What a shop still takes, by its own words.

use std::time::Duration;

use http::HeaderMap;

use super::Response;
use crate::json::{Field, Object};

/// What a shop still takes, by its last answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Budget {
    /// The answer does not say: `WooCommerce`, Adobe Commerce and Stripe never do.
    Unknown,
    /// A bucket of points that fills again (Shopify, `extensions.cost`).
    Points {
        /// When it is full.
        maximum: u32,
        /// In it now.
        available: u32,
        /// Points that come back each second.
        per_second: u32,
        /// What the shop demanded to be there before it carried this request out.
        requested: u32,
    },
    /// So many requests in a window of time (`BigCommerce`, `X-Rate-Limit-*`).
    Requests {
        /// In each window.
        quota: u32,
        /// Left in this one.
        left: u32,
        /// Until the next window begins.
        reset: Duration,
    },
}

impl Budget {
    /// What an answer says. Numbers that cannot be read are as good as none.
    pub fn of(response: &Response) -> Self {
        requests(response.headers()).or_else(|| points(response.body())).unwrap_or(Self::Unknown)
    }
}

fn requests(headers: &HeaderMap) -> Option<Budget> {
    Some(Budget::Requests {
        quota: number(headers, "x-rate-limit-requests-quota")?.try_into().ok()?,
        left: number(headers, "x-rate-limit-requests-left")?.try_into().ok()?,
        reset: Duration::from_millis(number(headers, "x-rate-limit-time-reset-ms")?),
    })
}

fn points(body: &[u8]) -> Option<Budget> {
    let body = Object::of_body(body).ok()?;
    let cost = body.get("extensions").ok()?.object().ok()??.get("cost").ok()?.object().ok()??;
    let status = cost.get("throttleStatus").ok()?.object().ok()??;
    let whole = |field: Field<'_>| field.whole().ok().flatten();
    Some(Budget::Points {
        maximum: whole(status.get("maximumAvailable").ok()?)?,
        available: whole(status.get("currentlyAvailable").ok()?)?,
        per_second: whole(status.get("restoreRate").ok()?)?,
        requested: cost.get("requestedQueryCost").ok().and_then(whole).unwrap_or_default(),
    })
}

/// How long to wait: `Retry-After` in seconds, or `BigCommerce`'s time to the next window. A `Retry-After`
/// that is a date is none of these platforms' habits and counts as not said.
pub(super) fn wait(headers: &HeaderMap) -> Option<Duration> {
    let header = |name| headers.get(name)?.to_str().ok().map(str::trim);
    header("retry-after")
        .and_then(seconds)
        .or_else(|| number(headers, "x-rate-limit-time-reset-ms").map(Duration::from_millis))
}

/// Whole or decimal seconds (Shopify writes `2.0`), rounded up to a second.
fn seconds(text: &str) -> Option<Duration> {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let more = u64::from(part.bytes().any(|digit| digit != b'0'));
    let digits = !part.is_empty() && part.bytes().all(|digit| digit.is_ascii_digit());
    whole.parse::<u32>().ok().filter(|_| digits).map(|whole| Duration::from_secs(u64::from(whole) + more))
}

fn number(headers: &HeaderMap, name: &str) -> Option<u64> {
    headers.get(name)?.to_str().ok()?.trim().parse::<u32>().ok().map(u64::from)
}
