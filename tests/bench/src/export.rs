//! `export`: a million rows leave the app while it keeps a few of them.

use crate::host::{ADMIN_TOKEN, Place};
use crate::seed;
use crate::table::{self, Target};
use anyhow::{Result, ensure};
use std::io::{BufRead as _, BufReader};
use std::time::Instant;
use tributary_tests::Brand;

/// Rows of the export.
const ROWS: u32 = 1_000_000;
/// What the app may take for it, in MiB.
const TARGET: Target = Target::Most(64.0);

/// The benchmark.
pub(crate) fn run(place: &Place) -> Result<()> {
    let history = seed::history(place, ROWS)?;
    let host = place.start(&place.manifest, &history.state)?;
    let brand = Brand::new(&host.url(), ADMIN_TOKEN);
    let range = format!("from={}&to={}", seed::FIRST_DAY, seed::LAST_DAY);
    // What an instance and the database take for any call is there before.
    brand.get(&format!("/conversions?{range}")).expect(200);
    for (format, heads) in [("csv", 1), ("ndjson", 0)] {
        host.forget_memory()?;
        let before = host.most_memory()?;
        let started = Instant::now();
        let mut lines = 0_u32;
        for line in
            BufReader::new(brand.stream(&format!("/exports/conversions.{format}?{range}"))).split(b'\n')
        {
            line?;
            lines += 1;
        }
        let seconds = started.elapsed().as_secs_f64();
        let taken = (host.most_memory()? - before) / f64::from(1 << 20);
        ensure!(lines == ROWS + heads, "{lines} lines of {format} for {ROWS} conversions");
        table::figure("export", &format!("{ROWS} rows of {format}, memory, MiB"), taken, TARGET);
        table::note("export", &format!("{ROWS} rows of {format}, s"), seconds);
    }
    Ok(())
}
