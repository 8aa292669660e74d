//! Where the REST API lists orders and credit memos: paths below `{url}/rest/V1`.

use tributary_domain::{Currency, Timestamp};

use super::entity;
use crate::json::{Field, Object};
use crate::order_update::OrderUpdate;
use crate::unreadable::Unreadable;

/// A page of the orders that changed in a time, oldest change first, from 1 on.
///
/// `from` is inside, `to` is not. Source: `AdobeDocs/commerce-webapi`, `performing-searches.md`.
pub fn orders(from: Timestamp, to: Timestamp, page: u32, limit: u32) -> String {
    changed("/orders", from, to, page, limit)
}

/// The same of credit memos.
pub fn credit_memos(from: Timestamp, to: Timestamp, page: u32, limit: u32) -> String {
    changed("/creditmemos", from, to, page, limit)
}

/// A page as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// What each entity says, or why it cannot be read.
    pub orders: Vec<Result<OrderUpdate, Unreadable>>,
    /// How many there are on all pages.
    pub total: u64,
}

/// Reads a page of orders, read at that moment.
///
/// # Errors
/// When it cannot be read.
pub fn read_orders(body: &[u8], currency: Currency, read_at: Timestamp) -> Result<Page, Unreadable> {
    page(body, |entity| entity::order(entity, currency, Some(read_at)).map(Some))
}

/// Reads a page of credit memos.
///
/// # Errors
/// When it cannot be read.
pub fn read_credit_memos(body: &[u8], currency: Currency) -> Result<Page, Unreadable> {
    page(body, |entity| entity::credit_memo(entity, currency))
}

fn page(
    body: &[u8],
    read: impl Fn(&Object<'_>) -> Result<Option<OrderUpdate>, Unreadable>,
) -> Result<Page, Unreadable> {
    let body = Object::of_body(body)?;
    let total = body.get("total_count")?.need(Field::whole_number)?;
    let items = body.get("items")?.objects()?;
    let orders = items.iter().filter_map(|entity| read(entity).transpose()).collect();
    Ok(Page { orders, total: total.unsigned_abs() })
}

fn changed(list: &str, from: Timestamp, to: Timestamp, page: u32, limit: u32) -> String {
    let filters =
        [filter(0, "updated_at", "gteq", &written(from)), filter(1, "updated_at", "lt", &written(to))];
    format!(
        "{list}?{}&searchCriteria[sortOrders][0][field]=updated_at&searchCriteria[sortOrders][0][direction]=ASC\
         &searchCriteria[pageSize]={limit}&searchCriteria[currentPage]={page}",
        filters.join("&")
    )
    .replace('[', "%5B")
    .replace(']', "%5D")
}

/// Groups of filters are joined by "and".
fn filter(group: u32, field: &str, condition: &str, value: &str) -> String {
    let place = format!("searchCriteria[filterGroups][{group}][filters][0]");
    format!("{place}[field]={field}&{place}[conditionType]={condition}&{place}[value]={value}")
}

/// `2026-11-21%2009:30:00`, in UTC, without fractions of a second.
fn written(at: Timestamp) -> String {
    let whole = Timestamp::from_seconds(at.as_seconds());
    whole.to_string().replace('T', "%20").trim_end_matches('Z').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    // R34
    #[test]
    fn orders_are_asked_for_by_the_time_of_their_last_change() {
        let at = |text| Timestamp::parse(text).unwrap();
        let asked = orders(at("2026-11-20T10:00:00.500Z"), at("2026-11-21"), 2, 100);
        let plain = asked.replace("%5B", "[").replace("%5D", "]");
        for piece in [
            "/orders?searchCriteria[filterGroups][0][filters][0][field]=updated_at&",
            "searchCriteria[filterGroups][0][filters][0][conditionType]=gteq&",
            "searchCriteria[filterGroups][0][filters][0][value]=2026-11-20%2010:00:00&",
            "searchCriteria[filterGroups][1][filters][0][conditionType]=lt&",
            "searchCriteria[filterGroups][1][filters][0][value]=2026-11-21%2000:00:00&",
            "&searchCriteria[sortOrders][0][field]=updated_at&",
            "&searchCriteria[pageSize]=100&searchCriteria[currentPage]=2",
        ] {
            assert!(plain.contains(piece), "{piece} in {plain}");
        }
        assert!(!asked.contains('['));
    }
}
