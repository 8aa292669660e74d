//! Where the shop lists its orders: paths below `https://{shop}.myshopify.com/admin`.
//!
//! The REST Admin API's orders have the very shape of the webhooks' (shopify.dev, "Order", REST Admin API); it
//! gives those of the last 60 days unless the app may read all.

use tributary_domain::Timestamp;

const ORDERS: &str = "/api/2026-07/orders.json";

/// The first page of the orders that changed in a time, whatever their status.
pub fn orders(from: Timestamp, to: Timestamp, limit: u32) -> String {
    format!("{ORDERS}?status=any&updated_at_min={from}&updated_at_max={to}&limit={limit}")
}

/// A further page, which is asked for by nothing but its own name.
pub fn more_orders(page: &str, limit: u32) -> String {
    format!("{ORDERS}?limit={limit}&page_info={page}")
}

/// The name of the next page, from an answer's `Link` header: `<https://...&page_info=abc>; rel="next"`.
pub fn next_page(link: &str) -> Option<String> {
    let next = link.split(',').find(|link| link.contains("rel=\"next\""))?;
    let (_, rest) = next.split_once("page_info=")?;
    let name: String = rest.chars().take_while(|letter| !matches!(letter, '&' | '>')).collect();
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    // R34
    #[test]
    fn the_next_page_is_named_by_the_link_header() {
        let at = |text| Timestamp::parse(text).unwrap();
        assert_eq!(
            orders(at("2026-11-20"), at("2026-11-21"), 50),
            "/api/2026-07/orders.json?status=any&updated_at_min=2026-11-20T00:00:00Z&updated_at_max=2026-11-21T00:00:00Z&limit=50"
        );
        let link = r#"<https://a.myshopify.com/admin/api/2026-07/orders.json?page_info=prev&limit=50>; rel="previous", <https://a.myshopify.com/admin/api/2026-07/orders.json?limit=50&page_info=next>; rel="next""#;
        assert_eq!(next_page(link).as_deref(), Some("next"));
        assert_eq!(more_orders("next", 50), "/api/2026-07/orders.json?limit=50&page_info=next");
        assert_eq!(next_page(r#"<https://a.example?page_info=prev>; rel="previous""#), None);
        assert_eq!(next_page(""), None);
    }
}
