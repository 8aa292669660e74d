use super::*;

// R38
#[test]
fn a_buyer_who_must_be_forgotten_is_named_with_her_orders() {
    let body = r#"{"shop_id": 954889, "shop_domain": "example.myshopify.com",
        "customer": {"id": 191167, "email": "anna@example.com", "phone": "555-625-1199"},
        "orders_to_redact": [299938, 820982911946154508]}"#;
    let Ok(Parsed::Redact { order_ids, buyer_email }) = read(&Topic::CustomersRedact, body) else {
        panic!("no redaction")
    };
    assert_eq!(order_ids, ["299938", "820982911946154508"]);
    assert_eq!(buyer_email.unwrap().expose(), "anna@example.com");
    let nobody = r#"{"customer": {"id": 191167, "email": null}, "orders_to_redact": []}"#;
    assert_eq!(
        read(&Topic::CustomersRedact, nobody),
        Ok(Parsed::Redact { order_ids: Vec::new(), buyer_email: None })
    );
}

// R38
#[test]
fn a_buyer_who_asks_is_named_with_her_orders() {
    let body = r#"{"shop_domain": "example.myshopify.com", "orders_requested": [299938],
        "customer": {"id": 191167, "email": "anna@example.com"}, "data_request": {"id": 9999}}"#;
    let Ok(Parsed::DataRequest { request_id, order_ids, buyer_email }) =
        read(&Topic::CustomersDataRequest, body)
    else {
        panic!("no request")
    };
    assert_eq!((request_id.as_deref(), order_ids), (Some("9999"), vec!["299938".to_owned()]));
    assert_eq!(buyer_email.unwrap().expose(), "anna@example.com");
}

// R38
#[test]
fn a_shop_can_be_forgotten_and_can_leave() {
    let body = r#"{"shop_id": 954889, "shop_domain": "example.myshopify.com"}"#;
    let shop_domain = Some("example.myshopify.com".to_owned());
    assert_eq!(read(&Topic::ShopRedact, body), Ok(Parsed::ShopRedact { shop_domain }));
    assert_eq!(read(&Topic::AppUninstalled, r#"{"id": 954889}"#), Ok(Parsed::Uninstalled));
}

// R38
#[test]
fn what_is_printed_of_an_order_shows_no_address() {
    let printed = format!("{:?}", read(&Topic::OrdersCreate, ORDERS_CREATE));
    assert!(printed.contains("redacted") && !printed.contains("example.com"), "{printed}");
}
