//! Jobs that come while others are at work, and are then done together.
//!
//! Up to sixteen requests of an instance are under way at once. Each that goes to the database alone pays for
//! its statements and for the write lock; together they pay once.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use spin_sdk::wasip3::clocks::monotonic_clock::wait_for;
use spin_sdk::wit_bindgen;

use super::work::{Promise, Work};

/// How long a job waits for others. While it waits, the host gives the instance more requests; with all at work at
/// once it would begin another instance, whose statements are its own.
const GATHERING_NANOS: u64 = 2_000_000;

/// Where jobs meet.
pub struct Together<J, R>(Rc<Queue<J, R>>);

struct Queue<J, R> {
    waiting: RefCell<Vec<(J, Promise<R>)>>,
    is_at_work: Cell<bool>,
}

impl<J: 'static, R: Clone + 'static> Together<J, R> {
    /// Nobody waits yet.
    pub fn new() -> Self {
        Self(Rc::new(Queue { waiting: RefCell::default(), is_at_work: Cell::new(false) }))
    }

    /// Has the job done, together with all that wait by the time that its turn comes. `work` gives a result for
    /// each job, in their order; that of any job does for all.
    ///
    /// `None` where the work was abandoned.
    pub async fn submit(&self, job: J, work: impl AsyncFn(&[J]) -> Vec<R> + 'static) -> Option<R> {
        let mine = Work::new();
        self.0.waiting.borrow_mut().push((job, mine.promise()));
        if !self.0.is_at_work.replace(true) {
            let queue = Rc::clone(&self.0);
            // Beside the answers: whoever came first need not wait for those who come later.
            wit_bindgen::spawn(async move { queue.run(work).await });
        }
        mine.wait().await
    }
}

impl<J: 'static, R: Clone + 'static> Default for Together<J, R> {
    fn default() -> Self {
        Self::new()
    }
}

impl<J, R> Queue<J, R> {
    async fn run(&self, work: impl AsyncFn(&[J]) -> Vec<R>) {
        let _rest = Rest(self);
        loop {
            wait_for(GATHERING_NANOS).await;
            let (jobs, promises): (Vec<J>, Vec<_>) = self.waiting.take().into_iter().unzip();
            if jobs.is_empty() {
                return;
            }
            for (promise, result) in promises.into_iter().zip(work(&jobs).await) {
                promise.keep(result);
            }
        }
    }
}

/// Also where the work is abandoned, those who wait must hear of it, and the next job must be done.
struct Rest<'a, J, R>(&'a Queue<J, R>);

impl<J, R> Drop for Rest<'_, J, R> {
    fn drop(&mut self) {
        self.0.is_at_work.set(false);
        drop(self.0.waiting.take());
    }
}
