//! Order webhooks of the stores.
