//! What is wrong with a member, in words for whoever sent it: serde speaks of Rust's types.

/// What to do about an error of serde's; words of our own stay as they are.
pub(super) fn plain(words: &str) -> String {
    let (found, expected) = words.rsplit_once(", expected ").unwrap_or((words, ""));
    if found.starts_with("missing field") {
        return "is required".to_owned();
    }
    if found.starts_with("unknown field") {
        return if expected.is_empty() { why_unknown(words) } else { unknown(expected) };
    }
    if found.starts_with("unknown variant") {
        return format!("must be {}", expected.replace('`', ""));
    }
    if words.starts_with("data did not match any variant") {
        return "has none of the forms that are taken here; see /api/v1/openapi.json".to_owned();
    }
    let is_of_serde =
        ["invalid type", "invalid value", "invalid length"].iter().any(|of| found.starts_with(of));
    if is_of_serde && !expected.is_empty() { format!("must be {}", kind(expected)) } else { words.to_owned() }
}

fn unknown(expected: &str) -> String {
    let names = expected.strip_prefix("one of ").unwrap_or(expected).replace('`', "");
    format!("is not known here; there is {names}")
}

/// The reason of an error of ours that is shaped like serde's.
fn why_unknown(words: &str) -> String {
    words.split_once("`, ").map_or("is not known here", |(_, why)| why).replace('`', "")
}

/// A type by the name that people know it by.
fn kind(expected: &str) -> String {
    let name = match expected {
        "u8" => "a whole number from 0 to 255",
        "u16" => "a whole number from 0 to 65535",
        "u32" => "a whole number from 0 to 4294967295",
        "u64" | "usize" => "a whole number, 0 or more",
        "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number",
        "a nonzero u32" => "a whole number from 1 to 4294967295",
        "f32" | "f64" => "a number",
        "a string" | "str" | "string" | "string or map" | "variant identifier" => "text",
        "a boolean" => "true or false",
        "a sequence" => "a list",
        "a map" => "an object",
        other if is_object(other) => "an object",
        other => other,
    };
    name.to_owned()
}

fn is_object(expected: &str) -> bool {
    ["struct ", "internally tagged enum ", "adjacently tagged enum "]
        .iter()
        .any(|of| expected.starts_with(of))
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde::de::DeserializeOwned;
    use serde_json::{Value, json};
    use tributary_domain::plan::Terms;

    use super::super::read_value;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only its reading is tested")]
    struct Sample {
        text: Option<String>,
        flag: Option<bool>,
        count: Option<u64>,
        list: Option<Vec<String>>,
        inner: Option<Inner>,
        word: Option<Word>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only its reading is tested")]
    struct Inner {
        needed: i32,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Word {
        One,
        Two,
    }

    fn told<T: DeserializeOwned + std::fmt::Debug>(value: Value) -> String {
        let problem = read_value::<T>(value).unwrap_err();
        problem.errors.as_slice().iter().map(|error| error.detail.as_str()).collect::<Vec<_>>().join("; ")
    }

    // R65
    #[test]
    fn a_wrong_member_is_told_what_it_must_be() {
        for (value, words) in [
            (json!({"text": 5}), "must be text"),
            (json!({"flag": "yes"}), "must be true or false"),
            (json!({"count": -1}), "must be a whole number, 0 or more"),
            (json!({"count": ", expected u8"}), "must be a whole number, 0 or more"),
            (json!({"list": {}}), "must be a list"),
            (json!({"inner": "x"}), "must be an object"),
            (json!({"inner": [1]}), "must be an object"),
            (json!({"inner": {}}), "is required"),
            (json!({"inner": {"needed": 1.5}}), "must be a whole number"),
            (json!({"inner": {"needed": 1, "more": 1}}), "is not known here; there is needed"),
            (json!({"word": "three"}), "must be one or two"),
            (json!({"word": 3}), "must be text"),
            (json!([]), "must be an object"),
        ] {
            assert_eq!(told::<Sample>(value.clone()), words, "{value}");
        }
    }

    // R65
    #[test]
    fn no_wrong_term_of_a_plan_is_told_in_rust() {
        let plan = json!({"name": "x", "mode": "manual"});
        let members =
            ["discount", "codePattern", "link", "limits", "attribution", "commission", "holdDays", "review"];
        for member in members {
            for wrong in
                [json!(5), json!(-1), json!(1.5), json!("x"), json!([]), json!({"x": 1}), json!(true)]
            {
                let mut sent = plan.clone();
                sent[member] = wrong.clone();
                let Err(problem) = read_value::<Terms>(sent) else { continue };
                for error in problem.errors.as_slice() {
                    let rust = ["struct", "enum", "u16", "u32", "i64", "variant", "`"];
                    let is_plain = rust.iter().all(|word| !error.detail.contains(word));
                    assert!(is_plain, "{member} {wrong}: {}", error.detail);
                }
            }
        }
    }
}
