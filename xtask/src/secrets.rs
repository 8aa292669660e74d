//! The two secrets of a local app: made once, kept in its state folder, overridden by the environment.

use anyhow::{Context, Result, ensure};
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

/// The variable that holds the root key of the API.
pub(crate) const ADMIN_TOKEN: &str = "SPIN_VARIABLE_ADMIN_TOKEN";
/// The variable that holds the keys of click ids, visitor hashes and credentials at rest.
pub(crate) const SECRET_KEYS: &str = "SPIN_VARIABLE_SECRET_KEYS";

/// Both secrets, ready for the host's environment.
pub(crate) struct Secrets {
    pub(crate) admin_token: String,
    pub(crate) secret_keys: String,
}

impl Secrets {
    /// From the environment where it has them, else from the state folder, else new and kept there.
    pub(crate) fn load(state: &Path) -> Result<Self> {
        make_private_folder(state)?;
        Ok(Self {
            admin_token: from_environment_or(ADMIN_TOKEN, || {
                kept(&state.join("admin_token"), || random_hex(24))
            })?,
            secret_keys: from_environment_or(SECRET_KEYS, || {
                kept(&state.join("secret_keys"), || Ok(format!("1:{}", random_hex(32)?)))
            })?,
        })
    }
}

fn from_environment_or(variable: &str, otherwise: impl FnOnce() -> Result<String>) -> Result<String> {
    match std::env::var(variable) {
        Ok(value) if !value.is_empty() => Ok(value),
        _ => otherwise(),
    }
}

/// A folder that only its owner may read; one that exists stays as it is.
fn make_private_folder(path: &Path) -> Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .with_context(|| format!("cannot make the state folder {}", path.display()))
}

/// The file's line; a missing file is made, whole or not at all, and the first of several makers wins.
fn kept(path: &Path, make: impl FnOnce() -> Result<String>) -> Result<String> {
    match fs::read_to_string(path) {
        Ok(text) => {
            let text = text.trim();
            ensure!(!text.is_empty(), "{} is empty: remove it to have a new one made", path.display());
            return Ok(text.to_owned());
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
    let draft = path.with_extension(format!("new-{}", std::process::id()));
    let written = write_private(&draft, &make()?)
        .and_then(|()| match fs::hard_link(&draft, path) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
            _ => Ok(()),
        })
        .and_then(|()| fs::read_to_string(path))
        .with_context(|| format!("cannot write {}", path.display()));
    // The draft has done its work either way.
    let _ = fs::remove_file(&draft);
    Ok(written?.trim().to_owned())
}

fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()
}

/// As many random bytes from the system, as hexadecimal text.
pub(crate) fn random_hex(bytes: usize) -> Result<String> {
    use std::fmt::Write as _;
    let mut buffer = vec![0; bytes];
    fs::File::open("/dev/urandom")
        .and_then(|mut source| source.read_exact(&mut buffer))
        .context("cannot read random bytes")?;
    Ok(buffer.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn scratch(name: &str) -> std::path::PathBuf {
        let folder = std::env::temp_dir().join(format!("tributary-xtask-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        folder
    }

    #[test]
    fn a_secret_is_made_once_and_readable_by_its_owner_alone() {
        let folder = scratch("once");
        make_private_folder(&folder).unwrap();
        let path = folder.join("admin_token");
        let first = kept(&path, || random_hex(24)).unwrap();
        let second = kept(&path, || random_hex(24)).unwrap();
        assert_eq!(first.len(), 48);
        assert_eq!(first, second);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "no draft is left behind");
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn an_empty_secret_is_an_error_and_not_silently_replaced() {
        let folder = scratch("empty");
        make_private_folder(&folder).unwrap();
        let path = folder.join("secret_keys");
        fs::write(&path, "\n").unwrap();
        assert!(kept(&path, || random_hex(32)).unwrap_err().to_string().contains("is empty"));
        fs::remove_dir_all(&folder).unwrap();
    }
}
