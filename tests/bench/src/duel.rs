//! The app against the yardstick, in turns, so that the machine's moods hit both alike.

use crate::host::Host;
use crate::load::{Load, Measured, Requests, Right};
use crate::options::Options;
use crate::table::{self, Target};
use anyhow::{Result, ensure};

/// One of the two.
pub(crate) struct Side<'a> {
    pub(crate) host: &'a Host,
    /// What is a right answer.
    pub(crate) right: Right,
    /// Makes the requests of one round; what that takes is not measured.
    pub(crate) requests: &'a mut dyn FnMut() -> Result<Box<dyn Requests>>,
}

impl Side<'_> {
    /// One round, and the processor time of the host for each answer, in microseconds.
    fn measure(&mut self, options: &Options) -> Result<(Measured, f64)> {
        let requests = (self.requests)()?;
        let before = self.host.processor_time();
        let load = Load {
            address: self.host.address,
            connections: options.connections,
            time: options.time,
            right: self.right,
        };
        let measured = load.run(requests)?;
        let cost = (self.host.processor_time() - before) / f64::from(measured.answered.max(1));
        Ok((measured, cost * 1e6))
    }
}

/// What the ratios should be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Targets {
    /// Of answers a second.
    pub(crate) rate: f64,
    /// Of the 99th percentile of latency.
    pub(crate) p99: f64,
}

/// Runs the rounds and prints medians; gives how many right answers the app gave.
pub(crate) fn duel(
    name: &str,
    options: &Options,
    mut app: Side<'_>,
    mut yardstick: Side<'_>,
    targets: Targets,
) -> Result<u32> {
    let (mut answered, mut wrong) = (0, 0);
    let (mut rounds, mut costs) = (Vec::new(), Vec::new());
    for round in 1..=options.rounds {
        let (ours, our_cost) = app.measure(options)?;
        let (bare, bare_cost) = yardstick.measure(options)?;
        ensure!(bare.wrong == 0, "the yardstick answered {} requests wrongly", bare.wrong);
        eprintln!(
            "{name}, round {round} of {}: {:.0} to {:.0} a second, p50 {:.2} to {:.2} ms, p99 {:.2} to {:.2} ms",
            options.rounds,
            ours.rate,
            bare.rate,
            ours.percentile(50),
            bare.percentile(50),
            ours.percentile(99),
            bare.percentile(99),
        );
        answered += ours.answered;
        wrong += ours.wrong;
        costs.push((our_cost, bare_cost));
        rounds.push((ours, bare));
    }
    let compare = |figure: &str, target: Target, read: &dyn Fn(&Measured) -> f64| {
        let ours = median(rounds.iter().map(|(ours, _)| read(ours)));
        let bare = median(rounds.iter().map(|(_, bare)| read(bare)));
        let ratio = median(rounds.iter().map(|(ours, bare)| read(ours) / read(bare)));
        table::ratio(name, figure, ours, bare, ratio, target);
    };
    compare("answers a second", Target::Least(targets.rate), &|measured| measured.rate);
    compare("p99, ms", Target::Most(targets.p99), &|measured| measured.percentile(99));
    let ours = median(costs.iter().map(|(ours, _)| *ours));
    let bare = median(costs.iter().map(|(_, bare)| *bare));
    table::compare(name, "processor time an answer, \u{b5}s", ours, bare);
    ensure!(wrong == 0, "{name}: {wrong} requests were answered wrongly, {answered} rightly");
    Ok(answered)
}

/// The middle of some figures.
pub(crate) fn median(figures: impl Iterator<Item = f64>) -> f64 {
    let mut figures: Vec<f64> = figures.collect();
    figures.sort_unstable_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}
