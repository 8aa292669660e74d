//! What a call works with: database, cache, keys, clock and random numbers.
//!
//! One [`Context`] lives as long as its instance, so that connections are kept across requests; a fresh
//! instance reads its variables once.

mod body;
pub mod outbound;
pub mod serve;
mod settle;
pub mod task;

use std::cell::{Cell, OnceCell};
use std::rc::Rc;

use futures::join;
use spin_sdk::variables;
use spin_sdk::wasip3::clocks::system_clock::{self, Instant};
use tributary_domain::Timestamp;
use tributary_domain::click_id::{Signer, Verifier};
use tributary_domain::ids::{IdRandom, StoreId, in_order};
use tributary_domain::keys::{Keyring, Purpose};
use tributary_domain::mailbox::note_buyer;
use tributary_domain::order::OrderFacts;
use tributary_storage::migrations;
use tributary_storage::orders::Owners;
use tributary_storage::orders::book::Desk;
use tributary_storage::spin::work::Once;
use tributary_storage::spin::{SpinCache, SpinSql};
use tributary_storage::stores::Store;

use crate::problem::Problem;
use crate::seal::{self, store_place};

const NANOSECONDS_A_MILLISECOND: u32 = 1_000_000;

/// What a call works with.
pub struct Context {
    /// The SQL database.
    pub sql: SpinSql,
    /// The key-value store; only for functions that the manifest grants it to.
    pub cache: SpinCache,
    /// The keys for click ids, visitors and secrets at rest.
    pub keys: Keyring,
    /// The root key of the API.
    pub admin_token: String,
    /// The address shoppers see, where the operator gave one.
    pub public_url: Option<String>,
    migrated: Cell<bool>,
    told_time: Cell<Timestamp>,
    signer: OnceCell<Signer>,
    verifier: OnceCell<Verifier>,
    buyer_key: OnceCell<[u8; 32]>,
}

thread_local! {
    static CONTEXT: Rc<Once<Rc<Context>, Problem>> = Rc::default();
}

impl Context {
    /// This instance's context.
    ///
    /// # Errors
    /// When a variable that the manifest grants is missing or unusable.
    pub async fn get() -> Result<Rc<Self>, Problem> {
        CONTEXT.with(Rc::clone).get(async || Self::load().await.map(Rc::new)).await
    }

    /// This instance's context, if it is there already.
    pub fn known() -> Option<Rc<Self>> {
        CONTEXT.with(|context| context.known())
    }

    async fn load() -> Result<Self, Problem> {
        let (admin_token, secret_keys, public_url) =
            join!(variables::get("admin_token"), variables::get("secret_keys"), variables::get("public_url"));
        let admin_token =
            admin_token.map_err(|error| Problem::internal(format!("variable admin_token: {error}")))?;
        let secret_keys = secret_keys.unwrap_or_default();
        let keys = Keyring::parse(&secret_keys, &admin_token)
            .map_err(|invalid| Problem::internal(format!("variable secret_keys: {invalid}")))?;
        let public_url = public_url.ok().filter(|url| !url.is_empty());
        Ok(Self {
            sql: SpinSql::default(),
            cache: SpinCache::default(),
            keys,
            admin_token,
            public_url,
            migrated: Cell::new(false),
            told_time: Cell::new(now()),
            signer: OnceCell::new(),
            verifier: OnceCell::new(),
            buyer_key: OnceCell::new(),
        })
    }

    /// Makes sure, once an instance, that the schema is there (R72).
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn migrated(&self) -> Result<(), Problem> {
        if !self.migrated.get() {
            migrations::run(&self.sql, self.now()).await?;
            self.migrated.set(true);
        }
        Ok(())
    }

    /// Signs click ids.
    pub fn signer(&self) -> &Signer {
        self.signer.get_or_init(|| Signer::new(&self.keys))
    }

    /// Verifies click ids.
    pub fn verifier(&self) -> &Verifier {
        self.verifier.get_or_init(|| Verifier::new(&self.keys))
    }

    /// Notes a buyer's e-mail, of which hashes are kept alone (R38).
    pub fn note_buyer(&self, facts: &mut OrderFacts, email: &str) {
        note_buyer(facts, self.buyer_key(), email);
    }

    /// Hashes buyers' e-mail addresses.
    pub fn buyer_key(&self) -> &[u8; 32] {
        self.buyer_key.get_or_init(|| self.keys.current().derive(Purpose::Buyer))
    }

    /// What is needed to decide orders.
    pub fn desk<'a>(&'a self, owners: &'a Owners) -> Desk<'a, SpinSql> {
        let (verifier, buyer_key) = (self.verifier(), self.buyer_key());
        Desk { sql: &self.sql, verifier, owners, buyer_key, now: self.now() }
    }

    /// A store's webhook secrets, opened.
    ///
    /// # Errors
    /// When they cannot be opened with the keys that there are.
    pub fn webhook_secrets(&self, store: &Store) -> Result<Vec<String>, Problem> {
        let Some(sealed) = &store.webhook_secrets else { return Ok(Vec::new()) };
        let opened = seal::open(&self.keys, &store_place(&store.id), sealed)
            .map_err(|error| Problem::internal(error.to_string()))?;
        serde_json::from_slice(&opened).map_err(|error| Problem::internal(error.to_string()))
    }

    /// The credentials of a store's API, opened: a JSON object. `None` where it has none.
    ///
    /// # Errors
    /// When they cannot be opened with the keys that there are.
    pub fn credentials(&self, store: &Store) -> Result<Option<String>, Problem> {
        store.credentials.as_deref().map(|sealed| self.open_for(&store.id, sealed)).transpose()
    }

    /// Opens a sealed text of a store.
    ///
    /// # Errors
    /// When it cannot be opened with the keys that there are.
    pub fn open_for(&self, store: &StoreId, sealed: &str) -> Result<String, Problem> {
        self.open_at(&store_place(store), sealed)
    }

    /// Opens a text that was sealed for this place.
    ///
    /// # Errors
    /// When it cannot be opened with the keys that there are.
    pub fn open_at(&self, place: &str, sealed: &str) -> Result<String, Problem> {
        let opened =
            seal::open(&self.keys, place, sealed).map_err(|error| Problem::internal(error.to_string()))?;
        String::from_utf8(opened).map_err(|_| Problem::internal("a sealed text is no text"))
    }

    /// Seals a text of a store.
    ///
    /// # Errors
    /// Only where the cipher itself refuses, which it does for absurd lengths.
    pub fn seal_for(&self, store: &StoreId, text: &str) -> Result<String, Problem> {
        self.seal_at(&store_place(store), text)
    }

    /// Seals a text for this place: a table and a row's id.
    ///
    /// # Errors
    /// Only where the cipher itself refuses, which it does for absurd lengths.
    pub fn seal_at(&self, place: &str, text: &str) -> Result<String, Problem> {
        seal::seal(&self.keys, place, text.as_bytes(), random())
            .map_err(|error| Problem::internal(error.to_string()))
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        let now = now();
        self.told_time.set(now);
        now
    }

    /// Random bytes for an id of the time that was told last: those that are asked for later sort later.
    pub fn id_random(&self) -> IdRandom {
        let instant = system_clock::now();
        let same = at(instant) == self.told_time.get();
        in_order(random(), if same { instant.nanoseconds % NANOSECONDS_A_MILLISECOND } else { u32::MAX })
    }
}

/// A variable that only some functions read; `None` where the manifest does not grant it.
pub async fn variable(name: &str) -> Option<String> {
    variables::get(name).await.ok()
}

/// The time of the host's clock.
pub fn now() -> Timestamp {
    at(system_clock::now())
}

fn at(instant: Instant) -> Timestamp {
    let millis = i64::from(instant.nanoseconds / NANOSECONDS_A_MILLISECOND);
    Timestamp::from_millis(instant.seconds.saturating_mul(1_000).saturating_add(millis))
}

/// Random bytes of the host, fit for secrets.
pub fn random<const LENGTH: usize>() -> [u8; LENGTH] {
    let bytes = spin_sdk::wasip3::random::random::get_random_bytes(u64::try_from(LENGTH).unwrap_or_default());
    let mut random = [0; LENGTH];
    for (target, byte) in random.iter_mut().zip(bytes) {
        *target = byte;
    }
    random
}
