//! The table of routes, as `spinframework/spin` tests it in `crates/routes/src/lib.rs`.

use tributary_host::{manifest::Manifest, routes::Routes};

/// The route that answers a path, and what its wildcard stands for.
fn find(routes: &[&str], path: &str) -> Option<(String, String)> {
    let trigger = |route: &&str| format!("[[trigger.http]]\nroute = {route:?}\ncomponent = \"one\"\n");
    let triggers = routes.iter().map(trigger).collect::<Vec<_>>().concat();
    let manifest = format!(
        "spin_manifest_version = 2\n[application]\nname = \"routes\"\n{triggers}[component.one]\nsource = \"one.wasm\"\n"
    );
    let routes = Routes::new(Manifest::parse(&manifest).unwrap().routes(), |_| Ok(())).unwrap();
    let found = routes.find(path)?;
    Some((found.route.raw.to_str().unwrap().to_owned(), found.trailing_wildcard()))
}

#[test]
fn the_most_specific_route_answers() {
    let routes =
        ["/:slug", "/t/...", "/api/v1/codes/...", "/api/v1/...", "/dashboard/...", "/dashboard/exact", "/"];
    let expected = [
        ("/", Some(("/", ""))),
        ("/summer", Some(("/:slug", ""))),
        ("/summer/", Some(("/:slug", ""))),
        ("/summer/sale", None),
        ("/t", Some(("/t/...", ""))),
        ("/t/", Some(("/t/...", "/"))),
        ("/t/pixel", Some(("/t/...", "/pixel"))),
        ("/t/pixel/", Some(("/t/...", "/pixel/"))),
        ("/api/v1", Some(("/api/v1/...", ""))),
        ("/api/v1/orders/7", Some(("/api/v1/...", "/orders/7"))),
        ("/api/v1/codes", Some(("/api/v1/codes/...", ""))),
        ("/api/v1/codes/7", Some(("/api/v1/codes/...", "/7"))),
        ("/api/v2", None),
        ("/dashboard/exact", Some(("/dashboard/exact", ""))),
        ("/dashboard/exactly", Some(("/dashboard/...", "/exactly"))),
    ];
    let found: Vec<_> = expected.iter().map(|(path, _)| (*path, find(&routes, path))).collect();
    let expected: Vec<_> = expected
        .iter()
        .map(|(path, route)| (*path, route.map(|(route, rest)| (route.to_owned(), rest.to_owned()))))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn a_route_for_everything_answers_everything() {
    for (path, rest) in [("/", "/"), ("/a", "/a"), ("/a/b/", "/a/b/")] {
        assert_eq!(find(&["/..."], path), Some(("/...".to_owned(), rest.to_owned())));
    }
}
