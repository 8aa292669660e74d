//! The seam to a key-value store: whole values that are read caches, never the truth.

/// Why the cache did not answer, in its own words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("key-value store: {0}")]
pub struct CacheError(pub String);

/// A key-value store.
#[allow(async_fn_in_trait, reason = "components run one thread; their futures need not be Send")]
pub trait Cache {
    /// The value of a key.
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, CacheError>;
    /// Sets the value of a key.
    async fn set(&self, key: &str, value: &[u8]) -> Result<(), CacheError>;
    /// Forgets a key.
    async fn delete(&self, key: &str) -> Result<(), CacheError>;
}
