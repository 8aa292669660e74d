//! One task's conversation with a shop.

use tributary_domain::capability::Platform;

use super::configuration::Configuration;
use super::seen::{Facts, Seen};
use super::task::{Remote, RuleId, Task};
use super::{Draft, Failure, Reply, Request, Response, Shop};
use crate::{adobe_commerce, bigcommerce, shopify, stripe, woocommerce};

/// One task under way: a request, or a few where the first answer leaves something open.
#[derive(Debug)]
pub struct Call<'a> {
    shop: &'a Shop,
    task: Task<'a>,
    turn: Turn,
}

/// Which request of a task the shop answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Turn {
    First,
    Later(Told),
}

/// What an earlier answer told that the next is read with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Told {
    Nothing,
    /// Why the shop refused.
    Refusal(String),
    /// Why the shop refused a text that it has already, and the page of our rule's codes that is looked through for it.
    Taken {
        said: String,
        page: Option<String>,
    },
    /// A code.
    Code(Seen),
}

impl Told {
    /// What a refused create means, once the shop was asked for a code of its text: there is one, or there is none.
    pub(crate) fn refusal(&self, found: Option<&Seen>) -> Failure {
        let said = match self {
            Self::Refusal(said) | Self::Taken { said, .. } => said,
            Self::Nothing | Self::Code(_) => "the shop refused the code",
        };
        match found {
            Some(_) => Failure::duplicate(said),
            None => Failure::refused(said),
        }
    }
}

/// What comes after an answer.
#[derive(Debug)]
pub enum Next {
    /// Sign and send this, and give its answer too.
    Send(Request),
    /// That was all.
    Done(Result<Done, Failure>),
}

/// What a shop did or told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Done {
    /// The credentials work. What they lack, in the shop's own names of its permissions; empty for nothing.
    Ready {
        /// Missing permissions.
        missing: Vec<String>,
    },
    /// A rule, and what it says as far as the answer tells.
    Rule(RuleId, Facts),
    /// The code is there as it was wanted. Keep its ids.
    Made(Remote),
    /// The code does not work any more.
    Off,
    /// A code.
    Found(Seen),
    /// The shop has no such code or rule.
    Missing,
    /// A page of codes.
    Page {
        /// The codes.
        codes: Vec<Seen>,
        /// How to ask for the next page; `None` after the last.
        next: Option<String>,
    },
}

/// What an adapter makes of an answer.
pub(crate) type Step = Result<Turned, Failure>;

/// An answer that is no failure.
pub(crate) enum Turned {
    /// One more request, and what to remember of this answer.
    More(Draft, Told),
    /// The end.
    End(Done),
}

impl From<Done> for Turned {
    fn from(done: Done) -> Self {
        Self::End(done)
    }
}

impl<'a> Call<'a> {
    /// Begins a task: the first request, not yet signed.
    ///
    /// # Errors
    /// When the platform cannot do it, before anything is sent.
    pub fn start(shop: &'a Shop, task: Task<'a>) -> Result<(Self, Request), Failure> {
        let draft = match shop.platform() {
            Platform::Shopify => shopify::codes::ask(&task),
            Platform::Woocommerce => woocommerce::codes::ask(&task),
            Platform::Bigcommerce => bigcommerce::codes::ask(&task),
            Platform::AdobeCommerce => adobe_commerce::codes::ask(&task),
            Platform::Stripe => stripe::codes::ask(&task),
            other @ (Platform::Amazon | Platform::Custom) => Err(no_api(other)),
        }?;
        Ok((Self { shop, task, turn: Turn::First }, draft.request(shop)?))
    }

    /// Reads the shop's answer to the last request.
    pub fn answer(&mut self, response: &Response) -> Next {
        match self.step(response) {
            Ok(Turned::End(done)) => Next::Done(Ok(done)),
            Err(failure) => Next::Done(Err(failure)),
            Ok(Turned::More(draft, told)) => {
                self.turn = Turn::Later(told);
                draft.request(self.shop).map_or_else(|failure| Next::Done(Err(failure)), Next::Send)
            }
        }
    }

    fn step(&self, response: &Response) -> Step {
        let (task, turn, reply) = (&self.task, &self.turn, &Reply::new(response));
        let currency = self.shop.currency();
        match self.shop.platform() {
            Platform::Shopify => shopify::codes::read(task, turn, reply),
            Platform::Woocommerce => woocommerce::codes::read(task, turn, reply, currency),
            Platform::Bigcommerce => bigcommerce::codes::read(task, turn, reply, currency),
            Platform::AdobeCommerce => adobe_commerce::codes::read(task, turn, reply, currency),
            Platform::Stripe => stripe::codes::read(task, turn, reply),
            other @ (Platform::Amazon | Platform::Custom) => Err(no_api(other)),
        }
    }
}

fn no_api(platform: Platform) -> Failure {
    Failure::Impossible(format!("{} has no API for codes: they are typed in by hand", platform.name()))
}

impl Configuration {
    /// What a shop's code or rule has that these terms do not say. Terms that were not told do not differ.
    pub fn differences(&self, found: &Facts) -> Vec<super::Difference> {
        super::seen::differences(&self.facts(), found)
    }
}
