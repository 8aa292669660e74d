//! `cargo xtask bench`: speed, as ratios to a bare 302 component in the same embedded host and the same run.
//!
//! The machine is shared by the app and the load, and drifts; so the app and the yardstick are measured in
//! turns, and medians of their ratios are what counts.

mod books;
mod chance;
mod clicks;
mod client;
mod codes;
mod database;
mod duel;
mod export;
mod floor;
mod host;
mod load;
mod options;
mod pages;
mod platforms;
mod redirect;
mod reports;
mod scene;
mod seed;
mod senders;
mod sizes;
mod table;
mod webhook;
mod zipf;

use anyhow::{Result, bail};
use options::{Options, USAGE};
use std::process::ExitCode;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("Error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let Some(options) = Options::parse(lexopt::Parser::from_env())? else {
        println!("{USAGE}");
        return Ok(());
    };
    let place = host::Place::find()?;
    table::heads();
    let mut failed = Vec::new();
    for name in options::NAMES.into_iter().filter(|name| options.wants(name)) {
        let result = match name {
            "sizes" => sizes::run(&place),
            "floor" => floor::run(&place, &options),
            "redirect-hot" => redirect::hot(&place, &options),
            "redirect-zipf" => redirect::zipf(&place, &options),
            "webhook" => webhook::run(&place, &options),
            "replay" => books::replay(&place, &options),
            "ledger" => books::ledger(&place, &options),
            "webhook-equal" => webhook::equal(&place, &options),
            "webhook-woocommerce"
            | "webhook-bigcommerce"
            | "webhook-adobe"
            | "webhook-stripe"
            | "webhook-custom"
            | "conversion" => platforms::run(name, &place, &options),
            "pages" => pages::run(&place, &options),
            "export" => export::run(&place),
            "codes" => codes::free(&place),
            "codes-bucket" => codes::bucket(&place),
            _ => reports::run(&place, &options),
        };
        // The others are worth measuring all the same.
        if let Err(error) = result {
            eprintln!("{name}: {error:#}");
            failed.push(name);
        }
    }
    if !failed.is_empty() {
        bail!("failed: {}", failed.join(", "));
    }
    Ok(())
}
