//! Connections and requests (crates/trigger-http/src/server.rs).

use crate::{
    application::{Application, Handler},
    headers,
    instance::Shared,
    key_value_file::KeyValueFile,
    manifest::Manifest,
    options::Options,
    routes::RouteMatch,
};
use anyhow::{Context as _, Result};
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Empty, Full};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use std::{fmt::Write as _, fs, io::Write as _, net::SocketAddr, pin::pin, sync::Arc, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
    signal::unix::{SignalKind, signal},
    time::timeout,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use wasmtime_wasi_http::{WasiBody, io::TokioIo};

/// How long work in hand may take when the application stops.
const PATIENCE: Duration = Duration::from_secs(5);

/// Paths that Spin answers itself (crates/routes/src/lib.rs).
const WELL_KNOWN: &str = "/.well-known/spin/";

/// Serves an application until it is told to stop.
pub async fn run(options: &Options) -> Result<()> {
    let manifest = Manifest::read(&options.manifest)?;
    fs::create_dir_all(&options.state_dir)
        .with_context(|| format!("cannot make {}", options.state_dir.display()))?;
    let listener = TcpListener::bind(options.listen)
        .await
        .with_context(|| format!("cannot listen on {}", options.listen))?;
    let shared = Shared {
        address: listener.local_addr()?,
        stand_ins: options.stand_ins.clone().into(),
        database: options.state_dir.join("sqlite_db.db").into(),
        key_value: Arc::new(KeyValueFile::new(options.state_dir.join("sqlite_key_value.db"))),
        stop: CancellationToken::new(),
        alive: TaskTracker::new(),
    };
    let application = Arc::new(Application::load(manifest, options, &shared)?);
    announce(&application, shared.address)?;
    let mut terminated = signal(SignalKind::terminate())?;
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let (stream, client) = accepted?;
                let connection = serve(stream, client, Arc::clone(&application), shared.stop.clone());
                shared.alive.spawn(connection);
            }
            _ = tokio::signal::ctrl_c() => break,
            _ = terminated.recv() => break,
        }
    }
    drop(listener);
    shared.stop.cancel();
    shared.alive.close();
    if timeout(PATIENCE, shared.alive.wait()).await.is_err() {
        eprintln!("Stopped with work unfinished");
    }
    Ok(())
}

/// Prints what Spin prints, in its order and spelling, in one write: a reader may leave after the first line.
fn announce(application: &Application, address: SocketAddr) -> Result<()> {
    let mut lines = format!("Serving http://{address}\nAvailable Routes:\n");
    for (component, route) in application.routes.list() {
        writeln!(lines, "  {component}: http://{address}{route}")?;
    }
    let mut output = std::io::stdout().lock();
    output.write_all(lines.as_bytes())?;
    output.flush()?;
    Ok(())
}

async fn serve(
    stream: TcpStream,
    client: SocketAddr,
    application: Arc<Application>,
    stop: CancellationToken,
) {
    let service = service_fn(move |request| answer(Arc::clone(&application), request, client));
    let mut connection = pin!(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    let result = tokio::select! {
        result = connection.as_mut() => result,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    // A client that hangs up is its own affair; a request that cannot be answered at all is ours.
    if let Err(error) = result
        && error.is_user()
    {
        eprintln!("Error serving HTTP connection: {error:?}");
    }
}

async fn answer(
    application: Arc<Application>,
    mut request: Request<Incoming>,
    client: SocketAddr,
) -> Result<Response<WasiBody>> {
    headers::strip(&mut request);
    let path = request.uri().path().to_owned();
    if let Some(name) = path.strip_prefix(WELL_KNOWN) {
        return Ok(well_known(&application, name));
    }
    let Some(found) = application.routes.find(&path) else {
        return Ok(empty(StatusCode::NOT_FOUND));
    };
    headers::make_absolute(&mut request)?;
    Ok(dispatch(&found, request, client).await.unwrap_or_else(|error| {
        eprintln!("Error processing request: {error:#}");
        empty(StatusCode::INTERNAL_SERVER_ERROR)
    }))
}

async fn dispatch(
    found: &RouteMatch<'_, '_, Handler>,
    mut request: Request<Incoming>,
    client: SocketAddr,
) -> Result<Response<WasiBody>> {
    headers::add(&mut request, found, client)?;
    let request = request.map(|body| body.map_err(Into::into).boxed_unsync());
    Ok(found.route.target.handle((), request).await?)
}

fn well_known(application: &Application, name: &str) -> Response<WasiBody> {
    match name {
        "health" => Response::new(full("OK".to_owned())),
        "info" => info(application),
        _ => empty(StatusCode::NOT_FOUND),
    }
}

fn info(application: &Application) -> Response<WasiBody> {
    let mut info = serde_json::Map::from_iter([("name".to_owned(), application.name.clone().into())]);
    if let Some(version) = &application.version {
        info.insert("version".to_owned(), version.clone().into());
    }
    let mut response = Response::new(full(format!("{:#}", serde_json::Value::from(info))));
    response.headers_mut().insert("content-type", http::HeaderValue::from_static("application/json"));
    response
}

fn empty(status: StatusCode) -> Response<WasiBody> {
    let mut response = Response::new(Empty::new().map_err(Into::into).boxed_unsync());
    *response.status_mut() = status;
    response
}

fn full(text: String) -> WasiBody {
    Full::new(Bytes::from(text)).map_err(Into::into).boxed_unsync()
}
