//! A store's shop, with everything that it takes to ask it for something.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use futures::lock::Mutex;
use tributary_domain::capability::capabilities;
use tributary_domain::code::work::Switch;
use tributary_domain::ids::{PlanId, StoreId};
use tributary_platforms::shop_api::{
    AccessToken, Budget, Call, Configuration, Done, Failure, Next, Pace, Request, Response, Shop, Signing,
    State, Task,
};
use tributary_storage::shops::{self, Standing};
use tributary_storage::stores::{self, Store};
use tributary_storage::{Sql, plans};
use tributary_web::context::outbound::{self, NotSent};
use tributary_web::context::{random, task};
use tributary_web::rest;
use tributary_web::{Context, Problem};

const USUAL_REST: Duration = Duration::from_secs(1);
const LONGEST_REST: Duration = Duration::from_secs(5);

/// A store's shop.
pub(crate) struct ShopDesk {
    pub(crate) context: Rc<Context>,
    pub(crate) store: Store,
    pub(crate) shop: Shop,
    /// How fast it may be asked.
    pub(crate) pace: RefCell<Pace>,
    /// The one who needs a token first fetches it, the others wait.
    token: Mutex<Option<AccessToken>>,
    configurations: RefCell<BTreeMap<(PlanId, u16), Rc<Configuration>>>,
}

impl ShopDesk {
    /// The shop of a store.
    ///
    /// # Errors
    /// 409 where it has no credentials, not those of its platform, or none that our keys open.
    pub(crate) async fn open(context: Rc<Context>, store: Store) -> Result<Self, Problem> {
        let without =
            || Problem::conflict("no_credentials", "the store has no credentials; give it some first");
        let sealed = |_| {
            Problem::conflict(
                "credentials_unreadable",
                "the store's credentials were sealed with a key that is not in secret_keys any more: put the key back, \
                 or give the store its credentials again",
            )
        };
        let credentials = context.credentials(&store).map_err(sealed)?.ok_or_else(without)?;
        let shop = Shop::new(store.platform, store.url.as_str(), store.currency, &credentials)
            .map_err(|invalid| Problem::conflict(invalid.code, invalid.detail))?;
        let Standing { refusals, token } = shops::standing(&context.sql, &store.id).await?;
        // A token that cannot be opened any more is as good as none.
        let token = token.and_then(|(sealed, until)| {
            context.open_for(&store.id, &sealed).ok().map(|text| AccessToken::new(text, until))
        });
        let pace = Pace::new(store.platform);
        let pace = if refusals > 0 { pace.one_at_first() } else { pace };
        let configurations = RefCell::default();
        let (pace, token) = (RefCell::new(pace), Mutex::new(token));
        Ok(Self { context, store, shop, pace, token, configurations })
    }

    /// The shop of the store of the path's `id`.
    ///
    /// # Errors
    /// 404 where there is no such store, 409 where it has no credentials.
    pub(crate) async fn of_call(call: &rest::Call) -> Result<Self, Problem> {
        let id = call.id("id", "store", StoreId::parse)?;
        let store =
            stores::by_id(&call.context.sql, &id).await?.ok_or_else(|| Problem::not_found("store"))?;
        Self::open(Rc::clone(&call.context), store).await
    }

    /// Waits as long as the shop asks us to, and not longer than a caller's patience.
    pub(crate) async fn rest(&self, wait: Option<Duration>) {
        task::sleep(wait.unwrap_or(USUAL_REST).min(LONGEST_REST)).await;
    }

    /// A plan version's terms as this shop keeps them.
    ///
    /// # Errors
    /// The terms that it cannot keep, by name; or the database's trouble.
    pub(crate) async fn configuration(
        &self,
        plan: &PlanId,
        version: u16,
    ) -> Result<Result<Rc<Configuration>, String>, Problem> {
        let key = (plan.clone(), version);
        let known = self.configurations.borrow().get(&key).cloned();
        if let Some(known) = known {
            return Ok(Ok(known));
        }
        let terms = plans::terms_of(&self.context.sql, plan, version)
            .await?
            .ok_or_else(|| Problem::internal(format!("no version {version} of {plan}")))?;
        let platform = self.store.platform;
        let name = format!("{plan}-{version}");
        match Configuration::new(platform, &capabilities(platform), &name, &terms) {
            Ok(configuration) => {
                let configuration = Rc::new(configuration);
                self.configurations.borrow_mut().insert(key, Rc::clone(&configuration));
                Ok(Ok(configuration))
            }
            Err(errors) => {
                let words: Vec<String> = errors
                    .as_slice()
                    .iter()
                    .map(|error| format!("{}: {}", error.path, error.detail))
                    .collect();
                Ok(Err(format!("the shop cannot keep the plan's terms: {}", words.join("; "))))
            }
        }
    }

    /// Asks the shop for something. Under a token that ends, one refusal means a new token and one more try.
    pub(crate) async fn ask(&self, task: Task<'_>) -> Result<Done, Failure> {
        let used = self.token().await?;
        match (self.ask_with(task, used.as_ref()).await, used) {
            (Err(Failure::Unauthorised(_)), Some(used)) => {
                let renewed = self.renewed(&used).await?;
                self.ask_with(task, Some(&renewed)).await
            }
            (outcome, _) => outcome,
        }
    }

    async fn ask_with(&self, task: Task<'_>, token: Option<&AccessToken>) -> Result<Done, Failure> {
        let (mut call, mut request) = Call::start(&self.shop, task)?;
        loop {
            let signing = Signing { token, now: self.context.now(), nonce: random() };
            let response = self.send(self.shop.sign(request, &signing)?).await?;
            match call.answer(&response) {
                Next::Send(next) => request = next,
                Next::Done(outcome) => return outcome,
            }
        }
    }

    async fn send(&self, request: Request) -> Result<Response, Failure> {
        match outbound::send(request).await {
            Ok(response) => {
                self.pace.borrow_mut().learn(Budget::of(&response), self.context.now());
                Ok(response)
            }
            // Nothing will come of any other request either, until an operator has acted.
            Err(error @ NotSent::HostNotAllowed { .. }) => Err(Failure::Unauthorised(error.to_string())),
            Err(error @ NotSent::Malformed(_)) => Err(Failure::Refused(error.to_string())),
            Err(error @ (NotSent::TimedOut | NotSent::Failed(_))) => {
                Err(Failure::TryAgain(error.to_string()))
            }
        }
    }

    /// The token to use; `None` for a shop whose credentials are no such thing.
    async fn token(&self) -> Result<Option<AccessToken>, Failure> {
        if self.shop.token_request().is_none() {
            return Ok(None);
        }
        let mut kept = self.token.lock().await;
        match kept.as_ref() {
            Some(token) if token.is_fresh(self.context.now()) => Ok(Some(token.clone())),
            _ => self.fetch(&mut kept).await.map(Some),
        }
    }

    /// A token in place of one that was refused, unless somebody else has fetched it already.
    async fn renewed(&self, refused: &AccessToken) -> Result<AccessToken, Failure> {
        let mut kept = self.token.lock().await;
        match kept.as_ref() {
            Some(token) if token != refused => Ok(token.clone()),
            _ => self.fetch(&mut kept).await,
        }
    }

    async fn fetch(&self, kept: &mut Option<AccessToken>) -> Result<AccessToken, Failure> {
        let Some(request) = self.shop.token_request() else {
            return Err(Failure::Impossible("this shop has no access tokens".to_owned()));
        };
        let response = self.send(request?).await?;
        let token = self.shop.read_token(&response, self.context.now())?;
        *kept = Some(token.clone());
        // The next instance asks for one itself where this one cannot be kept.
        if let Ok(sealed) = self.context.seal_for(&self.store.id, token.reveal()) {
            let keep = shops::keep_token(&self.store.id, &sealed, token.expires_at());
            drop(self.context.sql.execute(keep).await);
        }
        Ok(token)
    }
}

/// 502: the shop did not answer a question that a caller waits for.
pub(crate) fn unreachable(failure: &Failure) -> Problem {
    Problem::new(502, "shop_unreachable", format!("the shop did not answer as it should: {failure}"))
}

/// The shop's word for a switch.
pub(crate) const fn state_of(switch: Switch) -> State {
    match switch {
        Switch::On => State::Active,
        Switch::Off => State::Inactive,
    }
}

/// Our word for a shop's state.
pub(crate) const fn switch_of(state: State) -> Switch {
    match state {
        State::Active => Switch::On,
        State::Inactive => Switch::Off,
    }
}
