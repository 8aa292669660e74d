use std::collections::BTreeSet;

use super::*;

/// Whether every reference in the document leads somewhere.
fn dangling(value: &Value, document: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            if let Some(Value::String(to)) = members.get("$ref")
                && document.pointer(to.trim_start_matches('#')).is_none()
            {
                found.insert(to.clone());
            }
            members.values().for_each(|member| dangling(member, document, found));
        }
        Value::Array(items) => items.iter().for_each(|item| dangling(item, document, found)),
        _ => {}
    }
}

// R65
#[test]
fn every_call_says_what_it_takes_and_answers() {
    let calls: BTreeSet<String> =
        endpoints().iter().map(|each| format!("{} {}", each.method.as_str(), each.path)).collect();
    let told: BTreeSet<String> = described().iter().map(|each| each.call.to_owned()).collect();
    assert_eq!(calls, told, "add the missing call to shared/calls/src/openapi");
    assert_eq!(told.len(), described().len(), "a call is described twice");
    assert!(described().iter().all(|each| !each.answers.is_empty()));
    for each in
        described().iter().filter(|each| each.call.starts_with("PUT") || each.call.starts_with("PATCH"))
    {
        assert!(each.body.is_some(), "{} takes nothing?", each.call);
    }
}

// R65
#[test]
fn every_reference_of_the_document_leads_somewhere() {
    let document = document("https://go.brand.example");
    let mut found = BTreeSet::new();
    dangling(&document, &document, &mut found);
    assert!(found.is_empty(), "{found:?}");
}

// R65
#[test]
fn an_answer_has_all_its_members_and_a_plan_takes_null_for_absent() {
    let document = document("https://go.brand.example");
    let store = &document["components"]["schemas"]["Store"];
    assert_eq!(store["required"].as_array().unwrap().len(), store["properties"].as_object().unwrap().len());
    assert_eq!(store["additionalProperties"], false);
    let plan = &document["components"]["schemas"]["NewPlan"];
    assert_eq!(plan["properties"]["link"]["oneOf"][0]["type"], "null");
    assert!(plan["properties"]["storeId"].get("oneOf").is_none());
    assert_eq!(document["paths"]["/{slug}"]["servers"][0]["url"], "https://go.brand.example");
}
