//! Takes the pictures of the README: pages of the demo shop in a running app. `cargo xtask screenshots` runs it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a picture is there or not"
)]

use std::path::PathBuf;

use serde_json::Value;
use tributary_tests::{App, Chromium, Screen};

fn main() {
    let folder = PathBuf::from(std::env::args().nth(1).expect("the folder for the pictures"));
    let app = App::shared();
    let take = |page: &str, from: &str, name: &str| {
        let browser = Chromium::open(Screen::Laptop);
        browser.go(&format!("{}/dashboard", app.url));
        browser.fill("Key", &app.admin_token);
        browser.click("Sign in");
        browser.go(&format!("{}{page}", app.url));
        browser.run(&format!("document.querySelector('{from}').scrollIntoView()"));
        let picture = browser.picture();
        std::fs::write(folder.join(name), &picture).unwrap();
        println!("{name}: {} KB", picture.len() / 1024);
    };
    take("/dashboard", "body", "home.png");
    take(&format!("/dashboard/orders/{}", told_order(app)), "main h2", "order.png");
}

/// The newest order that both a link and a code could have earned, of somebody whose name any machine can draw.
fn told_order(app: &App) -> String {
    let sales = app.brand().get("/conversions?limit=100").expect(200).json();
    let is_drawn = |name: &str| name.chars().all(|letter| letter <= '\u{24f}');
    let fits = |sale: &&Value| {
        sale["source"] == "code_and_link" && sale["creatorName"].as_str().is_some_and(is_drawn)
    };
    let told = sales["data"].as_array().unwrap().iter().find(fits).expect("the sales of cargo xtask demo");
    told["orderId"].as_str().unwrap().to_owned()
}
