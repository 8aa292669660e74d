//! A plan on its way in: its terms, and its store beside them.

use serde_json::{Map, Value, json};
use tributary_domain::capability::{self, Platform, capabilities};
use tributary_domain::ids::StoreId;
use tributary_domain::plan::{Mode, Terms};
use tributary_domain::{Currency, FieldErrors};
use tributary_platforms::shop_api::Configuration;
use tributary_storage::stores::Store;
use tributary_web::Problem;
use tributary_web::request::{read_what_can_be, without_nulls};

/// A plan as it was sent.
pub(super) struct Sent {
    /// Where it says so.
    pub(super) store_id: Option<StoreId>,
    /// As far as they could be read.
    terms: Option<Terms>,
    /// What could not be read.
    errors: FieldErrors,
}

/// Reads a plan. `ignored` are members of our answers that a caller may send back.
pub(super) fn read(mut members: Map<String, Value>, ignored: &[&str]) -> Sent {
    let sent_id = members.remove("storeId");
    for name in ignored {
        members.remove(*name);
    }
    // What a plan does not say has its default.
    let (terms, mut errors) = read_terms(without_nulls(Value::Object(members)));
    let store_id = match sent_id {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) => {
            let id = StoreId::parse(&text).ok();
            if id.is_none() {
                add_unknown_store(&mut errors);
            }
            id
        }
        Some(_) => {
            errors.add("storeId", "invalid", "must be a store's id");
            None
        }
    };
    Sent { store_id, terms, errors }
}

/// A plan needs nothing but its name: where that is wrong, the others are read beside any.
fn read_terms(mut sent: Value) -> (Option<Terms>, FieldErrors) {
    let (terms, errors) = read_what_can_be(sent.clone());
    if let (None, Some(members)) = (&terms, sent.as_object_mut()) {
        members.insert("name".to_owned(), json!("unread"));
        return (read_what_can_be(sent).0, errors);
    }
    (terms, errors)
}

fn add_unknown_store(errors: &mut FieldErrors) {
    errors.add("storeId", "unknown_store", "there is no such store");
}

impl Sent {
    /// Names what could not be read, and that the store is missing or unknown.
    pub(super) fn without_store(mut self) -> Problem {
        let is_named = self.errors.as_slice().iter().any(|error| error.path == "storeId");
        match self.store_id {
            Some(_) => add_unknown_store(&mut self.errors),
            None if is_named => {}
            None => self.errors.add("storeId", "required", "a plan is for one store: name it"),
        }
        self.errors.into()
    }

    /// The plan's terms for this store.
    ///
    /// # Errors
    /// Everything that is wrong with them, and everything that the store cannot do (R9), at once.
    pub(super) fn into_terms(self, store: &Store) -> Result<Terms, Problem> {
        let Self { terms, mut errors, .. } = self;
        let Some(mut terms) = terms else { return Err(errors.into()) };
        terms.name = terms.name.trim().to_owned();
        let found = check(&terms, store.currency, store.platform, &errors);
        errors.extend(found);
        errors.into_result()?;
        Ok(terms)
    }
}

/// What is wrong with terms of which some members could not be read: those are not told of again, nor what follows
/// from their being away.
fn check(terms: &Terms, currency: Currency, platform: Platform, unread: &FieldErrors) -> FieldErrors {
    let mut found = FieldErrors::default();
    found.extend(terms.check(currency).err().unwrap_or_default());
    found.extend(capability::check(terms, &capabilities(platform), platform).err().unwrap_or_default());
    let mut errors = FieldErrors::default();
    add_new(&mut errors, &found, unread);
    let is_kept_in_shop = terms.mode == Mode::Managed && terms.discount.is_some() && has_api(platform);
    if is_kept_in_shop && !concerns_shop(unread) && !concerns_shop(&errors) {
        // What the platform's API would refuse of each code is better said now.
        let refused = Configuration::new(platform, &capabilities(platform), "plan", terms).err();
        let mut named = unread.clone();
        named.extend(errors.clone());
        add_new(&mut errors, &refused.unwrap_or_default(), &named);
    }
    errors
}

/// Adds those of the found errors that say more than what is known.
fn add_new(errors: &mut FieldErrors, found: &FieldErrors, known: &FieldErrors) {
    for error in found.as_slice() {
        let follows = |known: &str| {
            is_in(known, &error.path) || is_in(&error.path, known) || depends_on(&error.path, top(known))
        };
        if !known.as_slice().iter().any(|known| follows(&known.path)) {
            errors.add(error.path.clone(), error.code, error.detail.clone());
        }
    }
}

/// Whether a path is another one, or of a member inside of it.
fn is_in(path: &str, parent: &str) -> bool {
    path.strip_prefix(parent).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

fn top(path: &str) -> &str {
    path.split(['.', '[']).next().unwrap_or_default()
}

/// What is said of a code pattern depends on who makes the codes and on the discount; what a store can do, on the former.
fn depends_on(path: &str, unread: &str) -> bool {
    match unread {
        "mode" => matches!(top(path), "codePattern" | "discount" | "limits" | "commission"),
        "discount" => path == "codePattern",
        _ => false,
    }
}

/// Whether it is about what a shop keeps of a code.
fn concerns_shop(errors: &FieldErrors) -> bool {
    errors.as_slice().iter().any(|error| matches!(top(&error.path), "mode" | "discount" | "limits"))
}

const fn has_api(platform: Platform) -> bool {
    !matches!(platform, Platform::Amazon | Platform::Custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The paths that are named of a plan for a shop in euros on this platform.
    fn wrong(platform: Platform, plan: Value) -> Vec<String> {
        let Value::Object(members) = plan else { panic!("a plan is an object") };
        let sent = read(members, &[]);
        let euro = Currency::parse("EUR").unwrap();
        let mut paths = Vec::new();
        paths.extend(sent.errors.as_slice().iter().map(|error| error.path.clone()));
        if let Some(terms) = &sent.terms {
            let found = check(terms, euro, platform, &sent.errors);
            paths.extend(found.as_slice().iter().map(|error| error.path.clone()));
        }
        paths.sort();
        paths
    }

    // R1, R65
    #[test]
    fn what_cannot_be_read_and_what_cannot_be_meant_are_named_in_one_answer() {
        let plan = json!({"name": "Spring", "codePattern": "{shoe_size}",
            "discount": {"type": "percentage", "value": "101"},
            "limits": {"minimumAmount": {"amount": 100, "currency": "USD"}, "minimumQuantity": 2,
                "startsAt": "2027-01-02T00:00:00Z", "endsAt": "2027-01-01T00:00:00Z"}});
        let paths = [
            "codePattern",
            "discount.value",
            "limits.endsAt",
            "limits.minimumAmount",
            "limits.minimumQuantity",
        ];
        assert_eq!(wrong(Platform::Shopify, plan.clone()), paths);
        let mut unnamed = plan;
        unnamed["name"] = json!(5);
        assert_eq!(wrong(Platform::Shopify, unnamed), [&paths[..], &["name"]].concat());
    }

    // R9, R65
    #[test]
    fn what_the_store_cannot_do_is_named_beside_what_cannot_be_read() {
        let plan = json!({"name": "Spring", "codePattern": "{first_name}", "holdDays": "x",
            "discount": {"type": "percentage", "value": "10"}, "limits": {"categoryIds": ["7"]}});
        assert_eq!(wrong(Platform::Stripe, plan.clone()), ["holdDays", "limits.categoryIds"]);
        let mut by_name = plan;
        by_name["limits"] = json!({"categoryIds": ["shoes"]});
        assert_eq!(wrong(Platform::Bigcommerce, by_name), ["holdDays", "limits.categoryIds"]);
    }

    // R1, R65
    #[test]
    fn nothing_is_said_of_a_plan_only_because_another_member_could_not_be_read() {
        for (changes, paths) in [
            (json!({"codePattern": "{"}), vec!["codePattern"]),
            (json!({"mode": "by_hand", "codePattern": null, "limits": {"categoryIds": ["7"]}}), vec!["mode"]),
            (
                json!({"discount": {"type": "percentage", "value": "x"}, "codePattern": "{first_name}{discount}"}),
                vec!["discount.value"],
            ),
            (
                json!({"limits": {"minimumAmount": {"amount": "x", "currency": "EUR"}}}),
                vec!["limits.minimumAmount.amount"],
            ),
        ] {
            let mut plan = json!({"name": "Spring", "codePattern": "{first_name}",
                "discount": {"type": "percentage", "value": "10"}});
            plan.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
            assert_eq!(wrong(Platform::Stripe, plan.clone()), paths, "{plan}");
        }
    }
}
