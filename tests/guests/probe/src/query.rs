//! The parameters of a probe.

use spin_sdk::http::Uri;

/// Names and values, in the order of the URL.
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    pub(crate) fn of(uri: &Uri) -> Self {
        let pairs = url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
        Self(pairs.into_owned().collect())
    }

    /// Every value of a parameter.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The value of a parameter that may be left out.
    pub(crate) fn or<'a>(&'a self, name: &'a str, default: &'a str) -> &'a str {
        self.all(name).next().unwrap_or(default)
    }

    /// The value of a parameter; one that is missing is empty, and the host will say what it thinks of that.
    pub(crate) fn required<'a>(&'a self, name: &'a str) -> &'a str {
        self.or(name, "")
    }
}
