//! What the calls about codes take and answer.

use serde_json::json;
use tributary_domain::code::CodeStatus;
use tributary_domain::ids::{CampaignId, PlanId};
use tributary_web::rest::bodies::{
    CodeCompromise, CodeIds, CodePreview, CodeRetry, CodeRollout, NewCodeText,
};

use super::answers::{Code, CodesRun, Drift, Enrollment, Leak, LeakedCode, PreviewedCode};
use super::described::{Described, call, needed, query};

pub(super) fn all() -> Vec<Described> {
    let some = json!({"codeIds": ["cod_..."]});
    vec![
        call("POST /codes/preview")
            .takes::<CodePreview>(&json!({"planId": "pln_...", "creatorIds": ["crt_..."]}))
            .gives_all::<PreviewedCode>(200),
        call("GET /codes")
            .reads([
                query::<PlanId>("planId", "those of this plan"),
                query::<CampaignId>("campaignId", "those of this campaign"),
                query::<CodeStatus>("status", "those that are so"),
                query::<bool>("replaced", "whether older ones are shown too"),
            ])
            .lists::<Code>(),
        call("POST /codes/retry").takes::<CodeRetry>(&json!({"planId": "pln_..."})).gives_all::<Code>(200),
        call("POST /codes/run").gives::<CodesRun>(200),
        call("POST /codes/disable").takes::<CodeIds>(&some).gives_all::<Code>(202),
        call("POST /codes/enable").takes::<CodeIds>(&some).gives_all::<Code>(202),
        call("POST /codes/rollout")
            .takes::<CodeRollout>(&json!({"planId": "pln_..."}))
            .gives_all::<Code>(202),
        call("POST /codes/import")
            .reads([needed::<CampaignId>("campaignId", "the campaign that they are of")])
            .takes_file("text/csv", "creatorId,code\ncrt_...,SUMMER21\n")
            .gives_all::<Code>(202),
        call("GET /stores/{id}/drift").gives::<Drift>(200),
        call("POST /stores/{id}/drift").gives::<Drift>(200),
        call("POST /codes/repair").takes::<CodeIds>(&some).gives_all::<Code>(202),
        call("POST /codes/{id}/rename")
            .takes::<NewCodeText>(&json!({"text": "JOSE-SPRING"}))
            .gives::<Code>(200)
            .gives::<Code>(202),
        call("POST /codes/{id}/compromise")
            .takes::<CodeCompromise>(&json!({"since": "2026-11-01T00:00:00Z"}))
            .gives::<LeakedCode>(200),
        call("GET /codes/{id}/leak").gives::<Leak>(200),
        call("PUT /campaigns/{id}/code")
            .takes::<NewCodeText>(&json!({"text": "SPRING"}))
            .gives::<Enrollment>(200),
        call("PUT /enrollments/{id}/code")
            .takes::<NewCodeText>(&json!({"text": "JOSE-VIP"}))
            .gives::<Enrollment>(200),
    ]
}
