//! The host as its users see it: the program, a manifest, HTTP. The component behind it is `guest-probe`.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod allowed_hosts;
mod app;
mod cache;
mod command_line;
mod gate;
mod instances;
mod manifest;
mod requests;
mod rights;
mod routes;
mod stopping;
mod storage;
