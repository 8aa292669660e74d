//! What the commands share: the workspace, cargo calls with a headline, the components and the host.

#![allow(clippy::indexing_slicing, reason = "a missing field of a `serde_json::Value` reads as null")]

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The target of every component.
pub(crate) const WASM_TARGET: &str = "wasm32-wasip2";

/// How a package of the workspace is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A function of the application: a component.
    Function,
    /// A component that only tests use.
    Guest,
    /// The embedded host and what runs beside it: native, with optimised dependencies.
    Host,
    /// Everything else: native, in the development profile.
    Native,
}

/// One member of the workspace.
#[derive(Debug, Clone)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) kind: Kind,
}

/// The workspace, as cargo sees it.
#[derive(Debug)]
pub(crate) struct Workspace {
    pub(crate) root: PathBuf,
    pub(crate) target: PathBuf,
    pub(crate) packages: Vec<Package>,
}

impl Workspace {
    /// Asks cargo, which knows `CARGO_TARGET_DIR` and every other way to move the target folder.
    pub(crate) fn load() -> Result<Self> {
        let output = Command::new(cargo())
            .args(["metadata", "--no-deps", "--format-version", "1"])
            .current_dir(root()?)
            .output()
            .context("cannot run cargo")?;
        ensure!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
        Self::from_metadata(&serde_json::from_slice(&output.stdout)?)
    }

    fn from_metadata(metadata: &Value) -> Result<Self> {
        let path = |name: &str| {
            metadata[name]
                .as_str()
                .map(PathBuf::from)
                .with_context(|| format!("cargo metadata has no {name}"))
        };
        let root = path("workspace_root")?;
        let mut packages = Vec::new();
        for package in metadata["packages"].as_array().into_iter().flatten() {
            let (Some(name), Some(manifest)) = (package["name"].as_str(), package["manifest_path"].as_str())
            else {
                continue;
            };
            let folder = Path::new(manifest).strip_prefix(&root).unwrap_or(Path::new(manifest));
            packages.push(Package { name: name.to_owned(), kind: kind_of(folder) });
        }
        Ok(Self { target: path("target_directory")?, root, packages })
    }

    /// The names of all packages of these kinds.
    pub(crate) fn names(&self, kinds: &[Kind]) -> Vec<&str> {
        self.packages
            .iter()
            .filter(|each| kinds.contains(&each.kind))
            .map(|each| each.name.as_str())
            .collect()
    }

    /// Whether such a package exists.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.packages.iter().any(|package| package.name == name)
    }

    /// Where the host's program is after a build.
    pub(crate) fn host_program(&self) -> PathBuf {
        self.target.join("host").join(format!("tributary-host{}", std::env::consts::EXE_SUFFIX))
    }

    /// `spin.toml`, or, where the target folder is elsewhere, a copy whose sources point there.
    pub(crate) fn manifest(&self) -> Result<PathBuf> {
        let manifest = self.root.join("spin.toml");
        if self.target == self.root.join("target") {
            return Ok(manifest);
        }
        let text = read(&manifest)?;
        let moved = self.target.join("spin.toml");
        std::fs::create_dir_all(&self.target)?;
        std::fs::write(&moved, with_sources_in(&text, &self.target)?)
            .with_context(|| format!("cannot write {}", moved.display()))?;
        Ok(moved)
    }

    /// A cargo call at the workspace's root.
    pub(crate) fn cargo<I, S>(&self, arguments: I) -> Command
    where
        I: IntoIterator<Item = S>,
        S: AsRef<OsStr>,
    {
        let mut command = Command::new(cargo());
        command.current_dir(&self.root).args(arguments);
        command
    }

    /// Builds the six functions with one cargo call.
    pub(crate) fn build_components(&self) -> Result<()> {
        let names: Vec<String> = components(&read(&self.root.join("spin.toml"))?)?
            .iter()
            .map(|component| format!("tributary-{component}"))
            .collect();
        let packages = names.iter().flat_map(|name| ["-p", name]);
        self.run("building the components", wasm_build().into_iter().chain(packages))
    }

    /// Builds the components that only tests and benchmarks use.
    pub(crate) fn build_guests(&self) -> Result<()> {
        let names = self.names(&[Kind::Guest]);
        let packages = names.iter().flat_map(|name| ["-p", name]);
        self.run("building the test components", wasm_build().into_iter().chain(packages))
    }

    /// Builds the embedded host.
    pub(crate) fn build_host(&self) -> Result<()> {
        self.run(
            "building the host (the first time takes some minutes)",
            ["build", "--locked", "--profile", "host", "-p", "tributary-host"],
        )
    }

    /// Runs cargo under a headline.
    pub(crate) fn run<I, S>(&self, headline: &str, arguments: I) -> Result<()>
    where
        I: IntoIterator<Item = S>,
        S: AsRef<OsStr>,
    {
        run(headline, &mut self.cargo(arguments))
    }
}

fn wasm_build() -> [&'static str; 5] {
    ["build", "--locked", "--release", "--target", WASM_TARGET]
}

fn kind_of(manifest: &Path) -> Kind {
    if manifest.starts_with("functions") {
        Kind::Function
    } else if manifest.starts_with("tests/guests") {
        Kind::Guest
    } else if manifest.starts_with("tests/host") || manifest.starts_with("tests/bench") {
        Kind::Host
    } else {
        Kind::Native
    }
}

/// The repository's root: where this very crate was built from.
pub(crate) fn root() -> Result<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().map(Path::to_path_buf).context("xtask has no parent folder")
}

/// The cargo that runs us, or the one on the path.
fn cargo() -> std::ffi::OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// Runs a command under a headline; its own output is the progress.
pub(crate) fn run(headline: &str, command: &mut Command) -> Result<()> {
    eprintln!("==> {headline}");
    let program = command.get_program().to_string_lossy().into_owned();
    let status = command.status().with_context(|| format!("cannot run {program}"))?;
    if !status.success() {
        bail!("{headline}: failed ({status})");
    }
    Ok(())
}

/// Reads a text file, naming it where that fails.
pub(crate) fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

/// The component names of a Spin manifest.
pub(crate) fn components(manifest: &str) -> Result<Vec<String>> {
    let table: toml::Table = manifest.parse().context("spin.toml cannot be read")?;
    let components =
        table.get("component").and_then(toml::Value::as_table).context("spin.toml has no components")?;
    Ok(components.keys().cloned().collect())
}

/// The manifest with `target/...` of every source replaced by another target folder.
fn with_sources_in(manifest: &str, target: &Path) -> Result<String> {
    let mut table: toml::Table = manifest.parse().context("spin.toml cannot be read")?;
    let components = table.get_mut("component").and_then(toml::Value::as_table_mut);
    for (name, component) in components.context("spin.toml has no components")? {
        let source =
            component.get_mut("source").with_context(|| format!("component {name} has no source"))?;
        let moved = source
            .as_str()
            .and_then(|text| text.strip_prefix("target/"))
            .map(|rest| target.join(rest).display().to_string());
        if let Some(moved) = moved {
            *source = toml::Value::String(moved);
        }
    }
    Ok(toml::to_string(&table)?)
}

/// Adds the Wasm target where it is missing.
pub(crate) fn ensure_wasm_target() -> Result<()> {
    let installed =
        Command::new("rustup").args(["target", "list", "--installed"]).current_dir(root()?).output();
    match installed {
        Ok(output) if output.status.success() => {
            if String::from_utf8_lossy(&output.stdout).lines().any(|line| line.trim() == WASM_TARGET) {
                return Ok(());
            }
        }
        Ok(output) => bail!("rustup target list: {}", String::from_utf8_lossy(&output.stderr).trim()),
        Err(_) => return target_without_rustup(),
    }
    let mut add = Command::new("rustup");
    add.args(["target", "add", WASM_TARGET]).current_dir(root()?);
    run(&format!("adding the Rust target {WASM_TARGET}"), &mut add).with_context(|| {
        format!("the components need the Rust target {WASM_TARGET}; is this machine offline?")
    })
}

/// Rust from a distribution's packages has no rustup, but may well have the target.
fn target_without_rustup() -> Result<()> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc)
        .args(["--print", "target-libdir", "--target", WASM_TARGET])
        .output()
        .context("cannot run rustc")?;
    let folder = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    ensure!(
        output.status.success() && Path::new(&folder).is_dir(),
        "there is no rustup here and this Rust lacks the target {WASM_TARGET}: install Rust from \
         https://rustup.rs, or your distribution's package with the {WASM_TARGET} standard library"
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const MANIFEST: &str = r#"
        spin_manifest_version = 2
        [component.redirect]
        source = "target/wasm32-wasip2/release/tributary_redirect.wasm"
        key_value_stores = ["default"]
        [component.api]
        source = "target/wasm32-wasip2/release/tributary_api.wasm"
    "#;

    #[test]
    fn components_are_named_by_the_manifest() {
        assert_eq!(components(MANIFEST).unwrap(), ["api", "redirect"]);
    }

    #[test]
    fn a_moved_target_folder_moves_the_sources_and_nothing_else() {
        let moved: toml::Table = with_sources_in(MANIFEST, Path::new("/cache/t")).unwrap().parse().unwrap();
        let redirect = &moved["component"]["redirect"];
        assert_eq!(
            redirect["source"].as_str(),
            Some("/cache/t/wasm32-wasip2/release/tributary_redirect.wasm")
        );
        assert_eq!(redirect["key_value_stores"][0].as_str(), Some("default"));
        assert_eq!(moved["spin_manifest_version"].as_integer(), Some(2));
    }

    #[test]
    fn a_packages_kind_follows_from_its_folder() {
        let workspace = Workspace::from_metadata(&json!({
            "workspace_root": "/r",
            "target_directory": "/r/target",
            "packages": [
                {"name": "a", "manifest_path": "/r/functions/a/Cargo.toml"},
                {"name": "b", "manifest_path": "/r/tests/guests/b/Cargo.toml"},
                {"name": "c", "manifest_path": "/r/tests/host/Cargo.toml"},
                {"name": "d", "manifest_path": "/r/tests/Cargo.toml"},
            ],
        }))
        .unwrap();
        assert_eq!(workspace.names(&[Kind::Function]), ["a"]);
        assert_eq!(workspace.names(&[Kind::Guest, Kind::Host]), ["b", "c"]);
        assert_eq!(workspace.names(&[Kind::Native]), ["d"]);
        assert!(workspace.has("d") && !workspace.has("e"));
    }
}
