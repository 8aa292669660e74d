//! Bindings of Spin's own interfaces; the WIT files in `wit/deps` are those of `spin-sdk` 7.

#![expect(missing_docs, reason = "generated code, documented in the WIT files")]

wasmtime::component::bindgen!({
    path: "wit",
    world: "host",
    imports: { default: async | trappable },
    with: {
        "spin:key-value/key-value.store": crate::key_value::Store,
        "spin:sqlite/sqlite.connection": crate::sqlite::Connection,
    },
    // An error of these interfaces is a value for the guest, never a trap.
    trappable_error_type: {
        "spin:key-value/key-value.error" => spin::key_value::key_value::Error,
        "spin:sqlite/sqlite.error" => spin::sqlite::sqlite::Error,
        "spin:variables/variables.error" => spin::variables::variables::Error,
    },
});

pub use spin::key_value::key_value;
pub use spin::sqlite::sqlite;
pub use spin::variables::variables;
