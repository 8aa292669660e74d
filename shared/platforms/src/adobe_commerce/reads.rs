//! Where the REST API lists orders and credit memos: paths below `{url}/rest/V1`.

use tributary_domain::{Currency, Timestamp};

use super::entity;
use crate::json::Object;
use crate::order_update::OrderUpdate;
use crate::unreadable::Unreadable;

/// A part of a list. Its place is an id and no number of a page: an order that changes once more while the list is
/// read leaves it, and all after it move up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// The id of the last entity that was read; 0 at the beginning.
    pub after: u64,
    /// How many entities.
    pub limit: u32,
}

/// A part of the orders that changed in a time, by their ids.
///
/// `from` is inside, `to` is not. Source: `AdobeDocs/commerce-webapi`, `performing-searches.md`.
pub fn orders(from: Timestamp, to: Timestamp, part: Part) -> String {
    changed("/orders", from, to, part)
}

/// The same of credit memos.
pub fn credit_memos(from: Timestamp, to: Timestamp, part: Part) -> String {
    changed("/creditmemos", from, to, part)
}

/// A part as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// What each entity says, or why it cannot be read.
    pub orders: Vec<Result<OrderUpdate, Unreadable>>,
    /// The id after which the list goes on, where it does.
    pub next: Option<u64>,
}

/// Reads a part of the orders, read at that moment.
///
/// # Errors
/// When it cannot be read.
pub fn read_orders(
    body: &[u8],
    part: Part,
    currency: Currency,
    read_at: Timestamp,
) -> Result<Page, Unreadable> {
    page(body, part, |entity| entity::order(entity, currency, Some(read_at)).map(Some))
}

/// Reads a part of the credit memos.
///
/// # Errors
/// When it cannot be read.
pub fn read_credit_memos(body: &[u8], part: Part, currency: Currency) -> Result<Page, Unreadable> {
    page(body, part, |entity| entity::credit_memo(entity, currency))
}

fn page(
    body: &[u8],
    part: Part,
    read: impl Fn(&Object<'_>) -> Result<Option<OrderUpdate>, Unreadable>,
) -> Result<Page, Unreadable> {
    let id = |entity: &Object<'_>| entity.get("entity_id").ok()?.id().ok()??.parse::<u64>().ok();
    let mut entities = Object::of_body(body)?.get("items")?.objects()?;
    // A list that does not heed where it is to begin must not be read for ever.
    entities.retain(|entity| id(entity).is_none_or(|id| id > part.after));
    let is_full = u32::try_from(entities.len()).is_ok_and(|found| found >= part.limit);
    let next = entities.iter().filter_map(id).max().filter(|_| is_full);
    let orders = entities.iter().filter_map(|entity| read(entity).transpose()).collect();
    Ok(Page { orders, next })
}

fn changed(list: &str, from: Timestamp, to: Timestamp, part: Part) -> String {
    let filters = [
        filter(0, "updated_at", "gteq", &written(from)),
        filter(1, "updated_at", "lt", &written(to)),
        filter(2, "entity_id", "gt", &part.after.to_string()),
    ];
    format!(
        "{list}?{}&searchCriteria[sortOrders][0][field]=entity_id&searchCriteria[sortOrders][0][direction]=ASC\
         &searchCriteria[pageSize]={}",
        filters.join("&"),
        part.limit
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
    use serde_json::{Value, json};

    use super::*;

    // R34
    #[test]
    fn orders_are_asked_for_by_the_time_of_their_last_change() {
        let at = |text| Timestamp::parse(text).unwrap();
        let part = Part { after: 41, limit: 100 };
        let asked = orders(at("2026-11-20T10:00:00.500Z"), at("2026-11-21"), part);
        let plain = asked.replace("%5B", "[").replace("%5D", "]");
        for piece in [
            "/orders?searchCriteria[filterGroups][0][filters][0][field]=updated_at&",
            "searchCriteria[filterGroups][0][filters][0][conditionType]=gteq&",
            "searchCriteria[filterGroups][0][filters][0][value]=2026-11-20%2010:00:00&",
            "searchCriteria[filterGroups][1][filters][0][conditionType]=lt&",
            "searchCriteria[filterGroups][1][filters][0][value]=2026-11-21%2000:00:00&",
            "searchCriteria[filterGroups][2][filters][0][field]=entity_id&",
            "searchCriteria[filterGroups][2][filters][0][conditionType]=gt&",
            "searchCriteria[filterGroups][2][filters][0][value]=41&",
            "&searchCriteria[sortOrders][0][field]=entity_id&",
            "&searchCriteria[pageSize]=100",
        ] {
            assert!(plain.contains(piece), "{piece} in {plain}");
        }
        assert!(!asked.contains('['));
    }
    // R34
    #[test]
    fn a_list_goes_on_after_the_last_id_whatever_moved_meanwhile() {
        let euro = Currency::parse("EUR").unwrap();
        let read = |items: Value, after| {
            let body = json!({"items": items, "total_count": 9}).to_string();
            read_credit_memos(body.as_bytes(), Part { after, limit: 2 }, euro).unwrap()
        };
        let memo = |id: u64| json!({"entity_id": id, "order_id": id});
        assert_eq!(read(json!([memo(7), memo(9)]), 3).next, Some(9));
        assert_eq!(read(json!([memo(7)]), 3).next, None);
        let same_again = read(json!([memo(7), memo(9)]), 9);
        assert_eq!((same_again.orders.len(), same_again.next), (0, None), "a shop that heeds no filter");
    }
}
