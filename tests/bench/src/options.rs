//! The command line.

use anyhow::{Result, bail};
use std::time::Duration;

/// How to call the program.
pub(crate) const USAGE: &str = "\
Measures the app in the embedded host, as ratios to a bare 302 component in the same host.

Usage: cargo xtask bench [-- OPTIONS]

  --only NAME      just this benchmark; may be given again                      [all]
  --seconds N      how long each measurement takes                              [5]
  --rounds N       how often the app and the yardstick take turns               [5]
  --connections N  how many clients ask at once                                 [32]
  --help           shows this

Benchmarks: sizes, floor, redirect-hot, redirect-zipf, webhook, webhook-equal,
webhook-woocommerce, webhook-bigcommerce, webhook-adobe, webhook-stripe, webhook-custom, conversion,
codes, codes-bucket, reports, pages, export, replay, ledger.
A figure that falls short is shown, not failed: times depend on the machine. What was answered but not
recorded, or answered wrongly, is a failure.";

/// The benchmarks, in the order in which they run.
pub(crate) const NAMES: [&str; 19] = [
    "sizes",
    "floor",
    "redirect-hot",
    "redirect-zipf",
    "webhook",
    "webhook-equal",
    "webhook-woocommerce",
    "webhook-bigcommerce",
    "webhook-adobe",
    "webhook-stripe",
    "webhook-custom",
    "conversion",
    "codes",
    "codes-bucket",
    "reports",
    "pages",
    "export",
    "replay",
    "ledger",
];

/// What the command line asks for.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    pub(crate) only: Vec<String>,
    pub(crate) time: Duration,
    pub(crate) rounds: u32,
    pub(crate) connections: u32,
}

impl Options {
    /// Reads the command line; `None` asks for [`USAGE`].
    pub(crate) fn parse(arguments: lexopt::Parser) -> Result<Option<Self>> {
        use lexopt::prelude::{Long, Short, ValueExt};
        let mut parser = arguments;
        let mut options = Self { only: Vec::new(), time: Duration::from_secs(5), rounds: 5, connections: 32 };
        while let Some(argument) = parser.next()? {
            match argument {
                Long("only") => options.only.push(parser.value()?.string()?),
                Long("seconds") => options.time = Duration::from_secs(parser.value()?.parse()?),
                Long("rounds") => options.rounds = parser.value()?.parse()?,
                Long("connections") => options.connections = parser.value()?.parse()?,
                Long("help") | Short('h') => return Ok(None),
                _ => return Err(argument.unexpected().into()),
            }
        }
        if options.time.is_zero() || options.rounds == 0 || options.connections == 0 {
            bail!("--seconds, --rounds and --connections start at 1");
        }
        if let Some(unknown) = options.only.iter().find(|name| !NAMES.contains(&name.as_str())) {
            bail!("there is no benchmark {unknown:?}; there are {}", NAMES.join(", "));
        }
        Ok(Some(options))
    }

    /// Whether a benchmark was asked for.
    pub(crate) fn wants(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only == name)
    }
}
