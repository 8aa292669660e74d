//! The files that the checks read.

use super::source::Views;
use anyhow::{Context, Result};
use std::fs;
use std::path::Path;

/// A text file; the path is relative to the root, with `/` on every system.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) text: String,
    /// For Rust alone.
    pub(crate) views: Option<Views>,
}

impl File {
    pub(crate) fn new(path: &str, text: &str) -> Self {
        let is_rust = Path::new(path).extension().is_some_and(|end| end == "rs");
        let views = is_rust.then(|| Views::of(text));
        Self { path: path.to_owned(), text: text.to_owned(), views }
    }
}

/// Every text file of the repository.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    pub(crate) files: Vec<File>,
}

/// Folders that hold what was built, stored or captured, not written.
const SKIPPED: [&str; 8] = [
    ".git",
    "target",
    ".tributary",
    ".spin",
    "node_modules",
    "fixtures",
    "snapshots",
    "proptest-regressions",
];

/// What people write, by the end of the file's name.
const WRITTEN: [&str; 13] =
    [".rs", ".toml", ".md", ".sql", ".js", ".css", ".html", ".sh", ".yml", ".yaml", ".json", ".wit", "/run"];

impl Tree {
    pub(crate) fn load(root: &Path) -> Result<Self> {
        let mut tree = Self::default();
        tree.add(root, "")?;
        tree.files.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(tree)
    }

    fn add(&mut self, folder: &Path, prefix: &str) -> Result<()> {
        let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
        for entry in entries {
            let entry = entry?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            let path = format!("{prefix}{name}");
            let kind = entry.file_type()?;
            if kind.is_dir() && !SKIPPED.contains(&name.as_str()) {
                self.add(&entry.path(), &format!("{path}/"))?;
            } else if kind.is_file() && WRITTEN.iter().any(|end| path.ends_with(end)) {
                let text = fs::read_to_string(entry.path()).with_context(|| format!("cannot read {path}"))?;
                self.files.push(File::new(&path, &text));
            }
        }
        Ok(())
    }

    pub(crate) fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    /// The Rust files under one of these folders, with their views.
    pub(crate) fn rust<'a>(&'a self, folders: &'a [&str]) -> impl Iterator<Item = (&'a File, &'a Views)> {
        self.files
            .iter()
            .filter(|file| folders.iter().any(|folder| file.path.starts_with(folder)))
            .filter_map(|file| file.views.as_ref().map(|views| (file, views)))
    }

    /// The names of the folders directly under `functions/`.
    pub(crate) fn functions(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self
            .files
            .iter()
            .filter_map(|file| file.path.strip_prefix("functions/")?.split_once('/'))
            .map(|(name, _)| name)
            .collect();
        names.dedup();
        names
    }
}

#[cfg(test)]
impl Tree {
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        Self { files: files.iter().map(|(path, text)| File::new(path, text)).collect() }
    }
}
