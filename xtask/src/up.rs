//! `cargo xtask up`: from a fresh clone to a running app.

#![allow(clippy::indexing_slicing, reason = "a missing field of a `serde_json::Value` reads as null")]

use crate::build::{self, Workspace};
use crate::demo;
use crate::http::Client;
use crate::scheduler;
use crate::secrets::{ADMIN_TOKEN, SECRET_KEYS, Secrets};
use anyhow::{Context, Result, bail, ensure};
use rustix::process::{Pid, Signal, kill_process};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use std::ffi::OsString;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

const HELP: &str = "\
Usage: cargo xtask up [--listen ADDR] [--state-dir DIR] [--demo]

Builds the components and the embedded host, starts the app and keeps it running until Ctrl-C.

  --listen ADDR     where to listen; port 0 takes a free one [default: 127.0.0.1:3000]
  --state-dir DIR   the database and the secrets [default: .tributary in the repository]
  --demo            fill the app with a demo shop, once

SPIN_VARIABLE_ADMIN_TOKEN and SPIN_VARIABLE_SECRET_KEYS override the secrets of the state folder.
SPIN_VARIABLE_STORE_HOST_1 to _8 name the hosts of shops that may be called, such as https://shop.example.";

/// How often a quiet wait looks whether the host still lives.
const POLL: Duration = Duration::from_millis(50);
/// A host compiles six components ahead of time on its first start; half a minute on a slow machine.
const START_LIMIT: Duration = Duration::from_mins(5);
/// What a terminal's Ctrl-C leaves to the host, which got the signal too, before we pass it on.
const OWN_SIGNAL_GRACE: Duration = Duration::from_millis(500);
/// How long a host may take to answer what is under way and to flush its clicks.
const STOP_LIMIT: Duration = Duration::from_secs(15);

struct Options {
    listen: String,
    state: PathBuf,
    demo: bool,
}

/// Parses the arguments and serves until a signal comes.
pub(crate) fn run(arguments: Vec<OsString>) -> Result<()> {
    let Some(options) = parse(arguments)? else {
        println!("{HELP}");
        return Ok(());
    };
    ensure_free(&options.listen)?;
    build::ensure_wasm_target()?;
    let workspace = Workspace::load()?;
    workspace.build_components()?;
    workspace.build_host()?;
    let secrets = Secrets::load(&options.state)?;
    serve(&workspace, &options, &secrets)
}

fn parse(arguments: Vec<OsString>) -> Result<Option<Options>> {
    use lexopt::prelude::{Long, Short, ValueExt};
    let mut options = Options {
        listen: "127.0.0.1:3000".to_owned(),
        state: build::root()?.join(".tributary"),
        demo: false,
    };
    let mut parser = lexopt::Parser::from_args(arguments);
    while let Some(argument) = parser.next()? {
        match argument {
            Long("listen") => options.listen = parser.value()?.string()?,
            Long("state-dir") => options.state = std::path::absolute(parser.value()?)?,
            Long("demo") => options.demo = true,
            Long("help") | Short('h') => return Ok(None),
            _ => return Err(argument.unexpected().into()),
        }
    }
    Ok(Some(options))
}

/// Says that a port is taken before minutes of building, not after.
fn ensure_free(listen: &str) -> Result<()> {
    let addresses: Vec<SocketAddr> = listen
        .to_socket_addrs()
        .with_context(|| format!("--listen {listen}: expected an address such as 127.0.0.1:3000"))?
        .collect();
    TcpListener::bind(addresses.as_slice()).map(drop).with_context(|| {
        format!("cannot listen on {listen}: is something running there? Try --listen 127.0.0.1:0")
    })
}

/// What can happen while the host runs.
enum Event {
    /// The host serves at this address.
    Serving(String),
    /// Migrations have run and the demo, if asked for, is in.
    Ready(Result<Vec<String>>),
    /// Somebody wants us to stop.
    Stop(i32),
}

fn serve(workspace: &Workspace, options: &Options, secrets: &Secrets) -> Result<()> {
    let (sender, events) = mpsc::channel();
    // Before the host starts, so that no signal can leave it behind.
    listen_to_signals(sender.clone())?;
    eprintln!("==> starting");
    let mut host = Host::start(workspace, options, secrets, sender.clone())?;
    let result = host.supervise(&events, &sender, options.demo, secrets);
    host.stop(result)
}

fn listen_to_signals(sender: Sender<Event>) -> Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])?;
    thread::spawn(move || {
        for signal in signals.forever() {
            if sender.send(Event::Stop(signal)).is_err() {
                return;
            }
        }
    });
    Ok(())
}

/// The running host. Dropping it kills it, so that no error path leaves one behind.
struct Host {
    child: Child,
}

/// Why supervision ended without an error.
struct Stopped {
    signal: i32,
}

impl Host {
    fn start(
        workspace: &Workspace,
        options: &Options,
        secrets: &Secrets,
        sender: Sender<Event>,
    ) -> Result<Self> {
        let program = workspace.host_program();
        let mut child = command(&program, &workspace.manifest()?, options, secrets)
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        let output = child.stdout.take().context("the host has no output")?;
        thread::spawn(move || read_output(output, &sender));
        Ok(Self { child })
    }

    /// Waits for events until one of them ends the run.
    fn supervise(
        &mut self,
        events: &Receiver<Event>,
        sender: &Sender<Event>,
        with_demo: bool,
        secrets: &Secrets,
    ) -> Result<Stopped> {
        let started = Instant::now();
        let mut base: Option<String> = None;
        loop {
            match events.recv_timeout(POLL) {
                Ok(Event::Serving(address)) => {
                    base = Some(address.clone());
                    prepare(address, with_demo, secrets.admin_token.clone(), sender.clone());
                }
                Ok(Event::Ready(outcome)) => {
                    let address = base.clone().unwrap_or_default();
                    announce(&address, &secrets.admin_token, &outcome?)?;
                    scheduler::start(&address, &secrets.admin_token);
                }
                Ok(Event::Stop(signal)) => return Ok(Stopped { signal }),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => bail!("nothing is left to wait for"),
            }
            if let Some(status) = self.child.try_wait()? {
                // A Ctrl-C in a terminal reaches the host first.
                return match events.recv_timeout(POLL) {
                    Ok(Event::Stop(signal)) => Ok(Stopped { signal }),
                    _ => bail!("the host ended by itself ({status}); its last words are above"),
                };
            }
            ensure!(
                base.is_some() || started.elapsed() < START_LIMIT,
                "the host did not start within {} s",
                START_LIMIT.as_secs()
            );
        }
    }

    /// Ends the host in peace, whatever the run came to.
    fn stop(&mut self, result: Result<Stopped>) -> Result<()> {
        let grace = match &result {
            Ok(Stopped { signal }) if *signal == SIGINT => OWN_SIGNAL_GRACE,
            _ => Duration::ZERO,
        };
        let mut ended = self.wait(grace)?;
        if ended.is_none() {
            self.terminate()?;
            ended = self.wait(STOP_LIMIT)?;
        }
        result?;
        match ended {
            Some(status) => eprintln!("==> stopped ({status})"),
            None => bail!("the host did not stop within {} s and was killed", STOP_LIMIT.as_secs()),
        }
        Ok(())
    }

    fn wait(&mut self, limit: Duration) -> Result<Option<ExitStatus>> {
        let started = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait()? {
                return Ok(Some(status));
            }
            if started.elapsed() >= limit {
                return Ok(None);
            }
            thread::sleep(POLL);
        }
    }

    fn terminate(&self) -> Result<()> {
        let id = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw).context("the host has no id")?;
        // It may have ended in this very moment.
        let _ = kill_process(id, Signal::TERM);
        Ok(())
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(program: &Path, manifest: &Path, options: &Options, secrets: &Secrets) -> Command {
    let mut command = Command::new(program);
    command
        .arg("--manifest")
        .arg(manifest)
        .args(["--listen", &options.listen])
        .arg("--state-dir")
        .arg(&options.state)
        .env(ADMIN_TOKEN, &secrets.admin_token)
        .env(SECRET_KEYS, &secrets.secret_keys)
        .envs(store_hosts(|name| std::env::var_os(name)))
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    command
}

/// The hosts of shops as the operator names them, `SPIN_VARIABLE_STORE_HOST_1` to `_8`, under the names that they
/// have in the manifest: Spin allows no word of a variable's name to start with a digit.
fn store_hosts(environment: impl Fn(&str) -> Option<OsString>) -> Vec<(String, OsString)> {
    let named = |number| environment(&format!("SPIN_VARIABLE_STORE_HOST_{number}"));
    let for_spin = |number| format!("SPIN_VARIABLE_STORE_HOST{number}");
    (1..=8).filter_map(|number| Some((for_spin(number), named(number)?))).collect()
}

/// Finds the address in the host's output; the rest of it is its log.
fn read_output(output: ChildStdout, sender: &Sender<Event>) {
    for line in BufReader::new(output).lines() {
        let Ok(line) = line else { return };
        match line.strip_prefix("Serving ") {
            Some(address) => {
                let _ = sender.send(Event::Serving(address.trim().to_owned()));
            }
            None => eprintln!("{line}"),
        }
    }
}

/// Runs the migrations by asking for the app's health, then the demo; in a thread of its own, so that
/// Ctrl-C and a dying host are still seen.
fn prepare(address: String, with_demo: bool, key: String, sender: Sender<Event>) {
    thread::spawn(move || {
        let outcome = check_health(&Client::new(&address))
            .and_then(|()| if with_demo { demo::seed(&address, &key) } else { Ok(Vec::new()) });
        let _ = sender.send(Event::Ready(outcome));
    });
}

fn check_health(client: &Client) -> Result<()> {
    let call = "GET /api/v1/health";
    let health = client.get("/api/v1/health", &[])?.json(call)?;
    ensure!(health["status"] == "ok", "{call}: {health}");
    Ok(())
}

/// The lines that a person, or a program, waits for.
fn announce(base: &str, key: &str, more: &[String]) -> Result<()> {
    let mut output = std::io::stdout().lock();
    writeln!(output, "Serving {base}")?;
    writeln!(output, "Dashboard  {base}/dashboard")?;
    writeln!(output, "Admin key  {key}")?;
    for line in more {
        writeln!(output, "{line}")?;
    }
    writeln!(output, "Ctrl-C stops it; what it knows stays in the state folder.")?;
    output.flush()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(arguments: &[&str]) -> Result<Option<Options>> {
        parse(arguments.iter().map(OsString::from).collect())
    }

    #[test]
    fn options_have_defaults_and_can_be_given() {
        let options = parsed(&[]).unwrap().unwrap();
        assert_eq!(options.listen, "127.0.0.1:3000");
        assert!(options.state.ends_with(".tributary") && !options.demo);
        let options = parsed(&["--listen=[::1]:0", "--state-dir", "/s", "--demo"]).unwrap().unwrap();
        assert_eq!(options.listen, "[::1]:0");
        assert!(options.state == Path::new("/s") && options.demo);
        assert!(parsed(&["--help"]).unwrap().is_none());
        assert!(parsed(&["--port", "1"]).is_err());
    }

    #[test]
    fn hosts_of_shops_get_the_names_that_spin_allows() {
        let environment = |name: &str| (name == "SPIN_VARIABLE_STORE_HOST_2").then(|| "http://a:1".into());
        let hosts = store_hosts(environment);
        assert_eq!(hosts, [("SPIN_VARIABLE_STORE_HOST2".to_owned(), OsString::from("http://a:1"))]);
    }

    #[test]
    fn a_taken_port_is_said_so() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = taken.local_addr().unwrap().to_string();
        let error = ensure_free(&address).unwrap_err().to_string();
        assert!(error.contains(&address) && error.contains("is something running there"), "{error}");
        assert!(ensure_free("127.0.0.1:0").is_ok());
        assert!(ensure_free("nonsense").is_err());
    }
}
