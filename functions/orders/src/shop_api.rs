//! Reading a shop over its own API: what a thin webhook does not say, and what was never sent.

use std::cell::RefCell;
use std::collections::HashMap;

use http::StatusCode;
use tributary_domain::ids::StoreId;
use tributary_platforms::shop_api::{AccessToken, Failure, Response, Shop, Signing};
use tributary_storage::stores;
use tributary_web::context::outbound::{self, NotSent};
use tributary_web::context::random;
use tributary_web::{Context, Problem};

/// A shop that can be asked.
pub(crate) struct Api {
    id: StoreId,
    shop: Shop,
}

thread_local! {
    /// Tokens last for hours, an instance for less: what is lost with it costs one request.
    static TOKENS: RefCell<HashMap<StoreId, AccessToken>> = RefCell::default();
}

/// Why a shop did not tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NotTold {
    /// It may tell in a while.
    Later(String),
    /// A person must change something first: credentials, a permission, an allowed host.
    Never(String),
}

impl Api {
    /// The API of a store.
    ///
    /// # Errors
    /// The database's trouble. In the inner result: why the store has no API that could be asked.
    pub(crate) async fn of(context: &Context, store: &StoreId) -> Result<Result<Self, NotTold>, Problem> {
        let store = stores::by_id(&context.sql, store).await?.ok_or_else(|| Problem::not_found("store"))?;
        let Some(credentials) = context.credentials(&store)? else {
            let reason = "the store has no credentials, without which its orders cannot be read";
            return Ok(Err(NotTold::Never(reason.to_owned())));
        };
        let shop = Shop::new(store.platform, store.url.as_str(), store.currency, &credentials);
        Ok(shop
            .map(|shop| Self { id: store.id, shop })
            .map_err(|invalid| NotTold::Never(invalid.to_string())))
    }

    /// What stands at a path below the API's address; `None` where the shop knows no such thing.
    ///
    /// # Errors
    /// Why the shop did not tell.
    pub(crate) async fn read(&self, context: &Context, path: &str) -> Result<Option<Vec<u8>>, NotTold> {
        Ok(self.ask(context, path).await?.map(Response::into_body))
    }

    /// The same with the answer's headers. Under a token that ends, one refusal means a new token and one more try.
    pub(crate) async fn ask(&self, context: &Context, path: &str) -> Result<Option<Response>, NotTold> {
        let token = self.token(context).await?;
        let mut response = self.send(context, path, token.as_ref()).await?;
        if token.is_some() && response.status() == StatusCode::UNAUTHORIZED {
            let renewed = self.renewed(context).await?;
            response = self.send(context, path, renewed.as_ref()).await?;
        }
        let status = response.status();
        match status {
            StatusCode::NOT_FOUND | StatusCode::GONE => Ok(None),
            StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => Err(later(status)),
            _ if status.is_success() => Ok(Some(response)),
            _ if status.is_server_error() => Err(later(status)),
            _ => Err(NotTold::Never(format!("the store's API answers {status}: are the credentials right?"))),
        }
    }

    async fn send(
        &self,
        context: &Context,
        path: &str,
        token: Option<&AccessToken>,
    ) -> Result<Response, NotTold> {
        let signing = Signing { token, now: context.now(), nonce: random() };
        let request =
            self.shop.get(path).and_then(|request| self.shop.sign(request, &signing)).map_err(never)?;
        Ok(outbound::send(request).await?)
    }

    /// The shop's token, where its tokens end: the kept one while it lasts.
    async fn token(&self, context: &Context) -> Result<Option<AccessToken>, NotTold> {
        let kept = TOKENS.with_borrow(|tokens| tokens.get(&self.id).cloned());
        match kept.filter(|token| token.is_fresh(context.now())) {
            Some(token) => Ok(Some(token)),
            None => self.renewed(context).await,
        }
    }

    /// A new token, where the shop's tokens end: the shop may end one before its time.
    async fn renewed(&self, context: &Context) -> Result<Option<AccessToken>, NotTold> {
        let Some(request) = self.shop.token_request() else { return Ok(None) };
        let response = outbound::send(request.map_err(never)?).await?;
        if response.status().is_server_error() {
            return Err(later(response.status()));
        }
        let token = self.shop.read_token(&response, context.now()).map_err(never)?;
        TOKENS.with_borrow_mut(|tokens| tokens.insert(self.id.clone(), token.clone()));
        Ok(Some(token))
    }
}

#[expect(clippy::needless_pass_by_value, reason = "what `map_err` gives")]
fn never(failure: Failure) -> NotTold {
    NotTold::Never(failure.to_string())
}

/// That a server has trouble of its own.
pub(crate) fn later(status: StatusCode) -> NotTold {
    NotTold::Later(format!("the store's API answers {status}"))
}

impl From<NotSent> for NotTold {
    fn from(not_sent: NotSent) -> Self {
        let words = not_sent.to_string();
        match not_sent {
            NotSent::HostNotAllowed { .. } | NotSent::Malformed(_) => Self::Never(words),
            NotSent::TimedOut | NotSent::Failed(_) => Self::Later(words),
        }
    }
}
