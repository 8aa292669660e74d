//! Instances of a component, and how long they live (crates/trigger-http/src/server.rs).

use crate::{
    key_value::{KeyValue, KeyValueState},
    key_value_file::KeyValueFile,
    outbound::Outbound,
    rights::Rights,
    sqlite::{Sqlite, SqliteState},
    stand_in::StandIn,
    variables::{ComponentVariables, Variables},
};
use std::{
    net::SocketAddr,
    path::Path,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::{Duration, Instant},
};
use tokio::time::{Sleep, sleep_until};
use tokio_util::{
    sync::{CancellationToken, WaitForCancellationFutureOwned},
    task::{TaskTracker, task_tracker::TaskTrackerToken},
};
use wasmtime::{
    Engine, Result, StoreContextMut,
    component::{GuestTaskId, Linker, ResourceTable},
};
use wasmtime_wasi::{WasiCtx, WasiCtxBuilder, WasiCtxView, WasiView};
use wasmtime_wasi_http::{
    WasiHttpCtx, WasiHttpCtxView, WasiHttpView,
    handler::{HandlerState, Instance, Proxy, ShouldAccept, WorkerExpiration, WorkerState, WorkerStatus},
    p3::bindings::ServicePre,
};

/// How many requests an instance gets in its life (crates/trigger-http/src/lib.rs).
const MOST_REQUESTS: usize = 128;
/// How many of them at once.
const MOST_AT_ONCE: usize = 16;
/// How long it is kept when it has nothing to do.
const IDLE: Duration = Duration::from_secs(1);

/// What an instance holds.
pub struct State {
    wasi: WasiCtx,
    table: ResourceTable,
    http: WasiHttpCtx,
    outbound: Outbound,
    sqlite: SqliteState,
    key_value: KeyValueState,
    variables: Arc<ComponentVariables>,
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl WasiHttpView for State {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { ctx: &mut self.http, table: &mut self.table, hooks: &mut self.outbound }
    }
}

/// Everything that a component can import. Sockets are linked, as WASI wants it, and refuse every address.
pub fn linker(engine: &Engine) -> Result<Linker<State>> {
    let mut linker = Linker::new(engine);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
    wasmtime_wasi::p3::add_to_linker(&mut linker)?;
    wasmtime_wasi_http::p3::add_to_linker(&mut linker)?;
    crate::bindings::sqlite::add_to_linker::<_, Sqlite>(&mut linker, |state: &mut State| &mut state.sqlite)?;
    crate::bindings::key_value::add_to_linker::<_, KeyValue>(&mut linker, |state: &mut State| {
        &mut state.key_value
    })?;
    crate::bindings::variables::add_to_linker::<_, Variables>(&mut linker, |state: &mut State| {
        &mut state.variables
    })?;
    Ok(linker)
}

/// What all components share.
#[derive(Clone)]
pub struct Shared {
    /// Where the application listens.
    pub address: SocketAddr,
    /// Who plays other hosts.
    pub stand_ins: Arc<[StandIn]>,
    /// The database.
    pub database: Arc<Path>,
    /// The key-value store.
    pub key_value: Arc<KeyValueFile>,
    /// Set when the application is to stop.
    pub stop: CancellationToken,
    /// Connections and instances that are alive.
    pub alive: TaskTracker,
}

/// A component that is ready to be instantiated.
pub struct ReadyComponent {
    /// Its code.
    pub code: ServicePre<State>,
    /// Its rights.
    pub rights: Arc<Rights>,
    /// What it shares with the others.
    pub shared: Shared,
}

impl ReadyComponent {
    fn state(&self) -> State {
        let rights = &self.rights;
        State {
            // Standard output belongs to the host, whose first lines are read by programs.
            wasi: WasiCtxBuilder::new()
                .stdout(wasmtime_wasi::cli::stderr())
                .stderr(wasmtime_wasi::cli::stderr())
                .envs(&rights.environment)
                .build(),
            table: ResourceTable::new(),
            http: WasiHttpCtx::new(),
            outbound: Outbound::new(
                Arc::clone(rights),
                self.shared.address,
                Arc::clone(&self.shared.stand_ins),
            ),
            sqlite: SqliteState::new(Arc::clone(rights), Arc::clone(&self.shared.database)),
            key_value: KeyValueState::new(Arc::clone(rights), Arc::clone(&self.shared.key_value)),
            variables: Arc::clone(&rights.variables),
        }
    }
}

impl HandlerState for ReadyComponent {
    type StoreData = State;
    type WorkerExpiration = Expiration;
    type WorkerState = Worker;

    async fn instantiate(&self) -> Result<Instance<State, Expiration, Worker>> {
        let mut store = wasmtime::Store::new(self.code.engine(), self.state());
        // Far away: with interruption configured there has to be some deadline (crates/core/src/store.rs).
        store.set_epoch_deadline(u64::MAX / 2);
        let service = self.code.instantiate_async(&mut store).await?;
        Ok(Instance {
            store,
            proxy: Proxy::P3(service),
            view: WasiHttpView::http,
            expiration: Expiration {
                idle: Box::pin(sleep_until(Instant::now().into())),
                stop: Box::pin(self.shared.stop.clone().cancelled_owned()),
            },
            state: Worker { _alive: self.shared.alive.token() },
        })
    }
}

/// When an instance goes: idle for a second, or idle when the application stops. Work in hand is never cut off, for
/// Spin has no request timeout unless it is told one.
pub struct Expiration {
    idle: Pin<Box<Sleep>>,
    stop: Pin<Box<WaitForCancellationFutureOwned>>,
}

impl WorkerExpiration for Expiration {
    fn poll(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        status: WorkerStatus,
        since: Instant,
    ) -> Poll<()> {
        if status != WorkerStatus::Idle {
            return Poll::Pending;
        }
        let deadline = (since + IDLE).into();
        if self.idle.deadline() != deadline {
            self.idle.as_mut().reset(deadline);
        }
        if self.idle.as_mut().poll(context).is_ready() {
            return Poll::Ready(());
        }
        self.stop.as_mut().poll(context)
    }
}

/// How much an instance takes on.
pub struct Worker {
    _alive: TaskTrackerToken,
}

impl WorkerState for Worker {
    type StoreData = State;
    type RequestData = ();

    fn should_accept_request(&self, at_once: usize, in_total: usize) -> ShouldAccept {
        if in_total >= MOST_REQUESTS {
            ShouldAccept::Never
        } else if at_once >= MOST_AT_ONCE {
            ShouldAccept::No
        } else {
            ShouldAccept::Yes
        }
    }

    fn on_request_start(
        &self,
        _: StoreContextMut<'_, State>,
        (): (),
        _: GuestTaskId,
    ) -> Pin<Box<dyn Future<Output = ()> + 'static + Send + Sync>> {
        Box::pin(std::future::pending())
    }

    fn drop(&self, _: wasmtime::Store<State>, result: Result<()>) {
        if let Err(error) = result {
            eprintln!("worker failed: {error:#}");
        }
    }
}
