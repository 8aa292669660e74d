//! `spin:key-value`: the stores of a component (crates/factor-key-value/src/host.rs).

use crate::{
    bindings::key_value::{Error, Host, HostStore, HostStoreWithStore},
    channel_stream::ChannelStream,
    key_value_file::{KeyValueFile, KeyValueStore, Keys},
    rights::Rights,
};
use std::sync::Arc;
use wasmtime::component::{Accessor, FutureReader, HasData, Resource, ResourceTable, StreamReader};

/// How many stores an instance may have open, as in Spin.
const MOST_STORES: usize = 256;

/// A store as the guest holds it.
pub struct Store(KeyValueStore);

/// The stores of one instance.
pub struct KeyValueState {
    rights: Arc<Rights>,
    file: Arc<KeyValueFile>,
    open: ResourceTable,
}

impl KeyValueState {
    /// No stores yet, in a file that is opened with the first of them.
    pub fn new(rights: Arc<Rights>, file: Arc<KeyValueFile>) -> Self {
        let mut open = ResourceTable::new();
        open.set_max_capacity(MOST_STORES);
        Self { rights, file, open }
    }

    fn get(&self, store: &Resource<Store>) -> Result<KeyValueStore, Error> {
        self.open.get(store).map(|Store(store)| store.clone()).map_err(|_| Error::NoSuchStore)
    }
}

/// Links `spin:key-value` to the stores of the instance.
pub struct KeyValue;

impl HasData for KeyValue {
    type Data<'a> = &'a mut KeyValueState;
}

impl Host for KeyValueState {
    fn convert_error(&mut self, error: Error) -> wasmtime::Result<Error> {
        Ok(error)
    }
}

impl HostStore for KeyValueState {
    async fn drop(&mut self, store: Resource<Store>) -> wasmtime::Result<()> {
        self.open.delete(store)?;
        Ok(())
    }
}

impl<T: Send> HostStoreWithStore<T> for KeyValue {
    async fn open(accessor: &Accessor<T, Self>, label: String) -> Result<Resource<Store>, Error> {
        let (granted, file) = accessor.with(|mut access| {
            let state = access.get();
            (state.rights.stores.contains(&label), Arc::clone(&state.file))
        });
        if !granted {
            return Err(Error::AccessDenied);
        }
        let store = Store(file.store(&label)?);
        accessor.with(|mut access| access.get().open.push(store).map_err(|_| Error::StoreTableFull))
    }

    async fn get(
        accessor: &Accessor<T, Self>,
        store: Resource<Store>,
        key: String,
    ) -> Result<Option<Vec<u8>>, Error> {
        find(accessor, &store)?.get(&key)
    }

    async fn set(
        accessor: &Accessor<T, Self>,
        store: Resource<Store>,
        key: String,
        value: Vec<u8>,
    ) -> Result<(), Error> {
        find(accessor, &store)?.set(&key, &value)
    }

    async fn delete(accessor: &Accessor<T, Self>, store: Resource<Store>, key: String) -> Result<(), Error> {
        find(accessor, &store)?.delete(&key)
    }

    async fn exists(
        accessor: &Accessor<T, Self>,
        store: Resource<Store>,
        key: String,
    ) -> Result<bool, Error> {
        Ok(find(accessor, &store)?.get(&key)?.is_some())
    }

    async fn get_keys(
        accessor: &Accessor<T, Self>,
        store: Resource<Store>,
    ) -> wasmtime::Result<(StreamReader<String>, FutureReader<Result<(), Error>>)> {
        let Keys { keys, outcome } = find(accessor, &store)?.keys();
        accessor.with(|mut access| {
            let keys = StreamReader::new(&mut access, ChannelStream(keys))?;
            let outcome = FutureReader::new(&mut access, outcome)?;
            Ok((keys, outcome))
        })
    }
}

fn find<T>(accessor: &Accessor<T, KeyValue>, store: &Resource<Store>) -> Result<KeyValueStore, Error> {
    accessor.with(|mut access| access.get().get(store))
}
