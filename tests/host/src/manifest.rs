//! The part of Spin's manifest, version 2, that an HTTP application of local components uses.
//! What only concerns building and describing an application is passed over; what would change how it runs, and is
//! not supported here, is refused.

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;
use std::{collections::BTreeMap, fs, path::Path};

/// A `spin.toml`. Like Spin, it refuses keys that it does not know.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    spin_manifest_version: u32,
    /// What the application is called.
    pub application: Application,
    /// The variables that the operator sets.
    #[serde(default)]
    pub variables: BTreeMap<String, Variable>,
    trigger: Triggers,
    /// The components by their id.
    #[serde(default)]
    pub component: BTreeMap<String, Component>,
}

/// What an application is called.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Application {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: Option<String>,
    #[serde(default, rename = "description")]
    _description: String,
    #[serde(default, rename = "authors")]
    _authors: Vec<String>,
    #[serde(default, rename = "tool")]
    _tool: BTreeMap<String, toml::Table>,
}

/// A variable that the operator sets.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variable {
    /// Whether the operator has to set it.
    #[serde(default)]
    pub required: bool,
    /// Its value where the operator does not.
    pub default: Option<String>,
    /// Whether it is hidden where values are shown, which this host never does.
    #[serde(default)]
    pub secret: bool,
}

#[derive(Debug, Deserialize)]
struct Triggers {
    #[serde(default)]
    http: Vec<HttpTrigger>,
    #[serde(flatten)]
    others: BTreeMap<String, toml::Value>,
}

/// A route and the component that answers it.
#[derive(Debug, Deserialize)]
pub struct HttpTrigger {
    /// The pattern of the paths.
    pub route: String,
    /// The id of the component.
    pub component: String,
}

/// A component and its rights.
#[derive(Debug, Deserialize)]
pub struct Component {
    /// Where its Wasm is, relative to the manifest.
    pub source: String,
    /// The databases that it may open.
    #[serde(default)]
    pub sqlite_databases: Vec<String>,
    /// The key-value stores that it may open.
    #[serde(default)]
    pub key_value_stores: Vec<String>,
    /// The hosts that it may send requests to; templates.
    #[serde(default)]
    pub allowed_outbound_hosts: Vec<String>,
    /// The variables that it may read; templates.
    #[serde(default)]
    pub variables: BTreeMap<String, String>,
    /// Its environment.
    #[serde(default)]
    pub environment: BTreeMap<String, String>,
    #[serde(flatten)]
    others: BTreeMap<String, toml::Value>,
}

/// Keys of a component that change nothing in how it runs here.
const PASSED_OVER: [&str; 4] = ["build", "description", "tool", "exclude_files"];

impl Manifest {
    /// Reads a manifest from a file.
    pub fn read(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        Self::parse(&text).with_context(|| format!("{} cannot be served", path.display()))
    }

    /// Reads a manifest from its text.
    pub fn parse(text: &str) -> Result<Self> {
        let manifest: Self = toml::from_str(text)?;
        manifest.check()?;
        Ok(manifest)
    }

    /// The routes, in the manifest's order.
    pub fn routes(&self) -> &[HttpTrigger] {
        &self.trigger.http
    }

    fn check(&self) -> Result<()> {
        ensure!(self.spin_manifest_version == 2, "only manifest version 2 is supported");
        if let Some(kind) = self.trigger.others.keys().next() {
            anyhow::bail!("triggers of type {kind:?} are not supported");
        }
        for (name, variable) in &self.variables {
            check_words(name, '_').with_context(|| format!("variable {name:?}"))?;
            // crates/loader/src/local.rs
            ensure!(
                variable.required != variable.default.is_some(),
                "variable {name:?} must be `required` OR have a `default`"
            );
        }
        for trigger in self.routes() {
            ensure!(
                self.component.contains_key(&trigger.component),
                "route {:?} names component {:?}, which the manifest does not have",
                trigger.route,
                trigger.component
            );
        }
        for (id, component) in &self.component {
            check_words(id, '-').with_context(|| format!("component {id:?}"))?;
            component.check().with_context(|| format!("component {id:?}"))?;
        }
        Ok(())
    }
}

/// The rule of Spin's names (crates/serde/src/id.rs): words of letters and digits that start with a letter.
/// A variable's are lower-case; a component's may also be upper-case.
fn check_words(name: &str, separator: char) -> Result<()> {
    for word in name.split(separator) {
        ensure!(
            word.starts_with(|first: char| first.is_ascii_alphabetic()),
            "{separator:?}-separated words must start with an ASCII letter; got {word:?}"
        );
        let lower = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
        let upper = |letter: char| letter.is_ascii_uppercase() || letter.is_ascii_digit();
        let one_case = word.chars().all(lower) || (separator == '-' && word.chars().all(upper));
        ensure!(
            one_case,
            "{separator:?}-separated words must be all lowercase letters and digits; got {word:?}"
        );
    }
    Ok(())
}

impl Component {
    fn check(&self) -> Result<()> {
        for name in self.variables.keys() {
            check_words(name, '_').with_context(|| format!("variable {name:?}"))?;
        }
        if let Some(key) = self.others.keys().find(|key| !PASSED_OVER.contains(&key.as_str())) {
            anyhow::bail!("{key:?} is not supported by this host; `spin up` may know it");
        }
        // The one label that Spin defines without a runtime configuration.
        for (kind, labels) in
            [("database", &self.sqlite_databases), ("key-value store", &self.key_value_stores)]
        {
            if let Some(label) = labels.iter().find(|label| label.as_str() != "default") {
                anyhow::bail!("{kind} {label:?} is not defined; only \"default\" is");
            }
        }
        Ok(())
    }
}
