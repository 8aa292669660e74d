//! An embedded host for Spin applications, for development and tests.
//!
//! It reads a Spin manifest and serves it as `spin up` would: the same routes, the same rights, the same errors,
//! the same reuse of instances, on the same runtime. It never has a feature that Spin lacks, and where Spin does
//! something odd, so does it; the comments name the file in `spinframework/spin` where a behaviour was read.
//!
//! A request goes through the files in this order: [`server`] accepts it, [`routes`] picks the component,
//! [`headers`] adds what Spin tells it, [`instance`] runs it. What the component then asks for is answered by
//! [`sqlite`], [`key_value`], [`variables`] and [`outbound`]. Whether a request out reaches its host or who plays it in a
//! test ([`stand_in`]), no component can tell.

pub mod allowed_hosts;
pub mod application;
pub mod bindings;
pub mod cache;
pub mod channel_stream;
pub mod engine;
pub mod headers;
pub mod instance;
pub mod key_value;
pub mod key_value_file;
pub mod manifest;
pub mod options;
pub mod outbound;
pub mod rights;
pub mod routes;
pub mod server;
pub mod sqlite;
pub mod sqlite_file;
pub mod stand_in;
pub mod template;
pub mod variables;
