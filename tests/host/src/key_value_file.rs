//! The SQLite file behind the key-value store (crates/key-value-spin/src/store.rs): one connection for everyone,
//! written through, and each call blocks its thread, as in Spin.

use crate::{bindings::key_value::Error, channel_stream::SLOTS};
use rusqlite::{Connection, OptionalExtension as _};
use std::{
    fmt::Debug,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};
use tokio::{
    sync::{mpsc, oneshot},
    task::{block_in_place, spawn_blocking},
};

const CREATE: &str = "CREATE TABLE IF NOT EXISTS spin_key_value (
    store TEXT NOT NULL,
    key   TEXT NOT NULL,
    value BLOB NOT NULL,
    PRIMARY KEY (store, key)
)";
const GET: &str = "SELECT value FROM spin_key_value WHERE store = ?1 AND key = ?2";
const SET: &str = "INSERT INTO spin_key_value (store, key, value) VALUES (?1, ?2, ?3)
    ON CONFLICT (store, key) DO UPDATE SET value = ?3";
const DELETE: &str = "DELETE FROM spin_key_value WHERE store = ?1 AND key = ?2";
const KEYS: &str = "SELECT key FROM spin_key_value WHERE store = ?1";

/// What Spin buffers for a guest at most (crates/world/src/lib.rs).
const MOST_BYTES: usize = 128 << 20;

/// The file, opened when it is first used.
pub struct KeyValueFile {
    path: PathBuf,
    opened: OnceLock<Arc<Mutex<Connection>>>,
}

/// A store in the file.
#[derive(Clone)]
pub struct KeyValueStore {
    name: Arc<str>,
    connection: Arc<Mutex<Connection>>,
}

/// The keys of a store while they are being read.
pub struct Keys {
    /// The keys.
    pub keys: mpsc::Receiver<String>,
    /// How it ended.
    pub outcome: oneshot::Receiver<Result<(), Error>>,
}

impl KeyValueFile {
    /// A file, not yet opened.
    pub fn new(path: PathBuf) -> Self {
        Self { path, opened: OnceLock::new() }
    }

    /// A store in the file.
    pub fn store(&self, name: &str) -> Result<KeyValueStore, Error> {
        let connection = match self.opened.get() {
            Some(connection) => Arc::clone(connection),
            None => block_in_place(|| self.open())?,
        };
        Ok(KeyValueStore { name: name.into(), connection })
    }

    fn open(&self) -> Result<Arc<Mutex<Connection>>, Error> {
        let connection = Connection::open(&self.path).map_err(other)?;
        connection.execute(CREATE, []).map_err(other)?;
        Ok(Arc::clone(self.opened.get_or_init(|| Arc::new(Mutex::new(connection)))))
    }
}

impl KeyValueStore {
    /// The value of a key.
    pub fn get(&self, key: &str) -> Result<Option<Vec<u8>>, Error> {
        let value: Option<Vec<u8>> = block_in_place(|| {
            let connection = lock(&self.connection);
            let mut statement = connection.prepare_cached(GET)?;
            statement.query_row([&*self.name, key], |row| row.get(0)).optional()
        })
        .map_err(other)?;
        if size_of::<Option<Vec<u8>>>() + value.as_ref().map_or(0, Vec::len) > MOST_BYTES {
            return Err(too_large());
        }
        Ok(value)
    }

    /// Gives a key a value.
    pub fn set(&self, key: &str, value: &[u8]) -> Result<(), Error> {
        block_in_place(|| {
            lock(&self.connection).prepare_cached(SET)?.execute(rusqlite::params![&*self.name, key, value])
        })
        .map_err(other)?;
        Ok(())
    }

    /// Takes a key away; one that is not there is no error.
    pub fn delete(&self, key: &str) -> Result<(), Error> {
        block_in_place(|| lock(&self.connection).prepare_cached(DELETE)?.execute([&*self.name, key]))
            .map_err(other)?;
        Ok(())
    }

    /// The keys, as they come.
    pub fn keys(&self) -> Keys {
        let (key_sender, keys) = mpsc::channel(SLOTS);
        let (outcome_sender, outcome) = oneshot::channel();
        let store = self.clone();
        spawn_blocking(move || {
            // The guest may have dropped the result; then nobody asks.
            let _ = outcome_sender.send(store.send_keys(&key_sender));
        });
        Keys { keys, outcome }
    }

    fn send_keys(&self, keys: &mpsc::Sender<String>) -> Result<(), Error> {
        let connection = lock(&self.connection);
        let mut statement = connection.prepare_cached(KEYS).map_err(other)?;
        let mut rows = statement.query([&*self.name]).map_err(other)?;
        while let Some(row) = rows.next().map_err(other)? {
            let key: String = row.get(0).map_err(other)?;
            if key.len() > MOST_BYTES {
                return Err(too_large());
            }
            keys.blocking_send(key).map_err(other)?;
        }
        Ok(())
    }
}

fn lock(connection: &Mutex<Connection>) -> MutexGuard<'_, Connection> {
    connection.lock().unwrap_or_else(PoisonError::into_inner)
}

fn too_large() -> Error {
    Error::Other(format!("query result exceeds limit of {MOST_BYTES} bytes"))
}

/// Spin gives the guest the error's `Debug` text (crates/factor-key-value/src/host.rs, `log_error`).
fn other(error: impl Debug) -> Error {
    Error::Other(format!("{error:?}"))
}
