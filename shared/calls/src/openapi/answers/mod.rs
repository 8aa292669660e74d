//! What the calls answer, as types for the API's document. The handlers write their answers as JSON; that both say
//! the same is what every black-box test checks with each answer that it gets (`tests/src/contract.rs`).

#![allow(dead_code, reason = "they are described, never made")]

mod codes;
mod money;
mod sales;
mod setup;
mod stores;
mod webhooks;

pub(super) use codes::*;
pub(super) use money::*;
pub(super) use sales::*;
pub(super) use setup::*;
pub(super) use stores::*;
pub(super) use webhooks::*;
