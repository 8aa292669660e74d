//! `cargo xtask test`: everything that CI runs, in the order in which it fails soonest.

use crate::build::{self, Kind, WASM_TARGET, Workspace};
use crate::{browser, clients, contract, tidy};
use anyhow::{Result, bail};
use std::ffi::OsString;
use std::process::Command;
use std::time::{Duration, Instant};

const HELP: &str = "\
Usage: cargo xtask test [--only STEP]...

Runs every step and stops at the first that fails. With TRIBUTARY_URL set, the black-box
tests run against that app instead of one of their own.

Steps:";

type Check = fn(&Workspace) -> Result<()>;

struct Step {
    name: &'static str,
    title: &'static str,
    check: Check,
}

const STEPS: [Step; 13] = [
    Step { name: "target", title: "the Wasm target is installed", check: target },
    Step { name: "format", title: "the code is formatted", check: format },
    Step { name: "tidy", title: "the invariants hold", check: tidy_step },
    Step { name: "clippy", title: "native code without warnings", check: clippy },
    Step { name: "clippy-wasm", title: "components without warnings", check: clippy_wasm },
    Step { name: "unit", title: "unit and property tests", check: unit },
    Step { name: "components", title: "the components build", check: components },
    Step { name: "host", title: "the host builds", check: host },
    Step { name: "host-tests", title: "the host's own tests", check: host_tests },
    Step { name: "black-box", title: "the running app, over HTTP", check: black_box },
    Step { name: "clients", title: "the platforms' own clients", check: clients_step },
    Step { name: "contract", title: "the API as its document says", check: contract_step },
    Step { name: "browser", title: "the pages, in Chromium", check: browser_step },
];

/// Runs the chosen steps, all of them by default.
pub(crate) fn run(arguments: Vec<OsString>) -> Result<()> {
    let Some(only) = parse(arguments)? else {
        println!("{HELP}");
        for step in &STEPS {
            println!("  {:12} {}", step.name, step.title);
        }
        return Ok(());
    };
    let workspace = Workspace::load()?;
    let chosen = |step: &&Step| only.is_empty() || only.iter().any(|name| name == step.name);
    let mut passed = Vec::new();
    for step in STEPS.iter().filter(chosen) {
        eprintln!("\n==== {}: {}", step.name, step.title);
        let started = Instant::now();
        if let Err(error) = (step.check)(&workspace) {
            summarise(&passed);
            bail!("{}: {error:#}", step.name);
        }
        passed.push((step, started.elapsed()));
    }
    summarise(&passed);
    println!("{} of {} steps passed", passed.len(), STEPS.len());
    Ok(())
}

fn parse(arguments: Vec<OsString>) -> Result<Option<Vec<String>>> {
    use lexopt::prelude::{Long, Short, ValueExt};
    let mut only = Vec::new();
    let mut parser = lexopt::Parser::from_args(arguments);
    while let Some(argument) = parser.next()? {
        match argument {
            Long("only") => only.push(parser.value()?.string()?),
            Long("help") | Short('h') => return Ok(None),
            _ => return Err(argument.unexpected().into()),
        }
    }
    if let Some(unknown) = only.iter().find(|name| STEPS.iter().all(|step| step.name != name.as_str())) {
        bail!("there is no step {unknown}; see cargo xtask test --help");
    }
    Ok(Some(only))
}

fn summarise(passed: &[(&Step, Duration)]) {
    println!();
    for (step, took) in passed {
        println!("passed  {:12} {:6.1} s  {}", step.name, took.as_secs_f32(), step.title);
    }
}

fn target(_: &Workspace) -> Result<()> {
    build::ensure_wasm_target()
}

fn format(workspace: &Workspace) -> Result<()> {
    workspace.run("cargo fmt", ["fmt", "--all", "--", "--check"])
}

fn tidy_step(workspace: &Workspace) -> Result<()> {
    tidy::check(&workspace.root)
}

fn clippy(workspace: &Workspace) -> Result<()> {
    let native = packages(workspace, &[Kind::Native]);
    workspace
        .run("clippy", call(&["clippy", "--locked", "--all-targets"], &native, &["--", "-D", "warnings"]))?;
    let host = packages(workspace, &[Kind::Host]);
    let arguments = ["clippy", "--locked", "--all-targets", "--profile", "host"];
    workspace.run("clippy, the host", call(&arguments, &host, &["--", "-D", "warnings"]))
}

fn clippy_wasm(workspace: &Workspace) -> Result<()> {
    let wasm = packages(workspace, &[Kind::Function, Kind::Guest]);
    let arguments = ["clippy", "--locked", "--release", "--target", WASM_TARGET];
    workspace.run("clippy, the components", call(&arguments, &wasm, &["--", "-D", "warnings"]))
}

fn unit(workspace: &Workspace) -> Result<()> {
    let mut native = workspace.names(&[Kind::Native]);
    native.retain(|name| *name != BLACK_BOX);
    workspace.run("unit tests", call(&["test", "--locked"], &flags(&native), &[]))
}

fn components(workspace: &Workspace) -> Result<()> {
    workspace.build_components()?;
    workspace.build_guests()
}

fn host(workspace: &Workspace) -> Result<()> {
    workspace.build_host()
}

fn host_tests(workspace: &Workspace) -> Result<()> {
    let host = packages(workspace, &[Kind::Host]);
    workspace.run("the host's tests", call(&["test", "--locked", "--profile", "host"], &host, &[]))
}

/// The package of the tests that only speak HTTP.
const BLACK_BOX: &str = "tributary-tests";

fn black_box(workspace: &Workspace) -> Result<()> {
    build::run("black-box tests", &mut over_http(workspace, &[])?)
}

fn clients_step(workspace: &Workspace) -> Result<()> {
    let clients = clients::ready(workspace)?;
    let mut tests = over_http(workspace, &["--test", "clients"])?;
    tests.env("TRIBUTARY_PYTHON", clients.python).env("TRIBUTARY_NODE_MODULES", clients.node_modules);
    build::run("tests with the platforms' own clients", &mut tests)
}

fn contract_step(workspace: &Workspace) -> Result<()> {
    let schemathesis = contract::ready(workspace)?;
    let mut tests = over_http(workspace, &["--test", "contract"])?;
    build::run("schemathesis", tests.env("TRIBUTARY_SCHEMATHESIS", schemathesis))
}

fn browser_step(workspace: &Workspace) -> Result<()> {
    let axe = browser::ready(workspace)?;
    let mut tests = over_http(workspace, &["--test", "browser"])?;
    build::run("tests in a browser", tests.env("TRIBUTARY_AXE", axe))
}

fn over_http(workspace: &Workspace, chosen: &[&str]) -> Result<Command> {
    let mut tests = workspace.cargo(["test", "--locked", "-p", BLACK_BOX]);
    tests.args(chosen);
    if std::env::var_os("TRIBUTARY_URL").is_none() {
        tests
            .env("TRIBUTARY_HOST", workspace.host_program())
            .env("TRIBUTARY_MANIFEST", workspace.manifest()?);
    }
    Ok(tests)
}

fn packages<'a>(workspace: &'a Workspace, kinds: &[Kind]) -> Vec<&'a str> {
    flags(&workspace.names(kinds))
}

fn flags<'a>(names: &[&'a str]) -> Vec<&'a str> {
    names.iter().flat_map(|name| ["-p", name]).collect()
}

fn call<'a>(before: &[&'a str], packages: &[&'a str], after: &[&'a str]) -> Vec<&'a str> {
    [before, packages, after].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_chosen_by_name() {
        let names = |arguments: &[&str]| parse(arguments.iter().map(OsString::from).collect());
        assert_eq!(names(&["--only", "tidy", "--only", "unit"]).unwrap().unwrap(), ["tidy", "unit"]);
        assert!(names(&[]).unwrap().unwrap().is_empty());
        assert!(names(&["--only", "nothing"]).is_err());
        assert!(names(&["--help"]).unwrap().is_none());
    }
}
