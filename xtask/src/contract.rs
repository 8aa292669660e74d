//! What the test of the API's document needs besides Rust: schemathesis, in a Python environment of its own.

use crate::build::Workspace;
use crate::packages;
use anyhow::Result;
use std::path::PathBuf;

/// What is installed where it is missing; another version has other checks.
const SCHEMATHESIS: &str = "schemathesis==4.32.5";

/// Installs what is missing, and gives the path of schemathesis.
pub(crate) fn ready(workspace: &Workspace) -> Result<PathBuf> {
    let programs = packages::python(&workspace.target.join("contract"), &[SCHEMATHESIS])?;
    Ok(programs.join("schemathesis"))
}
