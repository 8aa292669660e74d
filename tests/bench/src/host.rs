//! The embedded host, as a process of its own.

use anyhow::{Context as _, Result, bail, ensure};
use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
};

/// The root key of the apps that are measured. They listen on this machine alone, for minutes.
pub(crate) const ADMIN_TOKEN: &str = "the-root-key-of-the-benchmark";

/// The host ends when our end of a pipe closes, however we end: also by Ctrl-C or SIGKILL.
const LEASH: &str =
    r#"exec 3<&0; "$@" <&- & pid=$!; echo "$pid"; (cat; kill -TERM "$pid") <&3 >&2 & wait "$pid""#;

/// Where things are.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// The host's program.
    pub(crate) program: PathBuf,
    /// The app's manifest.
    pub(crate) manifest: PathBuf,
    /// The folder of the built components.
    pub(crate) components: PathBuf,
    /// A folder of our own, kept between runs.
    pub(crate) work: PathBuf,
}

impl Place {
    /// What `cargo xtask bench` says, else what a plain build leaves.
    pub(crate) fn find() -> Result<Self> {
        let root = root()?;
        let named = |name: &str, otherwise: PathBuf| std::env::var_os(name).map_or(otherwise, PathBuf::from);
        let program = named("TRIBUTARY_HOST", root.join("target/host/tributary-host"));
        let target = program.parent().and_then(Path::parent).context("the host's program has no folder")?;
        let place = Self {
            manifest: named("TRIBUTARY_MANIFEST", root.join("spin.toml")),
            components: target.join("wasm32-wasip2/release"),
            work: target.join("bench"),
            program,
        };
        ensure!(place.program.exists(), "{} is missing: run cargo xtask bench", place.program.display());
        Ok(place)
    }

    /// An empty folder for the state of an app.
    pub(crate) fn fresh_state(&self, name: &str) -> Result<PathBuf> {
        let state = self.work.join("state").join(name);
        if state.exists() {
            fs::remove_dir_all(&state).with_context(|| format!("cannot empty {}", state.display()))?;
        }
        fs::create_dir_all(&state)?;
        Ok(state)
    }

    /// A manifest of the yardstick alone.
    pub(crate) fn bare_manifest(&self) -> Result<PathBuf> {
        let source = self.components.join("guest_bare.wasm");
        let text = format!(
            "spin_manifest_version = 2\n[application]\nname = \"bare\"\n[[trigger.http]]\nroute = \"/...\"\n\
             component = \"bare\"\n[component.bare]\nsource = {:?}\n",
            source.display().to_string()
        );
        let manifest = self.work.join("bare.toml");
        fs::create_dir_all(&self.work)?;
        fs::write(&manifest, text).with_context(|| format!("cannot write {}", manifest.display()))?;
        Ok(manifest)
    }

    /// Starts the host with a manifest and a state folder, on any free port.
    pub(crate) fn start(&self, manifest: &Path, state: &Path) -> Result<Host> {
        self.start_with(manifest, state, None)
    }

    /// The same with a server in the place of another (`https://host=address:port`).
    pub(crate) fn start_with(&self, manifest: &Path, state: &Path, stand_in: Option<&str>) -> Result<Host> {
        let mut watched = Command::new("sh")
            .args(["-c", LEASH, "leash"])
            .arg(&self.program)
            .args(["--listen", "127.0.0.1:0"])
            .arg("--manifest")
            .arg(manifest)
            .arg("--state-dir")
            .arg(state)
            .arg("--cache-dir")
            .arg(self.program.with_file_name("component-cache"))
            .args(stand_in.into_iter().flat_map(|stand_in| ["--stand-in", stand_in]))
            .env("SPIN_VARIABLE_ADMIN_TOKEN", ADMIN_TOKEN)
            .env("SPIN_VARIABLE_SECRET_KEYS", "1:the first secret of the benchmark")
            // The shops are servers of this program.
            .env("SPIN_VARIABLE_STORE_HOST1", "http://127.0.0.1:*")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start the host")?;
        let leash = watched.stdin.take();
        let output = watched.stdout.take().context("the host has no output")?;
        // From here on the host is stopped whatever happens.
        let mut host = Host { watched, leash, pid: 0, address: SocketAddr::from(([127, 0, 0, 1], 0)) };
        let mut lines = BufReader::new(output);
        let mut pid = String::new();
        lines.read_line(&mut pid)?;
        host.pid = pid.trim().parse()?;
        loop {
            let mut line = String::new();
            if lines.read_line(&mut line)? == 0 {
                bail!("the host ended before it served; see its errors above");
            }
            if let Some(address) = line.trim().strip_prefix("Serving http://") {
                host.address = address.trim_end_matches('/').parse()?;
                break;
            }
        }
        // Nobody reads what else it prints, and it must not wait for us.
        std::thread::spawn(move || lines.read_to_end(&mut Vec::new()));
        Ok(host)
    }
}

/// The repository's root: where this very program was built from.
pub(crate) fn root() -> Result<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).map(Path::to_path_buf).context("the benchmark is not in a repository")
}

/// A host that runs. It stops when this is dropped.
pub(crate) struct Host {
    watched: Child,
    leash: Option<ChildStdin>,
    pid: u32,
    /// Where it listens.
    pub(crate) address: SocketAddr,
}

impl Host {
    /// Its address as a URL.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From here on [`Self::most_memory`] counts anew.
    pub(crate) fn forget_memory(&self) -> Result<()> {
        // Linux: resets the peak of the resident set, see proc(5).
        fs::write(format!("/proc/{}/clear_refs", self.pid), "5").context("the system does not tell memory")
    }

    /// The most memory that it ever had at once, in bytes.
    pub(crate) fn most_memory(&self) -> Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB")).context("no VmHWM")?;
        Ok(f64::from(kilobytes.trim().parse::<u32>()?) * 1024.0)
    }

    /// The processor time that it has used, in seconds, where the system tells: unlike the time that passes, it does
    /// not depend on what else the machine does.
    pub(crate) fn processor_time(&self) -> f64 {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.pid)).unwrap_or_default();
        // After the name, which may hold anything: the 12th and 13th field, in hundredths of a second.
        let (_, fields) = stat.rsplit_once(')').unwrap_or_default();
        let ticks =
            fields.split_ascii_whitespace().skip(11).take(2).filter_map(|field| field.parse::<u32>().ok());
        ticks.map(f64::from).sum::<f64>() / 100.0
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        drop(self.leash.take());
        let _ = self.watched.wait();
    }
}
