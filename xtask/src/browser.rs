//! What the tests of the pages need besides Rust: Chromium with its driver, and axe-core.

use crate::build::{self, Workspace};
use anyhow::{Context, Result, bail};
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// What is installed where it is missing; a later patch changes which pages pass.
const AXE: &str = "axe-core@4.10.3";

/// Installs what is missing, and gives the path of axe.
pub(crate) fn ready(workspace: &Workspace) -> Result<PathBuf> {
    if !runs("chromedriver") {
        install_chromium()?;
    }
    let folder = workspace.target.join("browser");
    let axe = folder.join("node_modules/axe-core/axe.min.js");
    if !axe.exists() {
        std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let mut npm = Command::new("npm");
        npm.args(["install", "--no-audit", "--no-fund", "--silent", "--prefix"]).arg(&folder).arg(AXE);
        build::run("installing axe-core", &mut npm).context("the tests of the pages need npm")?;
    }
    Ok(axe)
}

fn runs(program: &str) -> bool {
    let version = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    version.is_ok_and(|status| status.success())
}

fn install_chromium() -> Result<()> {
    if !runs("apt-get") {
        bail!("install Chromium and its chromedriver, so that `chromedriver --version` answers");
    }
    for arguments in
        [&["update"][..], &["install", "-y", "--no-install-recommends", "chromium", "chromium-driver"]]
    {
        let mut install = Command::new("apt-get");
        install.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
        build::run("installing Chromium", &mut install)
            .context("run this once as root: apt-get install chromium chromium-driver")?;
    }
    Ok(())
}
