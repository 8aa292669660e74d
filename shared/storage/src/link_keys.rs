//! The keys under which the cache holds what a redirect needs.

/// The key of a link's snapshot.
pub fn link_key(slug: &str) -> String {
    format!("link:{slug}")
}

/// The key of the hot links, packed ([`crate::link_cache::hot`]).
pub const HOT_KEY: &str = "links";

/// The key of the home page, where an unknown link leads.
pub const HOME_KEY: &str = "home";
