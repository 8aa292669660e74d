//! `replay` and `ledger`: how fast history is decided anew, and how fast the whole ledger is proved.

use crate::host::{ADMIN_TOKEN, Place};
use crate::options::Options;
use crate::seed;
use crate::table::{self, Target};
use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use std::time::Instant;
use tributary_tests::Brand;

/// Orders that are decided anew.
const REPLAYED: u32 = 100_000;
/// Decisions a second.
const REPLAY_TARGET: Target = Target::Least(20_000.0);
/// Lines that are proved in one call.
const PROVED: u32 = 1_000_000;

/// The benchmark of replays.
pub(crate) fn replay(place: &Place, options: &Options) -> Result<()> {
    let history = seed::history(place, REPLAYED)?;
    let host = place.start(&place.manifest, &history.state)?;
    let brand = Brand::new(&host.url(), ADMIN_TOKEN);
    let range = json!({"from": seed::FIRST_DAY, "to": seed::LAST_DAY});
    let mut best = 0.0_f64;
    for _ in 0..options.rounds {
        let started = Instant::now();
        let replayed = brand.post("/replays", range.clone()).expect(200).json();
        let seconds = started.elapsed().as_secs_f64();
        let considered = number(&replayed, "considered")?;
        ensure!(considered == REPLAYED, "of {REPLAYED} orders {considered} were considered");
        ensure!(number(&replayed, "movedInAll")? == 0, "a replay under unchanged rules moved something");
        best = best.max(f64::from(considered) / seconds);
    }
    table::figure("replay", &format!("{REPLAYED} orders, decisions a second"), best, REPLAY_TARGET);
    Ok(())
}

/// The benchmark of the ledger's proof. The first call seals every line, the others hold them to their seals.
pub(crate) fn ledger(place: &Place, options: &Options) -> Result<()> {
    let history = seed::ledger(place, PROVED)?;
    let host = place.start(&place.manifest, &history.state)?;
    let brand = Brand::new(&host.url(), ADMIN_TOKEN);
    prove(&brand)?;
    let mut best = f64::INFINITY;
    for _ in 0..options.rounds.min(2) {
        let started = Instant::now();
        prove(&brand)?;
        best = best.min(started.elapsed().as_secs_f64());
    }
    table::note("ledger", &format!("{PROVED} lines proved in one call, s"), best);
    Ok(())
}

fn prove(brand: &Brand) -> Result<()> {
    let proof = brand.get("/ledger/verify").expect(200).json();
    ensure!(proof.get("valid") == Some(&Value::Bool(true)), "the ledger is broken: {proof}");
    ensure!(number(&proof, "lines")? >= PROVED, "not every line was looked at: {proof}");
    Ok(())
}

fn number(body: &Value, member: &str) -> Result<u32> {
    let number =
        body.get(member).and_then(Value::as_u64).with_context(|| format!("no {member} in {body}"))?;
    Ok(u32::try_from(number)?)
}
