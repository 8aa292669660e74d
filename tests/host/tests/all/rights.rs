//! A component has the rights of its manifest and no other; what is refused is refused in Spin's words.

use crate::app::{App, EVERYTHING, Place};

// R70
#[test]
fn a_database_that_was_not_granted_is_denied() {
    let app = App::with_rights("");
    assert_eq!(app.refused("/sqlite?sql=SELECT+1"), "Error::AccessDenied");
    assert_eq!(app.refused("/sqlite/synchronous?sql=SELECT+1"), "Error::AccessDenied");
}

// R70
#[test]
fn a_store_that_was_not_granted_is_denied() {
    assert_eq!(App::with_rights("").refused("/key-value/get?key=a"), "Error::AccessDenied");
}

// R70
#[test]
fn a_variable_that_was_not_granted_is_undefined() {
    let error = App::with_rights("").refused("/variable?name=greeting");
    assert_eq!(error, r#"Error::Undefined("no variable for \"probe\".\"greeting\"")"#);
}

// R70
#[test]
fn a_host_that_was_not_granted_is_denied() {
    let app = App::with_rights("allowed_outbound_hosts = [\"https://granted.example\"]");
    assert_eq!(app.refused("/outbound?url=http://127.0.0.1:9/"), "ErrorCode::HttpRequestDenied");
    assert_eq!(app.refused("/outbound?url=http://self.alt/"), "ErrorCode::HttpRequestDenied");
}

#[test]
fn a_server_stands_in_for_a_host_that_was_granted_and_for_no_other() {
    let server = App::with_rights("");
    let rights = "allowed_outbound_hosts = [\"https://granted.example\"]";
    let app = Place::with_rights(rights).with_stand_in("https://granted.example", server.address).start();
    assert_eq!(app.granted("/outbound?url=https://granted.example/anything"), "200 /anything");
    for other in ["https://other.example/", "http://granted.example/", "https://granted.example:8443/"] {
        assert_eq!(app.refused(&format!("/outbound?url={other}")), "ErrorCode::HttpRequestDenied");
    }
}

#[test]
fn labels_that_nobody_defined_are_denied_too() {
    let app = App::with_rights(EVERYTHING);
    assert_eq!(app.refused("/sqlite?label=other&sql=SELECT+1"), "Error::AccessDenied");
    assert_eq!(app.refused("/key-value/get?label=other&key=a"), "Error::AccessDenied");
}

#[test]
fn a_granted_variable_is_its_template_filled_in() {
    assert_eq!(App::with_rights(EVERYTHING).granted("/variable?name=greeting"), "Hello, world!");
}

#[test]
fn a_variable_name_against_the_rules_is_invalid() {
    let error = App::with_rights(EVERYTHING).refused("/variable?name=Greeting");
    assert_eq!(
        error,
        r#"Error::InvalidName("\"Greeting\": invalid character 'G'. Variable names may contain only lower-case letters, numbers, and underscores.")"#
    );
}

#[test]
fn an_application_may_call_itself() {
    let app = App::with_rights("allowed_outbound_hosts = [\"http://self\"]");
    assert_eq!(app.granted("/outbound?url=http://self.alt/anything"), "200 /anything");
}

#[test]
fn a_required_variable_without_a_value_stops_the_start() {
    let place = Place::with_manifest(
        "[variables]\nunset_in_tests = { required = true }\n\n\
         [[trigger.http]]\nroute = \"/\"\ncomponent = \"probe\"\n\n[component.probe]\nsource = \"PROBE\"\n",
    );
    let error = place.refuse();
    assert!(error.contains("unset_in_tests"), "{error}");
}
