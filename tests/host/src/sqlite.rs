//! `spin:sqlite`: connections of a component to its databases (crates/factor-sqlite/src/host.rs).

use crate::{
    bindings::sqlite::{Error, Host, HostConnection, HostConnectionWithStore, QueryResult, RowResult, Value},
    channel_stream::ChannelStream,
    rights::Rights,
    sqlite_file::{Rows, SqliteFile},
};
use std::{path::Path, sync::Arc};
use wasmtime::component::{Accessor, FutureReader, HasData, Resource, ResourceTable, StreamReader};

/// How many connections an instance may have open, as in Spin.
const MOST_CONNECTIONS: usize = 256;

/// A connection as the guest holds it.
pub struct Connection(SqliteFile);

/// The connections of one instance.
pub struct SqliteState {
    rights: Arc<Rights>,
    file: Arc<Path>,
    open: ResourceTable,
}

impl SqliteState {
    /// No connections yet, to a file that is opened with the first of them.
    pub fn new(rights: Arc<Rights>, file: Arc<Path>) -> Self {
        let mut open = ResourceTable::new();
        open.set_max_capacity(MOST_CONNECTIONS);
        Self { rights, file, open }
    }

    /// There is one database, "default": whoever starts an application without a runtime configuration has no
    /// other, and the manifest was refused if it names one. So [`Error::NoSuchDatabase`] never gets this far.
    fn connect(&mut self, database: &str) -> Result<Resource<Connection>, Error> {
        if !self.rights.databases.contains(database) {
            return Err(Error::AccessDenied);
        }
        let connection = Connection(SqliteFile::new(Arc::clone(&self.file)));
        self.open.push(connection).map_err(|_| Error::Io("too many connections opened".to_owned()))
    }

    fn get(&self, connection: &Resource<Connection>) -> Result<SqliteFile, Error> {
        self.open.get(connection).map(|Connection(file)| file.clone()).map_err(|_| Error::InvalidConnection)
    }
}

/// Links `spin:sqlite` to the connections of the instance.
pub struct Sqlite;

impl HasData for Sqlite {
    type Data<'a> = &'a mut SqliteState;
}

impl Host for SqliteState {
    fn convert_error(&mut self, error: Error) -> wasmtime::Result<Error> {
        Ok(error)
    }
}

impl HostConnection for SqliteState {
    async fn open(&mut self, database: String) -> Result<Resource<Connection>, Error> {
        self.connect(&database)
    }

    async fn execute(
        &mut self,
        connection: Resource<Connection>,
        statement: String,
        parameters: Vec<Value>,
    ) -> Result<QueryResult, Error> {
        self.get(&connection)?.query(statement, parameters).await
    }

    async fn last_insert_rowid(&mut self, connection: Resource<Connection>) -> wasmtime::Result<i64> {
        Ok(self.get(&connection)?.last_insert_rowid()?)
    }

    async fn changes(&mut self, connection: Resource<Connection>) -> wasmtime::Result<u64> {
        Ok(self.get(&connection)?.changes()?)
    }

    async fn drop(&mut self, connection: Resource<Connection>) -> wasmtime::Result<()> {
        self.open.delete(connection)?;
        Ok(())
    }
}

impl<T: Send> HostConnectionWithStore<T> for Sqlite {
    async fn open_async(
        accessor: &Accessor<T, Self>,
        database: String,
    ) -> Result<Resource<Connection>, Error> {
        accessor.with(|mut access| access.get().connect(&database))
    }

    async fn execute_async(
        accessor: &Accessor<T, Self>,
        connection: Resource<Connection>,
        statement: String,
        parameters: Vec<Value>,
    ) -> Result<(Vec<String>, StreamReader<RowResult>, FutureReader<Result<(), Error>>), Error> {
        let file = accessor.with(|mut access| access.get().get(&connection))?;
        let Rows { columns, rows, outcome } = file.stream(statement, parameters).await?;
        accessor
            .with(|mut access| {
                let rows = StreamReader::new(&mut access, ChannelStream(rows))?;
                let outcome = FutureReader::new(&mut access, outcome)?;
                wasmtime::error::Ok((columns, rows, outcome))
            })
            .map_err(|error| Error::Io(error.to_string()))
    }

    async fn last_insert_rowid_async(
        accessor: &Accessor<T, Self>,
        connection: Resource<Connection>,
    ) -> wasmtime::Result<i64> {
        Ok(accessor.with(|mut access| access.get().get(&connection))?.last_insert_rowid()?)
    }

    async fn changes_async(
        accessor: &Accessor<T, Self>,
        connection: Resource<Connection>,
    ) -> wasmtime::Result<u64> {
        Ok(accessor.with(|mut access| access.get().get(&connection))?.changes()?)
    }
}
