//! `cargo xtask screenshots`: the pictures of the README, of the demo shop in a running app.

use crate::build::{self, Workspace};
use crate::{browser, demo};
use anyhow::Result;
use std::ffi::OsString;

const HELP: &str = "\
Usage: cargo xtask screenshots --url URL --key KEY

Fills the app with the demo shop, where it is not there, and takes the README's pictures of its pages in Chromium:
docs/home.png and docs/order.png. `cargo xtask up --state-dir NEW --demo` starts an app with nothing else in it.

  --url URL   the app, such as http://127.0.0.1:3000
  --key KEY   its admin key";

/// Parses the arguments and takes the pictures.
pub(crate) fn run(arguments: Vec<OsString>) -> Result<()> {
    let Some((url, key)) = demo::app_named(arguments)? else {
        println!("{HELP}");
        return Ok(());
    };
    let workspace = Workspace::load()?;
    browser::ready(&workspace)?;
    demo::seed(&url, &key)?;
    let mut take =
        workspace.cargo(["run", "--locked", "-p", "tributary-tests", "--example", "screenshots", "--"]);
    take.arg(workspace.root.join("docs")).env("TRIBUTARY_URL", url).env("TRIBUTARY_ADMIN_TOKEN", key);
    build::run("taking the pictures", &mut take)
}
