//! Discount codes: their texts, the patterns they are made from, and how they are made and kept in shops (R2 to R5).

mod generate;
mod pattern;
mod status;
mod text;
pub mod work;

pub use generate::{
    Exhausted, Generated, Missing, Person, Setting, common_prefix, expand, generate, generate_after,
    generate_all,
};
pub use pattern::{Field, Pattern};
pub use status::CodeStatus;
pub use text::{CodeText, LONGEST, SHORTEST, comparable, is_shops_id};
