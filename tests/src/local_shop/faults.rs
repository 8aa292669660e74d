//! What goes wrong in a shop, and when.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use super::Said;

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The shop answers so, and does nothing.
    Answers(u16),
    /// The shop asks to come back after so many seconds, and does nothing.
    Throttles(u32),
    /// The shop does it, and the answer is lost on the way.
    LosesTheAnswer,
    /// The connection breaks, and the shop does it only after the create that comes next.
    IsSlow,
    /// The shop does it, and answers much later than anybody waits.
    Hangs,
}

/// Longer than the app waits for an answer.
const HANGS: Duration = Duration::from_secs(40);

/// The faults to come, by the number of the create that they befall, from 1.
#[derive(Default)]
pub(crate) struct Faults {
    planned: Mutex<(u64, BTreeMap<u64, Fault>)>,
}

impl Faults {
    pub(crate) fn plan(&self, create: u64, fault: Fault) {
        self.planned.lock().unwrap().1.insert(create, fault);
    }

    /// Counts a create, and gives what befalls it.
    pub(crate) fn next(&self) -> Option<Fault> {
        let mut planned = self.planned.lock().unwrap();
        planned.0 += 1;
        let number = planned.0;
        planned.1.remove(&number)
    }

    /// How many creates there were.
    pub(crate) fn creates(&self) -> u64 {
        self.planned.lock().unwrap().0
    }

    /// What a create is answered, when this befalls it; `done` does it.
    pub(crate) fn befall(fault: Option<Fault>, done: impl FnOnce() -> Said) -> Said {
        match fault {
            None => done(),
            Some(Fault::Answers(status)) => Said::text(status, "the shop is having a bad day"),
            Some(Fault::Throttles(seconds)) => {
                Said::text(429, "Too Many Requests").header("Retry-After", &format!("{seconds}.0"))
            }
            Some(Fault::LosesTheAnswer) => {
                drop(done());
                Said::Nothing
            }
            Some(Fault::IsSlow) => Said::Nothing,
            Some(Fault::Hangs) => {
                let said = done();
                std::thread::sleep(HANGS);
                said
            }
        }
    }
}
