//! `cargo xtask bench`: speed, as ratios to a bare component in the same run.

use crate::build::{self, Workspace};
use anyhow::{Result, ensure};
use std::ffi::OsString;

const HELP: &str = "\
Usage: cargo xtask bench [ARGUMENTS]

Builds the components, the yardstick and the host, and runs the benchmark with these arguments.
`cargo xtask bench -- --help` shows the benchmark's own.";

/// Builds what the benchmark measures, and runs it.
pub(crate) fn run(mut arguments: Vec<OsString>) -> Result<()> {
    if arguments.first().is_some_and(|first| first == "--help" || first == "-h") {
        println!("{HELP}");
        return Ok(());
    }
    if arguments.first().is_some_and(|first| first == "--") {
        arguments.remove(0);
    }
    let workspace = Workspace::load()?;
    ensure!(workspace.has("tributary-bench"), "there is no benchmark here: tests/bench is missing");
    build::ensure_wasm_target()?;
    workspace.build_components()?;
    workspace.build_guests()?;
    workspace.build_host()?;
    let mut bench = workspace.cargo(["run", "--locked", "--profile", "host", "-p", "tributary-bench", "--"]);
    bench
        .args(arguments)
        .env("TRIBUTARY_HOST", workspace.host_program())
        .env("TRIBUTARY_MANIFEST", workspace.manifest()?);
    build::run("measuring", &mut bench)
}
