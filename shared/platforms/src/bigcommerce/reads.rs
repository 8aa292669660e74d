//! Where an order is read: paths below the API's address, `https://api.bigcommerce.com/stores/{store_hash}`.
//!
//! The API account needs the scopes `store_v2_orders_read_only` and, for refunds,
//! `store_v2_transactions_read_only`.

use tributary_domain::Timestamp;

/// The order itself.
pub fn order(id: &str) -> String {
    format!("/v2/orders/{id}")
}

/// A page of its coupons, from 1 on. An order without any is answered 204, or by an empty list.
pub fn coupons(id: &str, page: u32) -> String {
    paged(&format!("/v2/orders/{id}/coupons"), page)
}

/// A page of its lines, from 1 on.
pub fn products(id: &str, page: u32) -> String {
    paged(&format!("/v2/orders/{id}/products"), page)
}

/// Its refunds.
pub fn refunds(id: &str) -> String {
    format!("/v3/orders/{id}/payment_actions/refunds")
}

/// The orders that changed in a time, from this id on: an order that changes once more while the list is read
/// leaves it, and would shift the numbers of pages. None are answered 204.
pub fn orders(from: Timestamp, to: Timestamp, first_id: u64, limit: u32) -> String {
    let (from, to) = (from.as_seconds(), to.as_seconds());
    format!(
        "/v2/orders?min_date_modified={from}&max_date_modified={to}&min_id={first_id}&sort=id:asc&limit={limit}"
    )
}

fn paged(path: &str, page: u32) -> String {
    if page > 1 { format!("{path}?page={page}") } else { path.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    // R34
    #[test]
    fn the_reads_are_those_that_bigcommerce_documents() {
        assert_eq!(order("250"), "/v2/orders/250");
        assert_eq!(coupons("250", 1), "/v2/orders/250/coupons");
        assert_eq!(products("250", 2), "/v2/orders/250/products?page=2");
        assert_eq!(refunds("250"), "/v3/orders/250/payment_actions/refunds");
        let day = |text| Timestamp::parse(text).unwrap();
        assert_eq!(
            orders(day("2026-11-20"), day("2026-11-21"), 251, 10),
            "/v2/orders?min_date_modified=1795132800&max_date_modified=1795219200&min_id=251&sort=id:asc&limit=10"
        );
    }
}
