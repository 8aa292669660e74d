//! What a component sees of a request, and a client of an answer.

use crate::app::{App, EVERYTHING, Place, exchange};

#[test]
fn a_component_is_told_what_spin_tells_it() {
    let app = Place::with_manifest(
        "[[trigger.http]]\nroute = \"/headers/:some_name/...\"\ncomponent = \"probe\"\n\
         [[trigger.http]]\nroute = \"/:slug\"\ncomponent = \"probe\"\n\
         [component.probe]\nsource = \"PROBE\"\n",
    )
    .start();
    let told = app.granted("/headers?a=b");
    for line in [
        "spin-path-info: \n".to_owned(),
        format!("spin-full-url: http://{}/headers?a=b\n", app.address),
        "spin-matched-route: /:slug\n".to_owned(),
        "spin-base-path: /\n".to_owned(),
        "spin-raw-component-route: /:slug\n".to_owned(),
        "spin-component-route: /:slug\n".to_owned(),
        "spin-client-addr: 127.0.0.1:".to_owned(),
        "spin-path-match-slug: headers\n".to_owned(),
    ] {
        assert!(told.contains(&line), "{line:?} is not in {told}");
    }
}

#[test]
fn a_path_without_a_route_is_404_without_a_body() {
    let app = Place::with_manifest(
        "[[trigger.http]]\nroute = \"/only\"\ncomponent = \"probe\"\n[component.probe]\nsource = \"PROBE\"\n",
    )
    .start();
    let answer = app.get("/other");
    assert_eq!((answer.status, answer.body.as_str()), (404, ""));
}

#[test]
fn a_component_that_traps_is_500_and_the_next_request_is_answered() {
    let app = App::with_rights("");
    let answer = app.get("/trap");
    assert_eq!((answer.status, answer.body.as_str()), (500, ""));
    assert_eq!(app.granted("/next"), "/next");
}

#[test]
fn a_body_comes_and_goes() {
    let app = App::with_rights("");
    let request = "POST /echo HTTP/1.0\r\nHost: shop.example\r\nContent-Length: 5\r\n\r\nhello";
    assert_eq!(exchange(app.address, request).body, "hello");
}

#[test]
fn health_and_information_are_answered_by_the_host() {
    let app = App::with_rights(EVERYTHING);
    assert_eq!(app.granted("/.well-known/spin/health"), "OK");
    let information = app.granted("/.well-known/spin/info");
    assert_eq!(information, "{\n  \"name\": \"probes\",\n  \"version\": \"1.2.3\"\n}");
    assert_eq!(app.get("/.well-known/spin/other").status, 404);
}

#[test]
fn the_start_prints_the_real_port_and_the_routes() {
    let app = App::with_rights("");
    let address = app.address;
    assert_ne!(address.port(), 0);
    let expected =
        format!("Serving http://{address}\nAvailable Routes:\n  probe: http://{address} (wildcard)\n");
    assert_eq!(app.announced, expected);
}
