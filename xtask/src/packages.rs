//! What some tests need besides Rust: packages of Python, of npm and of the system, installed where they are missing.

use crate::build;
use anyhow::{Context, Result, bail};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Says what was installed into a folder, and where that was: an environment of Python cannot be moved.
const STAMP: &str = "installed.txt";

/// These packages, at these versions, in an environment of Python of their own. Gives the folder of its programs.
pub(crate) fn python(folder: &Path, packages: &[&str]) -> Result<PathBuf> {
    once(folder, packages, || {
        make_environment(folder)?;
        let mut pip = Command::new(folder.join("bin/pip"));
        pip.args(["install", "--quiet", "--disable-pip-version-check"]).args(packages);
        build::run(&format!("installing {}", packages.join(", ")), &mut pip)
    })?;
    Ok(folder.join("bin"))
}

/// These packages of npm, at these versions. Gives the folder in which Node finds them.
pub(crate) fn npm(folder: &Path, packages: &[&str]) -> Result<PathBuf> {
    once(folder, packages, || {
        if !runs("npm", ["--version"]) {
            system(&["nodejs", "npm"])?;
        }
        let mut npm = Command::new("npm");
        npm.args(["install", "--no-audit", "--no-fund", "--silent", "--prefix"]).arg(folder).args(packages);
        build::run(&format!("installing {}", packages.join(", ")), &mut npm)
    })?;
    Ok(folder.join("node_modules"))
}

/// Installs packages of Debian, which takes root.
pub(crate) fn system(packages: &[&str]) -> Result<()> {
    let named = packages.join(" ");
    if !runs("apt-get", ["--version"]) {
        bail!("install what Debian calls {named}");
    }
    let install = [&["install", "-y", "--no-install-recommends"], packages].concat();
    for arguments in [vec!["update"], install] {
        let mut apt = Command::new("apt-get");
        apt.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
        build::run(&format!("installing {named}"), &mut apt)
            .with_context(|| format!("run this once as root: apt-get install {named}"))?;
    }
    Ok(())
}

/// Whether a program can be called so.
pub(crate) fn runs<Argument: AsRef<OsStr>>(
    program: &str,
    arguments: impl IntoIterator<Item = Argument>,
) -> bool {
    let tried = Command::new(program).args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).status();
    tried.is_ok_and(|status| status.success())
}

/// Fills an empty folder with packages, unless it holds exactly these already.
fn once(folder: &Path, packages: &[&str], install: impl FnOnce() -> Result<()>) -> Result<()> {
    let (stamp, wanted) = (folder.join(STAMP), format!("{}\n{}\n", folder.display(), packages.join("\n")));
    if std::fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    if folder.exists() {
        std::fs::remove_dir_all(folder).with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    install()?;
    std::fs::write(&stamp, wanted).with_context(|| format!("cannot write {}", stamp.display()))
}

/// Debian has Python's environments in a package of their own.
fn make_environment(folder: &Path) -> Result<()> {
    if !runs("python3", ["-c", "import ensurepip, venv"]) {
        system(&["python3-venv"])?;
    }
    let mut make = Command::new("python3");
    make.args(["-m", "venv"]).arg(folder);
    build::run("making a Python environment", &mut make)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_installed_once_and_again_when_others_are_wanted_or_the_folder_was_moved() {
        let home = std::env::temp_dir().join(format!("tributary-packages-{}", std::process::id()));
        let (folder, moved) = (home.join("here"), home.join("there"));
        let asked = std::cell::Cell::new(0);
        let want = |folder: &Path, packages: &[&str]| {
            once(folder, packages, || {
                asked.set(asked.get() + 1);
                Ok(std::fs::write(folder.join("package"), "")?)
            })
            .unwrap();
        };
        want(&folder, &["a==1"]);
        want(&folder, &["a==1"]);
        assert_eq!(asked.get(), 1);
        std::fs::write(folder.join("old"), "").unwrap();
        want(&folder, &["a==2"]);
        assert!(asked.get() == 2 && !folder.join("old").exists());
        std::fs::rename(&folder, &moved).unwrap();
        want(&moved, &["a==2"]);
        assert_eq!(asked.get(), 3);
        assert!(once(&moved, &["a==3"], || bail!("no network")).is_err());
        want(&moved, &["a==3"]);
        assert_eq!(asked.get(), 4, "what failed is tried again");
        std::fs::remove_dir_all(&home).unwrap();
    }
}
