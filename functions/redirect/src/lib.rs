//! Affiliate-link redirects.
