//! Reading a shop over its own API: what a thin webhook does not say, and what was never sent.

use std::cell::RefCell;
use std::collections::HashMap;

use http::StatusCode;
use tributary_domain::ids::StoreId;
use tributary_platforms::shop_api::{AccessToken, Failure, Request, Response, Shop, Signing};
use tributary_storage::stores;
use tributary_web::context::outbound::{self, NotSent};
use tributary_web::context::random;
use tributary_web::{Context, Problem};

/// A shop that can be asked.
pub(crate) struct Api {
    shop: Shop,
    /// Of a shop whose tokens end.
    token: Option<AccessToken>,
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
        let shop = match Shop::new(store.platform, store.url.as_str(), store.currency, &credentials) {
            Ok(shop) => shop,
            Err(invalid) => return Ok(Err(NotTold::Never(invalid.to_string()))),
        };
        Ok(token(context, &store.id, &shop).await.map(|token| Self { shop, token }))
    }

    /// What stands at a path below the API's address; `None` where the shop knows no such thing.
    ///
    /// # Errors
    /// Why the shop did not tell.
    pub(crate) async fn read(&self, context: &Context, path: &str) -> Result<Option<Vec<u8>>, NotTold> {
        Ok(self.ask(context, path).await?.map(Response::into_body))
    }

    /// The same with the answer's headers.
    pub(crate) async fn ask(&self, context: &Context, path: &str) -> Result<Option<Response>, NotTold> {
        let request = self.shop.get(path).and_then(|request| self.sign(context, request));
        let request = request.map_err(|failure| NotTold::Never(failure.to_string()))?;
        let response = outbound::send(request).await.map_err(NotTold::from)?;
        let status = response.status();
        match status {
            StatusCode::NOT_FOUND | StatusCode::GONE => Ok(None),
            StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => Err(later(status)),
            _ if status.is_success() => Ok(Some(response)),
            _ if status.is_server_error() => Err(later(status)),
            _ => Err(NotTold::Never(format!("the store's API answers {status}: are the credentials right?"))),
        }
    }

    fn sign(&self, context: &Context, request: Request) -> Result<Request, Failure> {
        let signing = Signing { token: self.token.as_ref(), now: context.now(), nonce: random() };
        self.shop.sign(request, &signing)
    }
}

/// The shop's token, where its tokens end: the kept one while it lasts.
async fn token(context: &Context, store: &StoreId, shop: &Shop) -> Result<Option<AccessToken>, NotTold> {
    let Some(request) = shop.token_request() else { return Ok(None) };
    let kept = TOKENS.with_borrow(|tokens| tokens.get(store).cloned());
    if let Some(token) = kept.filter(|token| token.is_fresh(context.now())) {
        return Ok(Some(token));
    }
    let request = request.map_err(|failure| NotTold::Never(failure.to_string()))?;
    let response = outbound::send(request).await?;
    if response.status().is_server_error() {
        return Err(later(response.status()));
    }
    let token = shop.read_token(&response, context.now());
    let token = token.map_err(|failure| NotTold::Never(failure.to_string()))?;
    TOKENS.with_borrow_mut(|tokens| tokens.insert(store.clone(), token.clone()));
    Ok(Some(token))
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
