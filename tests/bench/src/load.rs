//! Load: many connections, each sending its next request when the last one is answered.

use crate::client::Client;
use crate::host::ADMIN_TOKEN;
use anyhow::{Context as _, Result};
use std::{
    cell::RefCell,
    net::SocketAddr,
    rc::Rc,
    time::{Duration, Instant},
};
use tokio::task::LocalSet;

/// Not measured: connections are made and instances come to life.
const WARM_UP: Duration = Duration::from_millis(500);

/// Where requests come from.
pub(crate) trait Requests {
    /// Replaces `request` with the next one; `false` when there is none.
    fn next(&mut self, request: &mut Vec<u8>) -> bool;
}

/// The same page for ever.
pub(crate) struct Page(Vec<u8>);

impl Page {
    /// This path of the API, asked for with the root key.
    pub(crate) fn of_api(address: SocketAddr, path: &str) -> Self {
        Self::new(address, path, &format!("authorization: Bearer {ADMIN_TOKEN}"))
    }

    /// This page, asked for by somebody who is signed in.
    pub(crate) fn of_dashboard(address: SocketAddr, path: &str, cookie: &str) -> Self {
        Self::new(address, path, &format!("cookie: {cookie}"))
    }

    /// Writes the request.
    pub(crate) fn write(&self, request: &mut Vec<u8>) {
        request.clone_from(&self.0);
    }

    fn new(address: SocketAddr, path: &str, header: &str) -> Self {
        Self(format!("GET {path} HTTP/1.1\r\nhost: {address}\r\n{header}\r\n\r\n").into_bytes())
    }
}

impl Requests for Page {
    fn next(&mut self, request: &mut Vec<u8>) -> bool {
        self.write(request);
        true
    }
}

/// How much load, and what is a right answer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Load {
    pub(crate) address: SocketAddr,
    pub(crate) connections: u32,
    pub(crate) time: Duration,
    pub(crate) right: Right,
}

/// A right answer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Right {
    /// Its status.
    pub(crate) status: u16,
    /// What it holds, or nothing in particular.
    pub(crate) text: &'static str,
}

/// What came of a load.
#[derive(Debug)]
pub(crate) struct Measured {
    /// All right answers, those of the warm-up too.
    pub(crate) answered: u32,
    /// Other answers.
    pub(crate) wrong: u32,
    /// Right answers a second, without the warm-up.
    pub(crate) rate: f64,
    /// In milliseconds, in order.
    latencies: Vec<f64>,
}

impl Measured {
    /// The latency under which this many of a hundred answers came, in milliseconds.
    pub(crate) fn percentile(&self, hundredths: usize) -> f64 {
        let last = self.latencies.len().saturating_sub(1);
        self.latencies.get(last * hundredths / 100).copied().unwrap_or(f64::NAN)
    }
}

/// What the connections share. They are tasks of one thread.
struct Tally {
    requests: Box<dyn Requests>,
    answered: u32,
    wrong: u32,
    latencies: Vec<f64>,
    last: Instant,
}

impl Load {
    /// Runs it. Every request that is sent is also answered before this returns.
    pub(crate) fn run(self, requests: Box<dyn Requests>) -> Result<Measured> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let start = Instant::now() + WARM_UP;
        let tally = Rc::new(RefCell::new(Tally {
            requests,
            answered: 0,
            wrong: 0,
            latencies: Vec::with_capacity(1 << 18),
            last: start,
        }));
        let tasks = LocalSet::new();
        let connections: Vec<_> = (0..self.connections)
            .map(|_| tasks.spawn_local(connection(self, start, Rc::clone(&tally))))
            .collect();
        tasks.block_on(&runtime, async {
            for each in connections {
                each.await??;
            }
            anyhow::Ok(())
        })?;
        let Tally { answered, wrong, mut latencies, last, .. } =
            Rc::into_inner(tally).context("a connection outlived its load")?.into_inner();
        latencies.sort_unstable_by(f64::total_cmp);
        let counted = f64::from(u32::try_from(latencies.len())?);
        // Answers after the end are not counted; where requests ran out, the load ended earlier.
        let took = self.time.min(last.saturating_duration_since(start));
        Ok(Measured { answered, wrong, rate: counted / took.as_secs_f64(), latencies })
    }
}

async fn connection(load: Load, start: Instant, tally: Rc<RefCell<Tally>>) -> Result<()> {
    let mut client = Client::connect(load.address).await?;
    let mut request = Vec::new();
    let end = start + load.time;
    while Instant::now() < end && tally.borrow_mut().requests.next(&mut request) {
        let sent = Instant::now();
        let status = client.exchange(&request).await?;
        let came = Instant::now();
        let mut tally = tally.borrow_mut();
        if status != load.right.status || !client.holds(load.right.text) {
            tally.wrong += 1;
            continue;
        }
        tally.answered += 1;
        if came >= start && came < end {
            tally.latencies.push(came.duration_since(sent).as_secs_f64() * 1_000.0);
            tally.last = came;
        }
    }
    Ok(())
}
