//! Discount codes: their texts, the patterns they are made from, and how they are made (R2, R3, R4).

mod generate;
mod pattern;
mod status;
mod text;

pub use generate::{
    Exhausted, Generated, Missing, Person, Setting, common_prefix, expand, generate, generate_all,
};
pub use pattern::{Field, Pattern};
pub use status::CodeStatus;
pub use text::{CodeText, LONGEST, SHORTEST, comparable};
