//! How many calls a key may make in a minute (draft-ietf-httpapi-ratelimit-headers-10). The root key is the
//! operator's, and pages are no calls: both have no limit.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use tributary_domain::ids::KeyId;
use tributary_domain::rate_limit::{Count, Limit, WINDOW_SECONDS, seconds_left, window};
use tributary_storage::rate_limits;

use super::Actor;
use crate::answer::Answer;
use crate::context::{Context, task, variable};
use crate::problem::Problem;

/// More keys than an instance sees in its life; if not, it begins anew.
const MOST: usize = 256;

thread_local! {
    static COUNTS: RefCell<BTreeMap<KeyId, Count>> = const { RefCell::new(BTreeMap::new()) };
    static LIMIT: OnceCell<Option<Limit>> = const { OnceCell::new() };
}

/// How a key stands in this minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Standing {
    limit: Limit,
    /// How many more calls may come; `None` where this one may not.
    left: Option<u32>,
    seconds: i64,
}

impl Standing {
    /// # Errors
    /// 429 where this call is one too many.
    pub(super) fn admit(self) -> Result<(), Problem> {
        if self.left.is_some() {
            return Ok(());
        }
        let detail = format!(
            "this key may make {} calls in a minute; go on in {} seconds",
            self.limit.calls(),
            self.seconds
        );
        Err(Problem::new(429, "too_many_calls", detail))
    }

    /// Tells the caller.
    pub(super) fn tell(self, answer: Answer) -> Answer {
        let (calls, left, seconds) = (self.limit.calls(), self.left.unwrap_or(0), self.seconds);
        let answer = answer
            .header("ratelimit-policy", format!("\"key\";q={calls};w={WINDOW_SECONDS}"))
            .header("ratelimit", format!("\"key\";r={left};t={seconds}"));
        if self.left.is_some() { answer } else { answer.header("retry-after", seconds.to_string()) }
    }
}

/// Counts a call of a key; `None` for those without a limit. A database that does not answer limits nobody.
pub(super) async fn count(context: &Rc<Context>, actor: &Actor) -> Option<Standing> {
    let key = KeyId::parse(&actor.name).ok()?;
    let limit = limit().await?;
    let now = context.now();
    let minute = window(now);
    if !COUNTS.with_borrow(|counts| counts.get(&key).is_some_and(|count| count.is_of(minute))) {
        let written = rate_limits::used(&context.sql, &key, minute).await.unwrap_or(0);
        begin(&key, minute, written);
    }
    let counted = COUNTS.with_borrow_mut(|counts| {
        let count = counts.get_mut(&key)?;
        Some((count.take(limit), count.due(limit)))
    });
    let (left, due) = counted?;
    if let Some(calls) = due {
        task::spawn(write(Rc::clone(context), key, minute, calls));
    }
    Some(Standing { limit, left, seconds: seconds_left(now) })
}

/// Another call may have begun meanwhile, and knows more.
fn begin(key: &KeyId, minute: i64, written: u32) {
    COUNTS.with_borrow_mut(|counts| {
        if counts.get(key).is_some_and(|known| known.is_of(minute)) {
            return;
        }
        if counts.len() >= MOST {
            counts.clear();
        }
        counts.insert(key.clone(), Count::new(minute, written));
    });
}

/// Beside the answer: no call waits for it. What cannot be written is not counted by others.
async fn write(context: Rc<Context>, key: KeyId, minute: i64, calls: u32) {
    let Ok(written) = rate_limits::add(&context.sql, &key, minute, calls).await else { return };
    COUNTS.with_borrow_mut(|counts| {
        if let Some(count) = counts.get_mut(&key).filter(|count| count.is_of(minute)) {
            count.heard(written);
        }
    });
}

/// The operator's variable, read once an instance.
async fn limit() -> Option<Limit> {
    if let Some(known) = LIMIT.with(|limit| limit.get().copied()) {
        return known;
    }
    let limit = variable("rate_limit").await.map_or(Some(Limit::default()), |text| Limit::read(&text));
    LIMIT.with(|known| *known.get_or_init(|| limit))
}
