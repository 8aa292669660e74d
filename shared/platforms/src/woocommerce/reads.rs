//! Where the shop lists its orders and their refunds: paths below `{url}/wp-json/wc/v3`.

use tributary_domain::Timestamp;

/// A page of the orders that changed in a time, oldest change first, from 1 on.
pub fn orders(from: Timestamp, to: Timestamp, page: u32, limit: u32) -> String {
    let (from, to) = (written(from), written(to));
    format!(
        "/orders?modified_after={from}&modified_before={to}&dates_are_gmt=true&orderby=modified&order=asc\
         &per_page={limit}&page={page}"
    )
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
    use super::*;

    // R34
    #[test]
    fn orders_are_asked_for_by_the_time_of_their_last_change() {
        let at = |text| Timestamp::parse(text).unwrap();
        assert_eq!(
            orders(at("2026-11-20T10:00:00.5Z"), at("2026-11-21"), 2, 50),
            "/orders?modified_after=2026-11-20T10:00:00&modified_before=2026-11-21T00:00:00&dates_are_gmt=true&orderby=modified&order=asc&per_page=50&page=2"
        );
        assert_eq!(refunds("723"), "/orders/723/refunds?per_page=100");
    }
}
