use hmac::{Hmac, Mac};
use tributary_domain::order::{Beside, OrderFacts, Status};
use tributary_domain::{Currency, Timestamp};

use super::{Fields, Heard, Lead, Report, proved};
use crate::{Delivery, Refused};

const SECRET: &str = "a webhook secret";

fn fields(pairs: &[(&str, &str)]) -> Fields {
    Fields::of_pairs(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
}

fn euro() -> Currency {
    Currency::parse("EUR").unwrap()
}

fn heard(second: i64, known: Option<&OrderFacts>) -> Heard<'_> {
    heard_at(Timestamp::from_seconds(second), known)
}

fn heard_at(now: Timestamp, known: Option<&OrderFacts>) -> Heard<'_> {
    Heard { now, is_proved: true, currency: euro(), known, fingerprint: "f" }
}

fn facts(second: i64, known: Option<&OrderFacts>, pairs: &[(&str, &str)]) -> Result<OrderFacts, Vec<String>> {
    let wrong = |errors: tributary_domain::FieldErrors| {
        errors.as_slice().iter().map(|error| error.path.clone()).collect::<Vec<_>>()
    };
    Report::read(&fields(pairs)).map_err(wrong)?.facts(&heard(second, known)).map_err(wrong)
}

// R35
#[test]
fn the_usual_names_of_a_field_mean_the_same() {
    let first = facts(1, None, &[("clickId", "C"), ("orderId", "1"), ("amount", "12.99"), ("code", "a")]);
    assert_eq!(first.as_ref().unwrap().snapshot.as_ref().unwrap().net, 1_299);
    for click in ["click_id", "transaction_id", "cid", "subid", "trb"] {
        for order in ["order_id", "txn_id", "invoiceId"] {
            for amount in ["sale_amount", "revenue"] {
                for code in ["coupon", "promo_code"] {
                    let pairs = [(click, " C "), (order, "1"), (amount, "12.990"), (code, "A")];
                    assert_eq!(facts(1, None, &pairs), first, "{pairs:?}");
                }
            }
        }
    }
    let json = br#"{"cid": "C", "order_id": 1, "revenue": 12.99, "coupon": "a", "other": {"x": [1]}, "email": null}"#;
    let report = Report::read(&Fields::of_json(json).unwrap()).unwrap();
    assert_eq!(report.facts(&heard(1, None)).unwrap(), first.unwrap());
}

// R35, R50
#[test]
fn a_wrong_field_is_named() {
    let good = [("clickId", "C"), ("orderId", "1"), ("amount", "5")];
    for (more, wrong) in [
        (("amount", "-5"), "amount"),
        (("amount", "1e9"), "amount"),
        (("amount", "99999999999999"), "amount"),
        (("amount", "12,99"), "amount"),
        (("shipping", "-5"), "shipping"),
        (("tax", "much"), "tax"),
        (("discount", "1e9"), "discount"),
        (("currency", "ZZZ"), "currency"),
        (("status", "shipped"), "status"),
        (("orderId", "lead:x:1"), "orderId"),
        (("orderId", "a\u{0}b"), "orderId"),
        (("storeId", "5"), "storeId"),
        (("orderId", " "), "orderId"),
        (("clickId", ""), "clickId"),
        (("amount", ""), "amount"),
    ] {
        let pairs: Vec<_> = good.into_iter().filter(|(name, _)| *name != more.0).chain([more]).collect();
        assert_eq!(facts(1, None, &pairs), Err(vec![wrong.to_owned()]), "{more:?}");
    }
    for body in ["", "[]", "{", "{\"a\": 1, \"a\": 2}", "\u{0}"] {
        assert!(Fields::of_json(body.as_bytes()).is_err(), "{body}");
    }
}

// R35, R51
#[test]
fn what_stands_beside_an_amount_is_kept_until_it_is_said_anew() {
    let paid = [("clickId", "C"), ("orderId", "1"), ("amount", "100.00")];
    let with = |more: &[(&'static str, &'static str)]| [&paid[..], more].concat();
    let known = facts(1, None, &with(&[("shipping", "5"), ("tax", "20.00"), ("discount", "10")])).unwrap();
    assert_eq!(known.beside(), Beside { shipping: 500, tax: 2_000, discount: 1_000 });
    assert_eq!(facts(2, Some(&known), &paid).unwrap().snapshot, known.snapshot);
    let corrected = facts(2, Some(&known), &with(&[("tax", "19")])).unwrap();
    assert_eq!(corrected.beside(), Beside { tax: 1_900, ..known.beside() });
}

// R31, R33, R35
#[test]
fn reports_one_after_the_other_end_in_the_state_that_they_say() {
    let paid = [("clickId", "C"), ("code", "A"), ("orderId", "1"), ("amount", "100.00")];
    let known = facts(1, None, &paid).unwrap();
    let merged =
        |second, pairs: &[(&str, &str)]| known.clone().merge(facts(second, Some(&known), pairs).unwrap());
    assert_eq!(merged(9, &paid), known, "the same report again is nothing new");
    let changed = merged(9, &[("clickId", "C"), ("orderId", "1"), ("amount", "80.00")]);
    let snapshot = changed.snapshot.as_ref().unwrap();
    assert_eq!((changed.net(), snapshot.placed_at), (8_000, Timestamp::from_seconds(1)));
    assert_eq!(snapshot.codes, ["A"]);
    for (status, amount, expected, net) in [
        ("refunded", "", Status::Refunded, 0),
        ("refunded", "25.00", Status::PartiallyRefunded, 7_500),
        ("refunded", "100", Status::Refunded, 0),
        ("cancelled", "", Status::Canceled, 0),
    ] {
        let pairs = [("orderId", "1"), ("status", status), ("amount", amount)];
        let after = merged(9, &pairs);
        assert_eq!((after.status(), after.net()), (expected, net), "{status} {amount}");
        let again = after.clone().merge(facts(99, Some(&after), &pairs).unwrap());
        assert_eq!(again, after, "the same refund again is nothing new");
    }
    let dollars = [("orderId", "1"), ("status", "refunded"), ("amount", "1"), ("currency", "USD")];
    assert_eq!(facts(9, Some(&known), &dollars), Err(vec!["currency".to_owned()]));
}

// R35
#[test]
fn a_report_is_proved_by_a_token_or_a_signature_and_by_nothing_else() {
    let body: &[u8] = b"{\"orderId\":1}";
    let now = Timestamp::from_seconds(1_700_000_000);
    let mac = |secret: &str| {
        let mac = Hmac::<sha2::Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        mac.chain_update(body).finalize().into_bytes()
    };
    let hex = tributary_domain::keys::hex(&mac(SECRET));
    let base64 = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, mac(SECRET));
    let wrong = tributary_domain::keys::hex(&mac("another"));
    let scheme = format!("sha256={hex}");
    for (signature, token, expected) in [
        (None, None, Ok(false)),
        (None, Some(SECRET), Ok(true)),
        (None, Some("a webhook secreT"), Err(Refused::WrongToken)),
        (Some(hex.as_str()), None, Ok(true)),
        (Some(&hex.to_uppercase()), None, Ok(true)),
        (Some(&scheme), None, Ok(true)),
        (Some(&base64), None, Ok(true)),
        (Some(&wrong), None, Err(Refused::WrongSignature)),
        // A wrong signature is not healed by a token.
        (Some(&wrong), Some(SECRET), Err(Refused::WrongSignature)),
        (Some("x"), None, Err(Refused::MalformedSignature)),
    ] {
        let headers = signature.map(|signature| ("X-Tributary-Signature", signature));
        let delivery = Delivery::new(headers, body);
        assert_eq!(
            proved(&delivery, token, &["", "other", SECRET], now),
            expected,
            "{signature:?} {token:?}"
        );
    }
    let delivery = Delivery::new([], body);
    assert_eq!(proved(&delivery, Some(""), &[""], now), Err(Refused::NoSecret));
}

// R36
#[test]
fn a_lead_has_an_event_and_an_id_and_no_value() {
    let read = |pairs: &[(&str, &str)]| Lead::read(&fields(pairs));
    let lead = read(&[("clickId", "C"), ("event", "sign-up"), ("externalId", "7")]).unwrap();
    assert_eq!(lead.id(), "lead:sign-up:7");
    let facts = lead.facts(Timestamp::from_seconds(1), euro());
    assert_eq!((facts.status(), facts.net()), (Status::Paid, 0));
    assert!(read(&[("clickId", "C"), ("event", "a:b"), ("externalId", "7")]).is_err());
    assert_eq!(read(&[]).unwrap_err().as_slice().len(), 3);
}

// R38, R73
#[test]
fn what_is_printed_shows_no_token_and_no_buyer() {
    let given = fields(&[("token", SECRET), ("email", "anna@example.com")]);
    assert!(!format!("{given:?}").contains(SECRET) && !format!("{given:?}").contains("anna"));
}

// R31, R35, R36
#[test]
fn equal_reports_at_once_are_one_fact_and_a_change_within_the_second_is_later() {
    let said = |millis: i64, known: Option<&OrderFacts>, more: &[(&str, &str)]| {
        let report = Report::read(&fields(&[&[("orderId", "1"), ("clickId", "C")], more].concat())).unwrap();
        report.facts(&heard_at(Timestamp::from_millis(millis), known)).unwrap()
    };
    let paid = said(5_200, None, &[("amount", "100")]);
    assert_eq!(said(5_900, None, &[("amount", "100")]), paid, "each was heard before the other was known");
    for millis in [5_000, 5_200, 5_900, 7_000] {
        assert_eq!(said(millis, Some(&paid), &[("amount", "100")]), paid, "at {millis}");
        let changed = paid.clone().merge(said(millis, Some(&paid), &[("amount", "80")]));
        assert_eq!(changed.net(), 8_000, "at {millis}");
    }
    let refund = [("amount", "5"), ("status", "refunded")];
    assert_eq!(said(5_200, None, &refund), said(5_900, None, &refund));
    let lead = Lead::read(&fields(&[("clickId", "C"), ("externalId", "1"), ("event", "signup")])).unwrap();
    let [one, other] = [5_200, 5_900].map(|millis| lead.facts(Timestamp::from_millis(millis), euro()));
    assert_eq!(one, other);
}
