//! What is said of a creator, checked: blanks trimmed, handles without `@`, something there at all.

use std::collections::{BTreeMap, BTreeSet};

use tributary_domain::FieldErrors;
use tributary_storage::creators::Creator;
use tributary_web::Problem;

use crate::wire::check_text;

const LONGEST_NAME: usize = 200;
/// RFC 5321 section 4.5.3.1.3, less the angle brackets.
const LONGEST_EMAIL: usize = 254;
const LONGEST_EXTERNAL_ID: usize = 200;
const LONGEST_HANDLE: usize = 100;
const LONGEST_NETWORK: usize = 32;
const MOST_HANDLES: usize = 20;
const LONGEST_TAG: usize = 50;
const MOST_TAGS: usize = 50;

/// Tidies what is said of a creator.
///
/// Names may be missing: a code that needs one says so (R3). But somebody must be there.
pub(super) fn tidy(creator: &mut Creator) -> Result<(), Problem> {
    let mut errors = FieldErrors::default();
    creator.first_name = check_text("firstName", creator.first_name.as_deref(), LONGEST_NAME, &mut errors);
    creator.last_name = check_text("lastName", creator.last_name.as_deref(), LONGEST_NAME, &mut errors);
    creator.external_id =
        check_text("externalId", creator.external_id.as_deref(), LONGEST_EXTERNAL_ID, &mut errors);
    creator.email = check_text("email", creator.email.as_deref(), LONGEST_EMAIL, &mut errors);
    if creator.email.as_deref().is_some_and(|email| !looks_like_an_address(email)) {
        errors.add("email", "invalid_email", "must be an address such as anna@example.com");
    }
    creator.handles = tidy_handles(&creator.handles, &mut errors);
    creator.tags = tidy_tags(&creator.tags, &mut errors);
    let nobody = creator.first_name.is_none()
        && creator.last_name.is_none()
        && creator.email.is_none()
        && creator.handles.is_empty();
    if nobody && errors.is_empty() {
        errors.add("firstName", "required", "give a name, an email or a handle");
    }
    Ok(errors.into_result()?)
}

/// One `@` with something on both sides and no blanks: whether mail arrives, only mail can tell.
fn looks_like_an_address(email: &str) -> bool {
    let plain = !email.chars().any(|letter| letter.is_whitespace() || letter.is_control());
    let parts: Vec<&str> = email.split('@').collect();
    plain && parts.len() == 2 && parts.iter().all(|part| !part.is_empty())
}

fn tidy_handles(given: &BTreeMap<String, String>, errors: &mut FieldErrors) -> BTreeMap<String, String> {
    let mut handles = BTreeMap::new();
    for (network, handle) in given {
        let path = format!("handles.{network}");
        let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.');
        if network.is_empty() || network.len() > LONGEST_NETWORK || !network.chars().all(plain) {
            let detail = format!("1 to {LONGEST_NETWORK} letters and digits, such as instagram");
            errors.add("handles", "invalid_network", detail);
            continue;
        }
        let handle = handle.trim().trim_start_matches('@');
        if let Some(handle) = check_text(&path, Some(handle), LONGEST_HANDLE, errors) {
            handles.insert(network.to_ascii_lowercase(), handle);
        }
    }
    if handles.len() > MOST_HANDLES {
        errors.add("handles", "too_many", format!("at most {MOST_HANDLES}"));
    }
    handles
}

fn tidy_tags(given: &[String], errors: &mut FieldErrors) -> Vec<String> {
    let mut tags = Vec::new();
    let mut seen = BTreeSet::new();
    for (index, tag) in given.iter().enumerate() {
        if let Some(tag) = check_text(&format!("tags[{index}]"), Some(tag), LONGEST_TAG, errors)
            && seen.insert(tag.to_lowercase())
        {
            tags.push(tag);
        }
    }
    if tags.len() > MOST_TAGS {
        errors.add("tags", "too_many", format!("at most {MOST_TAGS}"));
    }
    tags
}
