//! What the shops with a REST API have in common: codes and rules that are kept, and faults.

use std::sync::{Arc, Mutex, MutexGuard};

use serde_json::Value;

use super::{Asked, Fault, Faults, Said, serve};

/// A shop with a REST API.
#[derive(Clone)]
pub struct RestShop {
    /// Its address.
    pub url: String,
    platform: &'static str,
    credentials: Value,
    inner: Arc<Inner>,
}

struct Inner {
    kept: Mutex<Kept>,
    faults: Faults,
}

/// How one platform speaks.
pub(crate) trait Speaks: Send + Sync + 'static {
    /// Whether a request makes a code: what faults befall.
    fn makes_a_code(&self, asked: &Asked) -> bool;
    /// Whether the request's credentials are right.
    fn knows(&self, asked: &Asked) -> bool;
    /// What a request without them is answered.
    fn refuses(&self) -> Said;
    /// Does what it is asked for.
    fn answers(&self, kept: &mut Kept, asked: &Asked) -> Said;
}

/// What a shop has.
#[derive(Default)]
pub(crate) struct Kept {
    pub(crate) next: u64,
    pub(crate) codes: Vec<KeptCode>,
    pub(crate) rules: Vec<(String, Value)>,
    /// Texts of codes that were made, in order, also of those that are gone.
    pub(crate) made: Vec<String>,
    /// Answers by idempotency key, on platforms that keep them.
    pub(crate) answered: Vec<(String, u16, Value)>,
}

/// A code of a shop.
#[derive(Clone)]
pub(crate) struct KeptCode {
    pub(crate) id: String,
    /// In upper case.
    pub(crate) text: String,
    pub(crate) rule: Option<String>,
    pub(crate) is_on: bool,
    pub(crate) body: Value,
}

impl Kept {
    pub(crate) fn number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    pub(crate) fn code(&mut self, id: &str) -> Option<&mut KeptCode> {
        self.codes.iter_mut().find(|code| code.id == id)
    }

    pub(crate) fn has_rule(&self, id: &str) -> bool {
        self.rules.iter().any(|(known, _)| known == id)
    }

    pub(crate) fn is_taken(&self, text: &str) -> bool {
        self.codes.iter().any(|code| code.is_on && code.text.eq_ignore_ascii_case(text))
    }

    pub(crate) fn add(&mut self, id: String, text: &str, rule: Option<&str>, body: Value) -> KeptCode {
        let text = text.to_uppercase();
        self.made.push(text.clone());
        let code = KeptCode { id, text, rule: rule.map(str::to_owned), is_on: true, body };
        self.codes.push(code.clone());
        code
    }

    pub(crate) fn remove(&mut self, id: &str) -> bool {
        let before = self.codes.len();
        self.codes.retain(|code| code.id != id);
        self.codes.len() < before
    }
}

impl RestShop {
    pub(crate) fn start(platform: &'static str, mut credentials: Value, speaks: impl Speaks) -> Self {
        let inner = Arc::new(Inner { kept: Mutex::default(), faults: Faults::default() });
        let served = Arc::clone(&inner);
        let url = serve(move |asked| {
            if !speaks.knows(asked) {
                return speaks.refuses();
            }
            let fault = if speaks.makes_a_code(asked) { served.faults.next() } else { None };
            Faults::befall(fault, || speaks.answers(&mut served.kept.lock().unwrap(), asked))
        });
        credentials["apiUrl"] = url.clone().into();
        Self { url, platform, credentials, inner }
    }

    /// The platform's word.
    pub fn platform(&self) -> &'static str {
        self.platform
    }

    /// The credentials under which it is connected.
    pub fn credentials(&self) -> Value {
        self.credentials.clone()
    }

    /// Lets something befall the create with this number, from 1.
    pub fn plan(&self, create: u64, fault: Fault) {
        self.inner.faults.plan(create, fault);
    }

    /// A code that somebody made in the shop itself.
    pub fn has_already(&self, text: &str) {
        let mut kept = self.kept();
        let id = format!("{}", 90_000 + kept.number());
        kept.codes.push(KeptCode {
            id,
            text: text.to_uppercase(),
            rule: None,
            is_on: true,
            body: serde_json::json!({"code": text, "amount": "50.00", "discount_type": "percent"}),
        });
    }

    /// Somebody changes a member of every rule in the shop, which this JSON pointer names.
    #[allow(clippy::needless_pass_by_value, reason = "tests write the value in place")]
    pub fn change_rules(&self, pointer: &str, value: Value) {
        for (_, rule) in &mut self.kept().rules {
            *rule.pointer_mut(pointer).unwrap() = value.clone();
        }
    }

    /// Somebody deletes every rule in the shop, and its codes with it.
    pub fn delete_rules(&self) {
        let mut kept = self.kept();
        kept.rules.clear();
        kept.codes.retain(|code| code.rule.is_none());
    }

    /// The texts of the codes that can be used, in alphabetical order.
    pub fn usable(&self) -> Vec<String> {
        let mut texts: Vec<String> =
            self.kept().codes.iter().filter(|code| code.is_on).map(|code| code.text.clone()).collect();
        texts.sort();
        texts
    }

    /// The texts of all codes, in alphabetical order.
    pub fn texts(&self) -> Vec<String> {
        let mut texts: Vec<String> = self.kept().codes.iter().map(|code| code.text.clone()).collect();
        texts.sort();
        texts
    }

    /// Every text that was made, in order.
    pub fn made(&self) -> Vec<String> {
        self.kept().made.clone()
    }

    /// How many rules were made.
    pub fn rules(&self) -> usize {
        self.kept().rules.len()
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.inner.kept.lock().unwrap()
    }
}
