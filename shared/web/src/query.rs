//! The query of a request.

use std::cell::RefCell;
use std::fmt;
use std::ops::Deref;

use crate::request::decode_pairs;

/// A query without its question mark, still percent-encoded. It knows which parameters were asked for: one that
/// nobody asks for is a caller's mistake, and a list that heeds it not is of more than was wanted.
#[derive(Debug, Clone, Default)]
pub struct Query {
    text: String,
    heeded: RefCell<Vec<String>>,
}

impl Query {
    /// The first value of a parameter; `None` also where it is empty.
    pub(crate) fn value(&self, name: &str) -> Option<String> {
        self.heeded.borrow_mut().push(name.to_owned());
        let mut pairs = decode_pairs(self.text.as_bytes()).into_iter();
        pairs.find(|(known, value)| known == name && !value.is_empty()).map(|(_, value)| value)
    }

    /// A parameter that nobody asked for.
    pub(crate) fn unheeded(&self) -> Option<String> {
        let heeded = self.heeded.borrow();
        decode_pairs(self.text.as_bytes())
            .into_iter()
            .map(|(name, _)| name)
            .find(|name| !heeded.contains(name))
    }
}

impl<T: Into<String>> From<T> for Query {
    fn from(text: T) -> Self {
        Self { text: text.into(), heeded: RefCell::default() }
    }
}

impl Deref for Query {
    type Target = str;
    fn deref(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Query {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}
