//! The application under test.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Mutex, OnceLock};

use crate::{Brand, Server};

/// Where the application is and the key to all of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct App {
    /// Its address, without a slash at its end.
    pub url: String,
    /// The root key of its API.
    pub admin_token: String,
}

const ADMIN_TOKEN: &str = "the-root-key-of-the-black-box-tests";

impl App {
    /// The app that all tests of this program share.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<App> = OnceLock::new();
        static OWN: OnceLock<OwnApp> = OnceLock::new();
        SHARED.get_or_init(|| match std::env::var("TRIBUTARY_URL") {
            Ok(url) => Self {
                url: url.trim_end_matches('/').to_owned(),
                admin_token: std::env::var("TRIBUTARY_ADMIN_TOKEN")
                    .expect("TRIBUTARY_ADMIN_TOKEN, the root key of that app"),
            },
            Err(_) => OWN.get_or_init(OwnApp::start).app.clone(),
        })
    }

    /// The brand, with the root key.
    pub fn brand(&self) -> Brand {
        Brand::new(&self.url, &self.admin_token)
    }
}

/// An app of a test's own, in the embedded host, which the test may stop, kill and start again.
pub struct OwnApp {
    /// Where it is.
    pub app: App,
    state: tempfile::TempDir,
    host: Host,
    settings: Settings,
    log: Log,
}

/// What its operator says.
#[derive(Default)]
struct Settings {
    variables: Vec<(String, String)>,
    /// An origin, and the address of the server that stands in for it.
    stand_in: Option<String>,
}

/// What the host wrote on standard error.
type Log = Arc<Mutex<String>>;

struct Host {
    watched: Child,
    /// The host is stopped when this closes: also when this program is killed.
    leash: Option<ChildStdin>,
    pid: u32,
}

impl OwnApp {
    /// Whether the tests run against an app that is not ours to kill.
    pub fn is_foreign() -> bool {
        std::env::var("TRIBUTARY_URL").is_ok()
    }

    /// Starts an app with a fresh state folder.
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// Starts an app that may call these shops (`scheme://host:port`).
    pub fn start_with(store_hosts: &[&str]) -> Self {
        let names: Vec<String> =
            (1..=store_hosts.len()).map(|number| format!("STORE_HOST{number}")).collect();
        let hosts = names.iter().map(String::as_str).zip(store_hosts.iter().copied());
        Self::start_with_variables(&hosts.collect::<Vec<_>>())
    }

    /// Starts an app whose operator sets these variables.
    pub fn start_with_variables(variables: &[(&str, &str)]) -> Self {
        let named = |&(name, value): &(&str, &str)| (format!("SPIN_VARIABLE_{name}"), value.to_owned());
        Self::start_as(Settings { variables: variables.iter().map(named).collect(), stand_in: None })
    }

    /// Starts an app whose calls to some origin (`https://host`) go to a server of the test's own.
    pub fn start_instead_of(origin: &str, server: &Server) -> Self {
        Self::start_as(Settings { stand_in: Some(server.instead_of(origin)), ..Settings::default() })
    }

    fn start_as(settings: Settings) -> Self {
        let (state, log) = (tempfile::tempdir().unwrap(), Log::default());
        let (host, url) = spawn(state.path(), &settings, &log);
        Self { app: App { url, admin_token: ADMIN_TOKEN.to_owned() }, state, host, settings, log }
    }

    /// The folder of its databases.
    pub fn state(&self) -> &Path {
        self.state.path()
    }

    /// What it has written to its log so far.
    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// Takes its SQL database away under its feet: who has it open finds rubbish, who opens it anew finds nothing.
    pub fn take_database_away(&self) {
        let file = self.state().join("sqlite_db.db");
        for ending in ["", "-wal", "-shm"] {
            let part = PathBuf::from(format!("{}{ending}", file.display()));
            if part.exists() {
                std::fs::write(&part, vec![0x5a; 1 << 20]).unwrap();
                std::fs::remove_file(&part).unwrap();
            }
        }
        std::fs::create_dir(&file).unwrap();
    }

    /// Kills it at once, as a power cut would.
    pub fn kill(&mut self) {
        let status = Command::new("kill").args(["-KILL", &self.host.pid.to_string()]).status().unwrap();
        assert!(status.success());
        self.host.watched.wait().unwrap();
    }

    /// Stops it as an operator does.
    pub fn stop(&mut self) {
        drop(self.host.leash.take());
        self.host.watched.wait().unwrap();
    }

    /// Starts it again under another value of a variable.
    pub fn restart_with(&mut self, name: &str, value: &str) {
        self.settings.variables.push((format!("SPIN_VARIABLE_{name}"), value.to_owned()));
        self.restart();
    }

    /// Starts it again on the same state folder; its port changes.
    pub fn restart(&mut self) {
        let (host, url) = spawn(self.state.path(), &self.settings, &self.log);
        (self.host, self.app.url) = (host, url);
    }
}

impl Drop for OwnApp {
    fn drop(&mut self) {
        self.stop();
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn from_environment(name: &str, otherwise: &str) -> PathBuf {
    std::env::var_os(name).map_or_else(|| root().join(otherwise), PathBuf::from)
}

/// Starts the host on a leash: a shell that ends it when our end of a pipe closes, however we end.
fn spawn(state: &Path, settings: &Settings, log: &Log) -> (Host, String) {
    let host = from_environment("TRIBUTARY_HOST", "target/host/tributary-host");
    let manifest = from_environment("TRIBUTARY_MANIFEST", "spin.toml");
    let cache = host.with_file_name("component-cache");
    let script = r#""$@" <&- & pid=$!; echo "$pid"; (cat; kill -TERM "$pid") <&3 >&2 & wait "$pid""#;
    let mut watched = Command::new("sh")
        .args(["-c", &format!("exec 3<&0; {script}"), "leash"])
        .arg(&host)
        .args(["--listen", "127.0.0.1:0"])
        .arg("--manifest")
        .arg(&manifest)
        .arg("--state-dir")
        .arg(state)
        .arg("--cache-dir")
        .arg(&cache)
        .args(settings.stand_in.iter().flat_map(|stand_in| ["--stand-in", stand_in]))
        .env("SPIN_VARIABLE_ADMIN_TOKEN", ADMIN_TOKEN)
        .env("SPIN_VARIABLE_SECRET_KEYS", "1:the first secret of the black-box tests")
        .envs(settings.variables.iter().cloned())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the embedded host; build it with cargo xtask test or name it in TRIBUTARY_HOST");
    let leash = watched.stdin.take();
    keep(watched.stderr.take().unwrap(), Arc::clone(log));
    let mut lines = BufReader::new(watched.stdout.take().unwrap());
    let pid = read_line(&mut lines).parse().unwrap();
    let url = loop {
        let line = read_line(&mut lines);
        if let Some(url) = line.strip_prefix("Serving ") {
            break url.trim_end_matches('/').to_owned();
        }
    };
    // Nobody else reads what the host prints, and it must not wait for us.
    std::thread::spawn(move || lines.read_to_end(&mut Vec::new()));
    (Host { watched, leash, pid }, url)
}

/// Shows the log, and keeps it.
fn keep(written: impl Read + Send + 'static, log: Log) {
    std::thread::spawn(move || {
        for line in BufReader::new(written).lines().map_while(Result::ok) {
            eprintln!("{line}");
            log.lock().unwrap().extend([line.as_str(), "\n"]);
        }
    });
}

fn read_line(lines: &mut impl BufRead) -> String {
    let mut line = String::new();
    assert!(lines.read_line(&mut line).unwrap() > 0, "the host ended before it served; see its errors above");
    line.trim().to_owned()
}
