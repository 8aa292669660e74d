//! `cargo xtask`: every command a person runs on this repository. One command, one file.

mod bench;
mod browser;
mod build;
mod clients;
mod contract;
mod demo;
mod http;
mod packages;
mod scheduler;
mod screenshots;
mod secrets;
mod test;
mod tidy;
mod up;

use std::ffi::OsString;
use std::process::ExitCode;

const HELP: &str = "\
Usage: cargo xtask <command> [options]

  up           build everything and serve it on this machine
  demo         fill a running app with a demo shop
  test         everything that CI runs
  bench        measure a running app, as ratios
  tidy         check the invariants of the code base
  screenshots  take the README's pictures of the demo shop

`cargo xtask <command> --help` says more.";

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let command = arguments.next().and_then(|command| command.into_string().ok());
    let rest: Vec<OsString> = arguments.collect();
    let done = match command.as_deref() {
        Some("up") => up::run(rest),
        Some("demo") => demo::run(rest),
        Some("test") => test::run(rest),
        Some("bench") => bench::run(rest),
        Some("tidy") => tidy::run(rest),
        Some("screenshots") => screenshots::run(rest),
        Some("help" | "--help" | "-h") => {
            println!("{HELP}");
            Ok(())
        }
        _ => {
            eprintln!("{HELP}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
