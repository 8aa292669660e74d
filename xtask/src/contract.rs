//! What the test of the API's document needs besides Rust: schemathesis, in a Python environment of its own.

use crate::build::{self, Workspace};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What is installed where it is missing; another version has other checks.
const SCHEMATHESIS: &str = "schemathesis==4.32.5";

/// Installs what is missing, and gives the path of schemathesis.
pub(crate) fn ready(workspace: &Workspace) -> Result<PathBuf> {
    let folder = workspace.target.join("contract").join(SCHEMATHESIS);
    let program = folder.join("bin/schemathesis");
    if !runs(&program) {
        make_environment(&folder)?;
        let mut install = Command::new(folder.join("bin/pip"));
        install.args(["install", "--quiet", "--disable-pip-version-check", SCHEMATHESIS]);
        build::run("installing schemathesis", &mut install)?;
    }
    Ok(program)
}

fn runs(program: &Path) -> bool {
    let version = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    version.is_ok_and(|status| status.success())
}

/// Debian has Python's environments in a package of their own.
fn make_environment(folder: &Path) -> Result<()> {
    if has_environments() || install_python().is_ok() {
        let mut make = Command::new("python3");
        make.args(["-m", "venv", "--clear"]).arg(folder);
        return build::run("making a Python environment", &mut make);
    }
    bail!("install Python 3 with venv, as root on Debian: apt-get install python3-venv");
}

fn has_environments() -> bool {
    let tried = Command::new("python3")
        .args(["-c", "import ensurepip, venv"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    tried.is_ok_and(|status| status.success())
}

fn install_python() -> Result<()> {
    for arguments in [&["update"][..], &["install", "-y", "--no-install-recommends", "python3-venv"]] {
        let mut install = Command::new("apt-get");
        install.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
        build::run("installing Python", &mut install).context("apt-get")?;
    }
    Ok(())
}
