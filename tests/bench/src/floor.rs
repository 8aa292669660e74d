//! `floor`: what the host costs with nothing of ours, and whether a small answer is held back.

use crate::clicks::Clicks;
use crate::host::Place;
use crate::load::{Load, Page, Right};
use crate::options::Options;
use crate::table::{self, Target};
use anyhow::{Result, ensure};
use std::rc::Rc;

/// A body that comes after its head waits about 40 ms for the client's delayed ACK; one that comes with it does
/// not wait at all.
const NOT_HELD_BACK: Target = Target::Most(10.0);

/// The benchmark.
pub(crate) fn run(place: &Place, options: &Options) -> Result<()> {
    let bare = place.start(&place.bare_manifest()?, &place.fresh_state("bare")?)?;
    let load = Load {
        address: bare.address,
        connections: options.connections,
        time: options.time,
        right: Right { status: 302, text: "" },
    };
    let measured = load.run(Box::new(Clicks::new(Rc::from(["any".to_owned()]), 1)))?;
    table::note("floor", "bare 302, answers a second", measured.rate);
    table::note("floor", "bare 302, p50, ms", measured.percentile(50));
    table::note("floor", "bare 302, p99, ms", measured.percentile(99));
    drop(bare);
    let app = place.start(&place.manifest, &place.fresh_state("floor")?)?;
    let load = Load {
        address: app.address,
        connections: 1,
        time: options.time,
        right: Right { status: 200, text: "" },
    };
    let measured = load.run(Box::new(Page::of_api(app.address, "/api/v1/health")))?;
    ensure!(measured.wrong == 0, "the health call is not answered 200");
    table::figure("floor", "health, one client, p50, ms", measured.percentile(50), NOT_HELD_BACK);
    Ok(())
}
