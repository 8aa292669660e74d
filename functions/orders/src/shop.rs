//! The shop that a webhook is for, kept in the instance's memory for a few seconds.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use tributary_domain::capability::Platform;
use tributary_domain::ids::StoreId;
use tributary_domain::{Currency, Timestamp};
use tributary_storage::stores;
use tributary_web::{Context, Problem};

use crate::platforms;

/// How long a removed secret may still be taken, in milliseconds.
const KEPT_MILLIS: i64 = 5_000;
/// How long a new secret may be refused, in milliseconds.
const MOMENT_MILLIS: i64 = 200;
/// More shops than this are read anew; a brand has a handful.
const MOST_KEPT: usize = 64;

/// What the function needs of a shop.
pub(crate) struct Shop {
    pub id: StoreId,
    pub platform: Platform,
    pub currency: Currency,
    pub webhook_secrets: Vec<String>,
}

thread_local! {
    static SHOPS: RefCell<HashMap<StoreId, (Timestamp, Rc<Shop>)>> = RefCell::default();
}

/// The shop of this id, whatever its platform.
///
/// # Errors
/// 404 where there is none.
pub(crate) async fn of(context: &Context, id: &StoreId) -> Result<Rc<Shop>, Problem> {
    read_before(context, id, KEPT_MILLIS).await
}

/// The shop of this id on this platform.
///
/// # Errors
/// 404 where there is none, or the platform has no webhooks that we can read.
pub(crate) async fn find(context: &Context, platform: Platform, id: &StoreId) -> Result<Rc<Shop>, Problem> {
    on_platform(read_before(context, id, KEPT_MILLIS).await?, platform)
}

/// The same, read anew unless it was read within the last moment: for a signature that does not match, because
/// the secret may just have been changed. Forgeries cost a read a moment at most.
pub(crate) async fn find_anew(
    context: &Context,
    platform: Platform,
    id: &StoreId,
) -> Result<Rc<Shop>, Problem> {
    on_platform(read_before(context, id, MOMENT_MILLIS).await?, platform)
}

fn on_platform(shop: Rc<Shop>, platform: Platform) -> Result<Rc<Shop>, Problem> {
    if shop.platform == platform && platforms::has_webhooks(platform) {
        Ok(shop)
    } else {
        Err(Problem::not_found("store of this platform, or its webhooks cannot be read yet"))
    }
}

async fn read_before(context: &Context, id: &StoreId, oldest_millis: i64) -> Result<Rc<Shop>, Problem> {
    let now = context.now();
    let fresh = |read_at: &Timestamp| now.as_millis().saturating_sub(read_at.as_millis()) < oldest_millis;
    let kept = SHOPS.with_borrow(|shops| shops.get(id).cloned());
    if let Some((_, shop)) = kept.filter(|(read_at, _)| fresh(read_at)) {
        return Ok(shop);
    }
    let shop = Rc::new(load(context, id).await?);
    SHOPS.with_borrow_mut(|shops| {
        if shops.len() >= MOST_KEPT {
            shops.clear();
        }
        shops.insert(id.clone(), (now, Rc::clone(&shop)));
    });
    Ok(shop)
}

async fn load(context: &Context, id: &StoreId) -> Result<Shop, Problem> {
    let store = stores::by_id(&context.sql, id).await?.ok_or_else(|| Problem::not_found("store"))?;
    let webhook_secrets = context.webhook_secrets(&store)?;
    Ok(Shop { id: store.id, platform: store.platform, currency: store.currency, webhook_secrets })
}
