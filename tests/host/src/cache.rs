//! Compiled components on disk, so that a second start takes no time.
//!
//! An entry is the SHA-256 of the compiled code and then the code. It is named after the Wasm and everything about
//! the engine that the code depends on, so an entry is either right or, if its checksum is wrong, compiled again.

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};
use std::{
    fs,
    hash::{Hash as _, Hasher},
    path::{Path, PathBuf},
    process,
};
use wasmtime::{Engine, component::Component};

/// The length of a SHA-256.
const CHECKSUM: usize = 32;

/// A directory of compiled components.
pub struct Cache<'a> {
    engine: &'a Engine,
    directory: &'a Path,
}

impl<'a> Cache<'a> {
    /// The cache in a directory, which is made if need be.
    pub fn open(engine: &'a Engine, directory: &'a Path) -> Result<Self> {
        fs::create_dir_all(directory).with_context(|| format!("cannot make {}", directory.display()))?;
        Ok(Self { engine, directory })
    }

    /// The component in a Wasm file, from the cache or compiled; `id` is for telling the operator.
    pub fn load(&self, id: &str, source: &Path) -> Result<Component> {
        let wasm = fs::read(source)
            .with_context(|| format!("cannot read the source of component {id:?}, {}", source.display()))?;
        let entry = self.entry(&wasm);
        if let Some(component) = self.cached(&entry) {
            return Ok(component);
        }
        eprintln!("Compiling component {id:?}");
        let code = self.engine.precompile_component(&wasm).map_err(|error| {
            anyhow::Error::from(error)
                .context(format!("component {id:?} does not compile, {}", source.display()))
        })?;
        write(&entry, &code, id).with_context(|| format!("cannot write {}", entry.display()))?;
        self.trust(&code)
    }

    fn entry(&self, wasm: &[u8]) -> PathBuf {
        let mut key = KeyHasher(Sha256::new());
        // Covers the version of Wasmtime, its settings and the processor.
        self.engine.precompile_compatibility_hash().hash(&mut key);
        key.write(wasm);
        self.directory.join(format!("{:x}.component", key.0.finalize()))
    }

    fn cached(&self, entry: &Path) -> Option<Component> {
        let bytes = fs::read(entry).ok()?;
        let (checksum, code) = bytes.split_at_checked(CHECKSUM)?;
        (*Sha256::digest(code) == *checksum).then(|| self.trust(code).ok())?
    }

    fn trust(&self, code: &[u8]) -> Result<Component> {
        #[expect(unsafe_code, reason = "only called with what this engine compiled, byte for byte")]
        let component = unsafe { Component::deserialize(self.engine, code) };
        Ok(component?)
    }
}

/// Writes an entry under another name first, so that no start ever sees half of one. Two components may have the
/// same Wasm and two hosts the same cache, so the name has both in it.
fn write(entry: &Path, code: &[u8], id: &str) -> Result<()> {
    let temporary = entry.with_extension(format!("{}-{id}", process::id()));
    let mut bytes = Sha256::digest(code).to_vec();
    bytes.extend_from_slice(code);
    fs::write(&temporary, bytes)?;
    fs::rename(&temporary, entry)?;
    Ok(())
}

/// Feeds what is hashed to a hash that does not collide.
struct KeyHasher(Sha256);

impl Hasher for KeyHasher {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// Not asked for: the key is the whole digest.
    fn finish(&self) -> u64 {
        0
    }
}
