//! Where the shop lists its orders and their refunds: paths below `{url}/wp-json/wc/v3`.

use tributary_domain::Timestamp;

use super::order::modified_at;
use crate::json::Object;
use crate::listing;
use crate::unreadable::Unreadable;

/// Where a list of changed orders goes on.
///
/// An order that changes once more while the list is read leaves its place, and all after it move up: numbers of pages
/// alone would pass some over. So each page begins after a moment, and only of those that changed within one and
/// the same second pages are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// In Unix seconds; the shop leaves out what changed in this one.
    after: i64,
    /// From 1 on.
    page: u32,
}

impl Place {
    /// The beginning of a list; `from` is inside.
    pub const fn first(from: Timestamp) -> Self {
        Self { after: from.as_seconds().saturating_sub(1), page: 1 }
    }

    /// Reads [`Place::to_text`].
    pub fn parse(text: &str) -> Option<Self> {
        let (after, page) = text.split_once('-')?;
        Some(Self { after: after.parse().ok()?, page: page.parse().ok()? })
    }

    /// The place as it is kept between two pages.
    pub fn to_text(self) -> String {
        format!("{}-{}", self.after, self.page)
    }
}

/// The orders that changed before a moment, oldest change first, from a place on.
pub fn orders(from: Place, to: Timestamp, limit: u32) -> String {
    let (after, to) = (written(Timestamp::from_seconds(from.after)), written(to));
    format!(
        "/orders?modified_after={after}&modified_before={to}&dates_are_gmt=true&orderby=modified&order=asc\
         &per_page={limit}&page={}",
        from.page
    )
}

/// The orders of a page as they are written, and where the list goes on: with the last second of this page, which may
/// go on in the next one.
///
/// # Errors
/// When it is no list.
pub fn page(place: Place, body: &[u8], limit: u32) -> Result<(Vec<&[u8]>, Option<Place>), Unreadable> {
    let orders = listing::items(body)?;
    if !u32::try_from(orders.len()).is_ok_and(|found| found >= limit) {
        return Ok((orders, None));
    }
    let changed = |order: &&[u8]| Some(modified_at(&Object::of_body(order).ok()?)?.as_seconds());
    let last = orders.iter().filter_map(changed).max();
    let Some(last) = last.filter(|last| *last > place.after.saturating_add(1)) else {
        let next = Place { page: place.page.saturating_add(1), ..place };
        return Ok((orders, Some(next)));
    };
    let before = orders.into_iter().filter(|order| changed(order) != Some(last)).collect();
    Ok((before, Some(Place { after: last.saturating_sub(1), page: 1 })))
}

/// The refunds of an order with their lines, which its own body leaves out.
pub fn refunds(order: &str) -> String {
    format!("/orders/{order}/refunds?per_page=100")
}

/// Without an offset, as `dates_are_gmt` has it.
fn written(at: Timestamp) -> String {
    Timestamp::from_seconds(at.as_seconds()).to_string().trim_end_matches('Z').to_owned()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::{Value, json};

    use super::*;

    // R34
    #[test]
    fn orders_are_asked_for_by_the_time_of_their_last_change() {
        let at = |text| Timestamp::parse(text).unwrap();
        assert_eq!(
            orders(Place::first(at("2026-11-20T10:00:00.5Z")), at("2026-11-21"), 50),
            "/orders?modified_after=2026-11-20T09:59:59&modified_before=2026-11-21T00:00:00&dates_are_gmt=true&orderby=modified&order=asc&per_page=50&page=1"
        );
        assert_eq!(refunds("723"), "/orders/723/refunds?per_page=100");
    }

    /// Reads the whole list of a shop, in which one order changes again after each page: it goes behind all others.
    fn read_while_it_changes(mut seconds: Vec<(i64, i64)>, limit: u32) -> BTreeSet<i64> {
        let (mut place, mut read, to) = (Place::first(Timestamp::from_seconds(100)), BTreeSet::new(), 1_000);
        for _ in 0..100 {
            seconds.sort_by_key(|(_, second)| *second);
            let changed = |(id, second): &(i64, i64)| {
                let at = written(Timestamp::from_seconds(*second));
                json!({"id": id, "date_modified_gmt": at})
            };
            let inside = seconds.iter().filter(|(_, second)| (place.after + 1..to).contains(second));
            let count = |number: u32| usize::try_from(number).unwrap();
            let inside = inside.skip(count((place.page - 1) * limit)).take(count(limit));
            let listed: Vec<Value> = inside.map(changed).collect();
            let body = Value::from(listed).to_string();
            let (orders, next) = page(place, body.as_bytes(), limit).unwrap();
            let id = |order: &&[u8]| serde_json::from_slice::<Value>(order).unwrap()["id"].as_i64().unwrap();
            read.extend(orders.iter().map(id));
            let Some(next) = next else { return read };
            place = Place::parse(&next.to_text()).unwrap();
            // Who was read already changes again, past the end of the time that is read.
            if let Some(first) = seconds.iter_mut().find(|(id, _)| read.contains(id)) {
                first.1 = to + 1;
            }
        }
        panic!("it never ends");
    }

    // R34
    #[test]
    fn no_order_is_passed_over_while_others_change() {
        let each_second: Vec<(i64, i64)> = (0..23).map(|id| (id, 100 + id)).collect();
        assert_eq!(read_while_it_changes(each_second, 5).len(), 23);
        let three_a_second: Vec<(i64, i64)> = (0..23).map(|id| (id, 100 + id / 3)).collect();
        assert_eq!(read_while_it_changes(three_a_second, 5).len(), 23);
        assert_eq!(read_while_it_changes(vec![(1, 100), (2, 100)], 5).len(), 2);
    }

    // R34
    #[test]
    fn of_many_orders_within_a_second_pages_are_counted() {
        let place = Place::first(Timestamp::from_seconds(100));
        let order = |id: u32| json!({"id": id, "date_modified_gmt": "1970-01-01T00:01:40"});
        let body = Value::from((0..3).map(order).collect::<Vec<_>>()).to_string();
        let (orders, next) = page(place, body.as_bytes(), 3).unwrap();
        assert_eq!((orders.len(), next), (3, Some(Place { page: 2, ..place })));
        assert_eq!(page(place, body.as_bytes(), 4).unwrap().1, None);
        for wrong in ["", "1", "-1", "1-", "x-1", "1-x"] {
            assert_eq!(Place::parse(wrong), None, "{wrong}");
        }
    }
}
