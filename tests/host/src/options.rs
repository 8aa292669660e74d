//! The command line.

use crate::stand_in::StandIn;
use anyhow::{Context as _, Result, bail};
use std::{net::SocketAddr, path::PathBuf};

/// How to call the program.
pub const USAGE: &str = "\
Serves a Spin application on this machine.

Usage: tributary-host [options]

  --manifest FILE    the application's manifest                  [spin.toml]
  --listen ADDRESS   where to listen; port 0 takes any free one  [127.0.0.1:3000]
  --state-dir DIR    where databases are kept                    [.tributary]
  --cache-dir DIR    where compiled components are kept          [<state-dir>/cache]
  --stand-in URL=ADDRESS
                     requests to this origin, if allowed, go to a server of this machine instead
  --help             shows this

The application's variables are read from SPIN_VARIABLE_<NAME> in the environment.";

/// What the command line asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The application's `spin.toml`.
    pub manifest: PathBuf,
    /// The address to listen on.
    pub listen: SocketAddr,
    /// The directory of the databases.
    pub state_dir: PathBuf,
    /// The directory of the compiled components.
    pub cache_dir: PathBuf,
    /// Who plays other hosts.
    pub stand_ins: Vec<StandIn>,
}

/// A command line that was understood.
#[derive(Debug, PartialEq, Eq)]
pub enum Command {
    /// Serve an application.
    Serve(Options),
    /// Show [`USAGE`].
    Help,
}

impl Command {
    /// Reads the arguments that follow the program's name.
    pub fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Self> {
        let mut arguments = arguments.into_iter();
        let mut manifest = PathBuf::from("spin.toml");
        let mut listen = "127.0.0.1:3000".to_owned();
        let mut state_dir = PathBuf::from(".tributary");
        let mut cache_dir = None;
        let mut stand_ins = Vec::new();
        while let Some(argument) = arguments.next() {
            if matches!(argument.as_str(), "--help" | "-h") {
                return Ok(Self::Help);
            }
            let mut value = || arguments.next().with_context(|| format!("{argument} needs a value"));
            match argument.as_str() {
                "--manifest" => manifest = value()?.into(),
                "--listen" => listen = value()?,
                "--state-dir" => state_dir = value()?.into(),
                "--cache-dir" => cache_dir = Some(PathBuf::from(value()?)),
                "--stand-in" => stand_ins.push(value()?.parse()?),
                _ => bail!("unknown argument {argument:?}\n\n{USAGE}"),
            }
        }
        let listen =
            listen.parse().with_context(|| format!("{listen:?} is not an address such as 127.0.0.1:3000"))?;
        let cache_dir = cache_dir.unwrap_or_else(|| state_dir.join("cache"));
        Ok(Self::Serve(Options { manifest, listen, state_dir, cache_dir, stand_ins }))
    }
}
