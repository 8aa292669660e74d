//! A shopper: somebody with a browser who clicks.

use ureq::Agent;
use url::Url;

use crate::Reply;
use crate::brand::{agent, with_body};

/// Somebody with a browser.
#[derive(Debug, Clone)]
pub struct Shopper {
    base: String,
    agent: Agent,
    headers: Vec<(String, String)>,
}

const BROWSER: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1";

impl Shopper {
    /// A shopper at this address, who asks through a proxy that names it.
    pub fn at(base: &str, address: &str) -> Self {
        let headers = vec![
            ("user-agent".to_owned(), BROWSER.to_owned()),
            ("x-forwarded-for".to_owned(), address.to_owned()),
        ];
        Self { base: base.to_owned(), agent: agent(), headers }
    }

    /// The same shopper with one more header, or another value of one.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The value of a header that this shopper sends.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Sends a request to a path, with a body where there is one.
    pub fn send(&self, method: &str, path: &str, body: &[u8]) -> Reply {
        let mut request = ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.base));
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        Reply::of(if body.is_empty() {
            self.agent.run(request.body(()).unwrap())
        } else {
            self.agent.run(with_body(request, body))
        })
    }

    /// Opens a path.
    pub fn open(&self, path: &str) -> Reply {
        self.send("GET", path, &[])
    }

    /// Clicks a link, and gives where it leads.
    #[track_caller]
    pub fn click(&self, slug: &str) -> Url {
        let reply = self.open(&format!("/{slug}")).expect(302);
        Url::parse(reply.header("location").expect("a location")).unwrap()
    }

    /// Clicks a link, and gives the click id that the shop's page gets.
    #[track_caller]
    pub fn click_id(&self, slug: &str) -> String {
        let target = self.click(slug);
        let found = target.query_pairs().find(|(name, _)| name == "trb").map(|(_, value)| value.into_owned());
        found.unwrap_or_else(|| panic!("no click id in {target}"))
    }
}
