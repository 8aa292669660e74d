//! A running host with the probe in it.

use std::{
    env, fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::LazyLock,
    thread::{self, JoinHandle},
};
use tempfile::TempDir;

/// Everything that the host grants.
pub(crate) const EVERYTHING: &str = r#"
sqlite_databases = ["default"]
key_value_stores = ["default"]
allowed_outbound_hosts = ["*://*:*"]
variables = { greeting = "Hello, {{ name }}!" }
"#;

/// The probe, built once.
static PROBE: LazyLock<PathBuf> = LazyLock::new(|| {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo)
        .args(["build", "--release", "--target", "wasm32-wasip2", "-p", "guest-probe"])
        .current_dir(&workspace)
        .status();
    assert!(built.expect("cargo runs").success(), "guest-probe does not build");
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| workspace.join("target"), PathBuf::from);
    target.join("wasm32-wasip2/release/guest_probe.wasm").canonicalize().expect("cargo built the probe")
});

/// The directories of an application, which outlive its runs.
pub(crate) struct Place {
    directory: TempDir,
    cache: PathBuf,
    arguments: Vec<String>,
}

/// A running host.
pub(crate) struct App {
    pub(crate) address: SocketAddr,
    /// What it printed up to its routes.
    pub(crate) announced: String,
    process: Child,
    errors: Option<JoinHandle<String>>,
    place: Option<Place>,
}

/// How a host ended.
pub(crate) struct End {
    pub(crate) status: ExitStatus,
    /// What it wrote to standard error in its life.
    pub(crate) errors: String,
    pub(crate) place: Place,
}

/// An answer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Place {
    /// An application of the probe with these rights, at `/...`.
    pub(crate) fn with_rights(rights: &str) -> Self {
        Self::with_manifest(&format!(
            "[variables]\nname = {{ default = \"world\" }}\n\n\
             [[trigger.http]]\nroute = \"/...\"\ncomponent = \"probe\"\n\n\
             [component.probe]\nsource = \"PROBE\"\n{rights}"
        ))
    }

    /// An application by its manifest, without the head; `PROBE` stands for the probe.
    pub(crate) fn with_manifest(body: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let head = "spin_manifest_version = 2\n\n[application]\nname = \"probes\"\nversion = \"1.2.3\"\n\n";
        let manifest = format!("{head}{}", body.replace("PROBE", PROBE.to_str().unwrap()));
        fs::write(directory.path().join("spin.toml"), manifest).unwrap();
        // Shared by the tests, so that the probe is compiled once.
        let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("compiled");
        Self { directory, cache, arguments: Vec::new() }
    }

    /// The same with a cache that nobody else uses.
    pub(crate) fn with_its_own_cache(mut self) -> Self {
        self.cache = self.directory.path().join("compiled");
        self
    }

    /// The same with a server in the place of a host.
    pub(crate) fn with_stand_in(mut self, origin: &str, address: SocketAddr) -> Self {
        self.arguments.extend(["--stand-in".to_owned(), format!("{origin}={address}")]);
        self
    }

    pub(crate) fn cache(&self) -> &Path {
        &self.cache
    }

    /// A file in the state directory.
    pub(crate) fn state(&self, name: &str) -> PathBuf {
        self.directory.path().join("state").join(name)
    }

    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tributary-host"));
        command.arg("--manifest").arg(self.directory.path().join("spin.toml"));
        command.arg("--state-dir").arg(self.directory.path().join("state"));
        command.arg("--cache-dir").arg(&self.cache).args(["--listen", "127.0.0.1:0"]);
        command.args(&self.arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Starts it and waits until it serves.
    pub(crate) fn start(self) -> App {
        let mut process = self.command().spawn().unwrap();
        let mut errors = process.stderr.take().unwrap();
        let errors = thread::spawn(move || {
            let mut text = String::new();
            errors.read_to_string(&mut text).unwrap();
            text
        });
        let mut announced = String::new();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        while !announced.contains("  probe: ") {
            assert_ne!(output.read_line(&mut announced).unwrap(), 0, "the host ended: {:?}", errors.join());
        }
        let first = announced.lines().next().unwrap();
        let address = first.strip_prefix("Serving http://").unwrap().parse().unwrap();
        App { address, announced, process, errors: Some(errors), place: Some(self) }
    }

    /// Starts it in the hope that it does not: what it says.
    pub(crate) fn refuse(&self) -> String {
        let output = self.command().output().unwrap();
        assert!(!output.status.success());
        String::from_utf8(output.stderr).unwrap()
    }
}

impl App {
    /// An application of the probe with these rights.
    pub(crate) fn with_rights(rights: &str) -> Self {
        Place::with_rights(rights).start()
    }

    /// A GET that is granted: its body.
    pub(crate) fn granted(&self, path: &str) -> String {
        let answer = self.get(path);
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        answer.body
    }

    /// A GET that is refused: the error that the guest saw.
    pub(crate) fn refused(&self, path: &str) -> String {
        let answer = self.get(path);
        assert_eq!(answer.status, 403, "{path}: {answer:?}");
        answer.body
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        get(self.address, path)
    }

    /// Sends the signal that asks a program to end.
    pub(crate) fn terminate(&self) {
        let sent = Command::new("kill").args(["-TERM", &self.process.id().to_string()]).status();
        assert!(sent.unwrap().success());
    }

    /// Waits for its end.
    pub(crate) fn end(mut self) -> End {
        let status = self.process.wait().unwrap();
        let errors = self.errors.take().unwrap().join().unwrap();
        End { status, errors, place: self.place.take().unwrap() }
    }

    /// Where its files are.
    pub(crate) fn state(&self, name: &str) -> PathBuf {
        self.place.as_ref().unwrap().state(name)
    }
}

impl Drop for App {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A GET.
pub(crate) fn get(address: SocketAddr, path: &str) -> Answer {
    exchange(address, &format!("GET {path} HTTP/1.0\r\nHost: {address}\r\n\r\n"))
}

/// Sends a request of HTTP/1.0, whose answer ends with the connection.
pub(crate) fn exchange(address: SocketAddr, request: &str) -> Answer {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").expect("an answer has a head");
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer { status, head: head.to_owned(), body: body.to_owned() }
}

/// A query with one parameter, escaped.
pub(crate) fn query(parameters: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish()
}
