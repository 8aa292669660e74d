//! A real browser: headless Chromium, driven over `WebDriver` (<https://www.w3.org/TR/webdriver2/>).
//!
//! The step `browser` of `cargo xtask test` installs what is missing and sets `TRIBUTARY_AXE`; without it the tests
//! that need a browser are skipped.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use ureq::Agent;

use crate::brand::agent;

/// A window of a browser of its own, with an empty profile.
pub struct Chromium {
    driver: Child,
    session: String,
    agent: Agent,
    _profile: tempfile::TempDir,
}

/// How wide a window is, in CSS pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Screen {
    /// A small phone.
    Phone,
    /// A laptop.
    Laptop,
}

/// The key of an element's id in `WebDriver`'s answers.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

impl Chromium {
    /// Whether the tests may use a browser.
    pub fn is_there() -> bool {
        std::env::var_os("TRIBUTARY_AXE").is_some()
    }

    /// Opens a browser.
    pub fn open(screen: Screen) -> Self {
        let profile = tempfile::tempdir().unwrap();
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver; cargo xtask test --only browser installs it");
        let port = port_of(&mut driver);
        let agent = agent();
        let (width, height) = match screen {
            Screen::Phone => (390, 844),
            Screen::Laptop => (1_280, 900),
        };
        let mut options = json!({"args": [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            format!("--window-size={width},{height}"), format!("--user-data-dir={}", profile.path().display()),
        ]});
        if screen == Screen::Phone {
            // A window is 500 pixels wide at least; a phone's screen is emulated.
            options["mobileEmulation"] =
                json!({"deviceMetrics": {"width": width, "height": height, "pixelRatio": 2.0}});
        }
        let wanted = json!({"capabilities": {"alwaysMatch": {
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
            "goog:chromeOptions": options,
        }}});
        let base = format!("http://127.0.0.1:{port}/session");
        let made = post(&agent, &base, &wanted);
        let id = made["sessionId"].as_str().unwrap_or_else(|| panic!("no session: {made}")).to_owned();
        Self { driver, session: format!("{base}/{id}"), agent, _profile: profile }
    }

    /// Opens an address.
    pub fn go(&self, url: &str) {
        self.post("url", &json!({"url": url}));
    }

    /// The address of the page.
    pub fn address(&self) -> String {
        self.run("return location.href").as_str().unwrap_or_default().to_owned()
    }

    /// The text that a person sees.
    pub fn text(&self) -> String {
        self.run("return document.body.innerText").as_str().unwrap_or_default().to_owned()
    }

    /// Opens what is folded in under a summary that begins with this text.
    #[track_caller]
    pub fn open_details(&self, text: &str) {
        let found = self.find("xpath", &format!("//summary[starts-with(normalize-space(.), \"{text}\")]"));
        self.post(&format!("element/{found}/click"), &json!({}));
    }

    /// The page as a picture, in PNG.
    pub fn picture(&self) -> Vec<u8> {
        let request = ureq::http::Request::get(format!("{}/screenshot", self.session)).body(()).unwrap();
        let mut response = self.agent.run(request).expect("chromedriver answers");
        let told: Value =
            response.body_mut().with_config().limit(1 << 28).read_json().expect("WebDriver's JSON");
        STANDARD.decode(told["value"].as_str().expect("a picture")).expect("base64")
    }

    /// Clicks the first element that is a link, a button or a label with this text, and waits for the page to
    /// which a link or a form leads.
    #[track_caller]
    pub fn click(&self, text: &str) {
        let path = format!(
            "//*[self::a or self::button or self::summary or self::label][starts-with(normalize-space(.), \"{text}\")]"
        );
        let found = self.find("xpath", &path);
        let leads_on = self.leads_on(&found);
        self.post(&format!("element/{found}/click"), &json!({}));
        if leads_on {
            crate::eventually("another page is there", || self.has_left(&found).then_some(()));
        }
    }

    /// Whether a click on the element opens another page.
    fn leads_on(&self, element: &str) -> bool {
        let script = "const it = arguments[0];
            return it.tagName === 'A' ? !it.getAttribute('href').startsWith('#') : it.tagName === 'BUTTON' && !!it.form;";
        self.post("execute/sync", &json!({"script": script, "args": [{ELEMENT: element}]})) == json!(true)
    }

    /// Whether the element's page has made way for another one, which is loaded.
    fn has_left(&self, element: &str) -> bool {
        let asked = self.post("execute/sync", &json!({"script": "return 0", "args": [{ELEMENT: element}]}));
        let gone = matches!(asked["error"].as_str(), Some("stale element reference" | "no such element"));
        gone && self.run("return document.readyState") == json!("complete")
    }

    /// Types into the field with this label, in place of what stands there.
    #[track_caller]
    pub fn fill(&self, label: &str, text: &str) {
        let path = format!("//input[@id=//label[starts-with(normalize-space(.), \"{label}\")]/@for]");
        let found = self.find("xpath", &path);
        self.post(&format!("element/{found}/clear"), &json!({}));
        self.post(&format!("element/{found}/value"), &json!({"text": text}));
    }

    /// Chooses an option, by its words, of the field with this label.
    #[track_caller]
    pub fn choose(&self, label: &str, option: &str) {
        let path = format!(
            "//select[@id=//label[starts-with(normalize-space(.), \"{label}\")]/@for]/option[starts-with(normalize-space(.), \"{option}\")]"
        );
        let found = self.find("xpath", &path);
        self.post(&format!("element/{found}/click"), &json!({}));
    }

    /// Ticks the first box on the page that this selector names.
    #[track_caller]
    pub fn tick(&self, selector: &str) {
        let found = self.find("css selector", selector);
        self.post(&format!("element/{found}/click"), &json!({}));
    }

    /// Presses keys one after the other, wherever the focus is: text, or `WebDriver`'s codes such as `\u{e004}` (Tab).
    pub fn press(&self, keys: &str) {
        let actions: Vec<Value> = keys
            .chars()
            .flat_map(|key| ["keyDown", "keyUp"].map(|kind| json!({"type": kind, "value": key.to_string()})))
            .collect();
        self.post("actions", &json!({"actions": [{"type": "key", "id": "keyboard", "actions": actions}]}));
    }

    /// Runs a script's function body.
    pub fn run(&self, script: &str) -> Value {
        self.post("execute/sync", &json!({"script": script, "args": []}))
    }

    /// Runs axe on the page, and gives its violations in a few words each.
    pub fn violations(&self) -> Vec<String> {
        let path = std::env::var("TRIBUTARY_AXE").expect("TRIBUTARY_AXE, the path of axe.min.js");
        let axe = std::fs::read_to_string(path).unwrap();
        self.run(&axe);
        let script = "const done = arguments[arguments.length - 1];
            axe.run(document, {resultTypes: ['violations']}).then((found) => done(found.violations.map((each) =>
                each.id + ': ' + each.nodes.map((node) => node.target.join(' ') + ' ' + node.failureSummary).join(' | '))));";
        let found = self.post("execute/async", &json!({"script": script, "args": []}));
        found.as_array().expect("axe's answer").iter().map(|each| each.as_str().unwrap().to_owned()).collect()
    }

    /// What the console complained of since it was last asked.
    pub fn complaints(&self) -> Vec<String> {
        let lines = self.post("se/log", &json!({"type": "browser"}));
        let bad = |line: &&Value| matches!(line["level"].as_str(), Some("SEVERE" | "WARNING"));
        lines.as_array().unwrap().iter().filter(bad).map(ToString::to_string).collect()
    }

    /// The addresses that were asked for since this was last asked.
    pub fn requests(&self) -> Vec<String> {
        let lines = self.post("se/log", &json!({"type": "performance"}));
        let message = |line: &Value| serde_json::from_str::<Value>(line["message"].as_str()?).ok();
        let messages = lines.as_array().unwrap().iter().filter_map(message);
        messages
            .filter(|message| message["message"]["method"] == "Network.requestWillBeSent")
            .filter_map(|message| message["message"]["params"]["request"]["url"].as_str().map(str::to_owned))
            .collect()
    }

    #[track_caller]
    fn find(&self, using: &str, value: &str) -> String {
        let found = self.post("element", &json!({"using": using, "value": value}));
        let id = found[ELEMENT].as_str();
        id.unwrap_or_else(|| panic!("no {value} on {}: {}", self.address(), self.text())).to_owned()
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        post(&self.agent, &format!("{}/{path}", self.session), body)
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        let request = ureq::http::Request::delete(&self.session).body(()).unwrap();
        drop(self.agent.run(request));
        drop(self.driver.kill());
        drop(self.driver.wait());
    }
}

fn port_of(driver: &mut Child) -> u16 {
    let mut lines = BufReader::new(driver.stdout.take().unwrap());
    let port = loop {
        let mut line = String::new();
        assert!(lines.read_line(&mut line).unwrap() > 0, "chromedriver ended before it listened");
        let port = line.split("on port ").nth(1).map(|rest| rest.trim_end().trim_end_matches('.').to_owned());
        if let Some(port) = port.filter(|_| line.contains("started successfully")) {
            break port.parse().expect("a port");
        }
    };
    // Nobody else reads what it prints, and it must not wait for us.
    std::thread::spawn(move || lines.read_to_end(&mut Vec::new()));
    port
}

fn post(agent: &Agent, url: &str, body: &Value) -> Value {
    let request = ureq::http::Request::post(url).header("content-type", "application/json");
    let mut response = agent.run(request.body(body.to_string()).unwrap()).expect("chromedriver answers");
    let answer = response.body_mut().with_config().limit(1 << 28).read_to_vec().unwrap();
    serde_json::from_slice::<Value>(&answer).expect("WebDriver's JSON")["value"].clone()
}
