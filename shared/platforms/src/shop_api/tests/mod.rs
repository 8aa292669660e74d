//! What holds on every platform.

mod carried;
mod echo;
mod failures;
mod signing;
