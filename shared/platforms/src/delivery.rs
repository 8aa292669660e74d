//! A webhook as it came in.

/// The headers of a request. Names are compared without regard to case, as HTTP demands.
#[derive(Debug, Clone, Default)]
pub struct Headers<'a>(Vec<(&'a str, &'a str)>);

impl<'a> FromIterator<(&'a str, &'a str)> for Headers<'a> {
    fn from_iter<I: IntoIterator<Item = (&'a str, &'a str)>>(headers: I) -> Self {
        Self(headers.into_iter().collect())
    }
}

impl<'a> Headers<'a> {
    /// The first value of a header.
    pub fn first(&self, name: &str) -> Option<&'a str> {
        self.all(name).next()
    }

    /// Every value of a header, in the order in which they came.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| *value)
    }
}

/// A webhook as it came in: its body is still the very bytes that were signed.
#[derive(Clone)]
pub struct Delivery<'a> {
    headers: Headers<'a>,
    body: &'a [u8],
}

impl<'a> Delivery<'a> {
    /// A delivery of these headers and this raw body.
    pub fn new(headers: impl IntoIterator<Item = (&'a str, &'a str)>, body: &'a [u8]) -> Self {
        Self { headers: headers.into_iter().collect(), body }
    }

    /// The headers.
    pub const fn headers(&self) -> &Headers<'a> {
        &self.headers
    }

    /// The raw bytes of the body.
    pub const fn body(&self) -> &'a [u8] {
        self.body
    }
}

/// Without headers and body: signatures and buyers' addresses do not belong in a log.
impl std::fmt::Debug for Delivery<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Delivery of {} bytes", self.body.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn header_names_are_found_in_any_case_and_all_their_values() {
        let headers: Headers = [("X-A", "1"), ("x-b", "2"), ("x-a", "3")].into_iter().collect();
        assert_eq!(headers.first("X-a"), Some("1"));
        assert_eq!(headers.all("x-A").collect::<Vec<_>>(), ["1", "3"]);
        assert_eq!(headers.first("x-c"), None);
    }

    // R38
    #[test]
    fn a_delivery_that_is_printed_shows_nobodys_data() {
        let delivery = Delivery::new([("x-email", "anna@example.com")], b"anna@example.com");
        assert_eq!(format!("{delivery:?}"), "Delivery of 16 bytes");
    }
}
