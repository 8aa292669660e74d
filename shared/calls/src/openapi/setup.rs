//! What the calls of setting up take and answer.

use serde_json::json;
use tributary_domain::capability::Capabilities;
use tributary_domain::code::CodeStatus;
use tributary_domain::ids::{CampaignId, EnrollmentId, PlanId, StoreId};
use tributary_storage::campaigns::CampaignStatus;
use tributary_storage::enrollments::EnrollmentStatus;
use tributary_storage::settings::Settings;
use tributary_web::rest::bodies::{EnrollmentChanges, NewEnrollments};

use super::answers::{
    Campaign, Creator, CreatorPage, Enrollment, Health, Key, Link, MadeKey, MaskedAccount, Plan, PlanVersion,
    SelfTest, Store, StoreCheck,
};
use super::described::{Described, call, header, query};
use super::requests::{NewPlan, NextPlan};
use crate::{campaigns, creators, keys, links, stores};

pub(super) fn all() -> Vec<Described> {
    [account(), creators(), plans(), campaigns()].into_iter().flatten().collect()
}

fn account() -> Vec<Described> {
    vec![
        call("GET /health").gives::<Health>(200),
        call("GET /openapi.json").gives::<serde_json::Value>(200),
        call("GET /reference").gives_file("text/html"),
        call("GET /settings").gives::<Settings>(200),
        call("PUT /settings")
            .takes::<Settings>(
                &json!({"defaultCurrency": "EUR", "timeZone": "Europe/Paris", "clickRetentionDays": 90}),
            )
            .gives::<Settings>(200),
        call("POST /keys")
            .takes::<keys::NewKey>(&json!({"name": "reporting", "scopes": ["read"]}))
            .gives::<MadeKey>(201),
        call("GET /keys").lists::<Key>(),
        call("DELETE /keys/{id}").gives_nothing(204, "It is ended"),
        call("POST /stores")
            .takes::<stores::NewStore>(
                &json!({"name": "Tour Shop", "platform": "shopify", "url": "https://shop.example",
                "currency": "EUR", "webhookSecrets": ["hush"]}),
            )
            .gives::<Store>(201),
        call("GET /stores").lists::<Store>(),
        call("GET /stores/{id}").gives::<Store>(200),
        call("PATCH /stores/{id}")
            .takes::<stores::Changes>(&json!({"name": "Tour Shop Europe"}))
            .gives::<Store>(200),
        call("GET /stores/{id}/capabilities").gives::<Capabilities>(200),
        call("GET /stores/{id}/self-test").gives::<SelfTest>(200),
        call("POST /stores/{id}/check").gives::<StoreCheck>(200),
    ]
}

fn creators() -> Vec<Described> {
    vec![
        call("POST /creators")
            .takes::<creators::NewCreator>(&json!({"firstName": "José", "lastName": "García",
                "email": "jose@creators.example", "handles": {"instagram": "@jose.g"}, "tags": ["vip"]}))
            .gives::<Creator>(201),
        call("GET /creators")
            .reads([
                query::<String>("tag", "those with this tag"),
                query::<String>("q", "those whose name, email or handle has this text"),
                query::<PlanId>("planId", "those in a campaign under this plan"),
                query::<CodeStatus>("codeStatus", "those with a code that stands so"),
            ])
            .lists::<Creator>(),
        call("GET /creators/{id}").gives::<Creator>(200),
        call("PATCH /creators/{id}")
            .takes::<creators::Changes>(&json!({"handles": {"tiktok": "jose.g", "instagram": null}}))
            .gives::<Creator>(200),
        call("DELETE /creators/{id}").gives_nothing(204, "The creator is hidden"),
        call("POST /creators/{id}/page").gives::<CreatorPage>(201),
        call("DELETE /creators/{id}/page").gives_nothing(204, "The link is ended"),
        call("PUT /creators/{id}/payout-account")
            .takes::<tributary_domain::payout::Account>(
                &json!({"holder": "José García", "iban": "DE89370400440532013000"}),
            )
            .gives::<MaskedAccount>(200),
        call("GET /creators/{id}/payout-account").gives::<MaskedAccount>(200),
    ]
}

fn plans() -> Vec<Described> {
    let terms = json!({"name": "Spring 10", "mode": "manual",
        "discount": {"type": "percentage", "value": "10"}, "codePattern": "{first_name}{discount}",
        "link": {"clickThroughUrl": "https://shop.example/collections/new",
            "utm": {"source": "tributary", "campaign": "{campaign}"}},
        "limits": {"usageLimit": 500, "endsAt": "2030-01-01T00:00:00Z"},
        "commission": {"type": "percentage", "rate": "12.5"}});
    let mut new = terms.clone();
    if let Some(members) = new.as_object_mut() {
        members.insert("name".to_owned(), json!("Spring 10, shoes"));
        members.insert("storeId".to_owned(), json!("str_..."));
    }
    vec![
        call("POST /plans").takes::<NewPlan>(&new).gives::<Plan>(201),
        call("GET /plans").reads([query::<StoreId>("storeId", "those for this store")]).lists::<Plan>(),
        call("GET /plans/{id}").gives::<Plan>(200),
        call("PUT /plans/{id}")
            .reads([header(
                "If-Match",
                "the version that this one is built on; 412 where there is a newer one",
            )])
            .takes::<NextPlan>(&terms)
            .gives::<Plan>(200),
        call("GET /plans/{id}/versions").lists::<PlanVersion>(),
        call("POST /plans/{id}/deactivate").gives::<Plan>(200),
    ]
}

fn campaigns() -> Vec<Described> {
    vec![
        call("POST /campaigns")
            .takes::<campaigns::NewCampaign>(
                &json!({"name": "Spring", "planId": "pln_...", "status": "live"}),
            )
            .gives::<Campaign>(201),
        call("GET /campaigns")
            .reads([query::<CampaignStatus>("status", "those that are so")])
            .lists::<Campaign>(),
        call("GET /campaigns/{id}").gives::<Campaign>(200),
        call("PATCH /campaigns/{id}")
            .takes::<campaigns::Changes>(&json!({"name": "Spring sale"}))
            .gives::<Campaign>(200),
        call("POST /campaigns/{id}/enrollments")
            .takes::<NewEnrollments>(&json!({"creatorIds": ["crt_..."]}))
            .gives_all::<Enrollment>(201)
            .gives_all::<Enrollment>(200),
        call("GET /campaigns/{id}/enrollments")
            .reads([
                query::<EnrollmentStatus>("status", "`active` where it is absent"),
                query::<PlanId>("planId", "those under this plan"),
                query::<CodeStatus>("codeStatus", "those whose code stands so"),
            ])
            .lists::<Enrollment>(),
        call("DELETE /campaigns/{id}/enrollments/{enrollmentId}")
            .reads([query::<bool>("disableCode", "whether the code is switched off as well")])
            .gives_nothing(204, "The creator is out of the campaign"),
        call("GET /enrollments/{id}").gives::<Enrollment>(200),
        call("PATCH /enrollments/{id}")
            .takes::<EnrollmentChanges>(&json!({"commission": {"type": "percentage", "rate": "15"}}))
            .gives::<Enrollment>(200),
        call("POST /links")
            .takes::<links::NewLink>(
                &json!({"enrollmentId": "enr_...", "kind": "tracking", "to": "/products/x"}),
            )
            .gives::<Link>(201),
        call("GET /links")
            .reads([
                query::<EnrollmentId>("enrollmentId", "those of this enrollment"),
                query::<CampaignId>("campaignId", "those of this campaign"),
            ])
            .lists::<Link>(),
        call("GET /links/{id}").gives::<Link>(200),
        call("PATCH /links/{id}").takes::<links::Changes>(&json!({"to": "/products/y"})).gives::<Link>(200),
        call("GET /links/{id}/qr.svg").gives_file("image/svg+xml"),
    ]
}
