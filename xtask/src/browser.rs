//! What the tests of the pages need besides Rust: Chromium with its driver, and axe-core.

use crate::build::Workspace;
use crate::packages;
use anyhow::Result;
use std::path::PathBuf;

/// What is installed where it is missing; a later patch changes which pages pass.
const AXE: &str = "axe-core@4.10.3";

/// Installs what is missing, and gives the path of axe.
pub(crate) fn ready(workspace: &Workspace) -> Result<PathBuf> {
    if !packages::runs("chromedriver", ["--version"]) {
        packages::system(&["chromium", "chromium-driver"])?;
    }
    let modules = packages::npm(&workspace.target.join("browser"), &[AXE])?;
    Ok(modules.join("axe-core/axe.min.js"))
}
