//! `tributary-host`: serves a Spin application on this machine.

use anyhow::Result;
use std::process::ExitCode;
use tributary_host::{
    options::{Command, USAGE},
    server,
};

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
    match Command::parse(std::env::args().skip(1))? {
        Command::Help => println!("{USAGE}"),
        Command::Serve(options) => {
            tokio::runtime::Builder::new_multi_thread()
                .enable_all()
                .build()?
                .block_on(server::run(&options))?;
        }
    }
    Ok(())
}
