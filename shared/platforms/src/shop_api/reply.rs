//! A shop's answer, before it is known what it means.

use std::time::Duration;

use super::failure::{Failure, shortened};
use super::{Response, budget};
use crate::json::{self, Field, Object};
use crate::unreadable::Unreadable;

/// A shop's answer.
pub(crate) struct Reply<'a> {
    response: &'a Response,
}

impl<'a> Reply<'a> {
    pub(crate) const fn new(response: &'a Response) -> Self {
        Self { response }
    }

    pub(crate) fn status(&self) -> u16 {
        self.response.status().as_u16()
    }

    /// The body, which must be an object of JSON.
    pub(crate) fn object(&self) -> Result<Object<'a>, Failure> {
        Ok(Object::of_body(self.response.body())?)
    }

    /// The objects of a body that is a list.
    pub(crate) fn objects(&self) -> Result<Vec<Object<'a>>, Failure> {
        let items = json::list_of_body(self.response.body())?;
        Ok(items.iter().map(|item| item.need(Field::object)).collect::<Result<_, _>>()?)
    }

    /// A header that is a whole number.
    pub(crate) fn number(&self, header: &str) -> Option<u32> {
        self.response.headers().get(header)?.to_str().ok()?.trim().parse().ok()
    }

    /// What every platform means by a status, in the shop's words where `words` finds any in the body.
    ///
    /// `Ok` for 2xx. What a 400, 404, 409 or 422 means is the adapter's to say, before it asks here.
    pub(crate) fn check(&self, words: impl Fn(&Object<'a>) -> Option<String>) -> Result<(), Failure> {
        let status = self.status();
        let said = || {
            let words = self.object().ok().and_then(|body| words(&body));
            words.map_or_else(|| format!("the shop answered {status}"), |words| shortened(&words))
        };
        match status {
            200..=299 => Ok(()),
            401 | 403 => Err(Failure::Unauthorised(said())),
            404 | 410 => Err(Failure::Gone(said())),
            429 => Err(Failure::Throttled { wait: self.wait() }),
            503 if self.wait().is_some() => Err(Failure::Throttled { wait: self.wait() }),
            408 | 425 | 500.. => Err(Failure::try_again(said())),
            300..=399 => Err(Failure::Refused(format!(
                "the shop answered {status} and points elsewhere: is the store's address right?"
            ))),
            _ => Err(Failure::Refused(said())),
        }
    }

    /// How long the shop wants us to wait.
    pub(crate) fn wait(&self) -> Option<Duration> {
        budget::wait(self.response.headers())
    }
}

/// An answer that says that it worked, but not so that it can be read: it may have worked.
impl From<Unreadable> for Failure {
    fn from(reason: Unreadable) -> Self {
        Self::try_again(format_args!("the shop's answer cannot be read: {reason}"))
    }
}
