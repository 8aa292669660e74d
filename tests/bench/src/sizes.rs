//! `sizes`: how large each component is.

use crate::host::Place;
use crate::table::{self, Target};
use anyhow::{Context as _, Result};
use std::fs;

/// What is downloaded and kept, in thousands of bytes.
const REDIRECT: f64 = 500.0;

/// The benchmark.
pub(crate) fn run(place: &Place) -> Result<()> {
    for component in ["redirect", "clicks", "orders", "codes", "api", "dashboard"] {
        let file = place.components.join(format!("tributary_{component}.wasm"));
        let bytes = fs::metadata(&file).with_context(|| format!("cannot see {}", file.display()))?.len();
        let kilobytes = f64::from(u32::try_from(bytes)?) / 1_000.0;
        let figure = format!("{component}, KB");
        if component == "redirect" {
            table::figure("sizes", &figure, kilobytes, Target::Most(REDIRECT));
        } else {
            table::note("sizes", &figure, kilobytes);
        }
    }
    Ok(())
}
