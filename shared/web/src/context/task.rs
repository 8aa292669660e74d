//! Work beside and after the answer, and waiting.

use std::pin::pin;
use std::time::Duration;

use futures::channel::oneshot;
use futures::future::{Either, select};
use spin_sdk::wasip3::clocks::monotonic_clock::wait_for;
use spin_sdk::wit_bindgen;

/// Runs beside the answer and goes on after it; the instance stays until it is done.
pub fn spawn(work: impl Future<Output = ()> + 'static) {
    wit_bindgen::spawn(work);
}

/// Waits.
pub async fn sleep(time: Duration) {
    wait_for(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)).await;
}

/// The result of the work, if it is there in time. The work goes on in any case, and what it found late
/// serves whoever asks next: a call to the host that is abandoned half way would help nobody.
pub async fn within<T: 'static>(limit: Duration, work: impl Future<Output = T> + 'static) -> Option<T> {
    let (sender, receiver) = oneshot::channel();
    spawn(async move {
        // Nobody waits any more: the time was over.
        drop(sender.send(work.await));
    });
    match select(receiver, pin!(sleep(limit))).await {
        Either::Left((result, _)) => result.ok(),
        Either::Right(_) => None,
    }
}
