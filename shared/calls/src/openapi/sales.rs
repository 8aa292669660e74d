//! What the calls about orders, conversions, figures and stores take and answer.

use serde_json::{Value, json};
use tributary_domain::conversion::Approval;
use tributary_domain::ids::{CampaignId, CreatorId, LinkId, PlanId};
use tributary_domain::order::Status;
use tributary_storage::audit::Kept;
use tributary_web::rest::bodies::{AggregatesFetch, AggregatesTags, Buyer, Reconciliation};

use super::answers::{
    AccountSummary, Aggregates, AggregatesFetched, AggregatesTagged, AggregatesUploaded, Attribution,
    BuyerErased, BuyerExport, ClicksByDay, Conversion, Delivery, DeliveryOutcome, ImportedClicks,
    JudgedConversions, Order, Performance, ReconcileRun, Reconciled, Replay,
};
use super::described::{Described, call, one_of, query, range, sort};
use crate::{conversions, imports, replays};

pub(super) fn all() -> Vec<Described> {
    [seeing(), deciding(), stores()].into_iter().flatten().collect()
}

/// The filters of conversions.
fn filters() -> Vec<Value> {
    let filters = [
        query::<CampaignId>("campaignId", "those of this campaign"),
        query::<CreatorId>("creatorId", "those of this creator"),
        query::<PlanId>("planId", "those of this plan"),
        query::<Status>("status", "those whose order is so"),
        query::<Approval>("approval", "those that are so"),
        sort(),
    ];
    filters.into_iter().chain(range()).collect()
}

fn seeing() -> Vec<Described> {
    let chosen = || query::<String>("ids", "up to 1,000 conversions, with commas between");
    vec![
        call("GET /orders").reads([sort()]).lists::<Order>(),
        call("GET /orders/{id}").gives::<Order>(200),
        call("GET /orders/{id}/attribution").gives::<Attribution>(200),
        call("GET /conversions").reads(filters()).reads([chosen()]).lists::<Conversion>(),
        call("GET /conversions/{id}").gives::<Conversion>(200),
        call("GET /campaigns/{id}/performance").reads(filters()).paged().gives::<Performance>(200),
        call("GET /summary").reads(range()).gives::<AccountSummary>(200),
        call("GET /clicks")
            .reads(range())
            .reads([
                query::<CampaignId>("campaignId", "on the links of this campaign"),
                query::<CreatorId>("creatorId", "on the links of this creator"),
                query::<LinkId>("linkId", "on this link"),
            ])
            .gives::<ClicksByDay>(200),
        call("GET /exports/conversions.csv")
            .reads(filters())
            .reads([
                chosen(),
                one_of("for", &["spreadsheet", "program"], "a spreadsheet opens it right by a click"),
            ])
            .gives_file("text/csv"),
        call("GET /exports/conversions.ndjson")
            .reads(filters())
            .reads([chosen()])
            .gives_file("application/x-ndjson"),
        call("GET /audit").reads(range()).reads([query::<String>("actor", "what they did")]).lists::<Kept>(),
    ]
}

fn deciding() -> Vec<Described> {
    let why = json!({"reason": "the buyer is the creator"});
    vec![
        call("POST /conversions/bulk")
            .takes::<conversions::Sent>(&json!({"act": "approve", "ids": ["cnv_..."]}))
            .gives::<JudgedConversions>(200),
        call("POST /conversions/{id}/reject").takes::<conversions::Act>(&why).gives::<Conversion>(200),
        call("POST /conversions/{id}/approve").may_take::<conversions::Act>(&why).gives::<Conversion>(200),
        call("POST /conversions/{id}/undo").may_take::<conversions::Act>(&why).gives::<Conversion>(200),
        call("POST /replays")
            .takes::<replays::Sent>(&json!({"from": "2026-10-01", "to": "2026-10-31", "planId": "pln_...",
                "proposed": {"attribution": {"rule": "link_first"}}, "apply": false}))
            .gives::<Replay>(200),
        call("POST /imports/clicks")
            .takes::<imports::Import>(
                &json!({"linkId": "lnk_...", "days": [{"date": "2026-10-20", "clicks": 81, "uniqueClicks": 66}]}),
            )
            .gives::<ImportedClicks>(200),
    ]
}

fn stores() -> Vec<Described> {
    vec![
        call("GET /deliveries")
            .reads([query::<DeliveryOutcome>("outcome", "those of which this became")])
            .lists::<Delivery>(),
        call("POST /deliveries/{id}/retry").gives::<Delivery>(200),
        call("POST /stores/{id}/reconcile")
            .takes::<Reconciliation>(&json!({"from": "2026-11-01", "to": "2026-11-20"}))
            .gives::<Reconciled>(200),
        call("POST /reconcile/run").gives::<ReconcileRun>(200),
        call("POST /privacy/export")
            .takes::<Buyer>(&json!({"email": "shopper@mail.example"}))
            .gives::<BuyerExport>(200),
        call("POST /privacy/erase")
            .takes::<Buyer>(&json!({"email": "shopper@mail.example"}))
            .gives::<BuyerErased>(200),
        call("GET /stores/{id}/aggregates").reads(range()).paged().gives::<Aggregates>(200),
        call("POST /stores/{id}/aggregates")
            .takes_file(
                "text/csv",
                "date,campaignId,adGroupId,creativeId,Click-throughs,totalPurchases14d,totalSales14d\n",
            )
            .gives::<AggregatesUploaded>(200),
        call("POST /stores/{id}/aggregates/fetch")
            .takes::<AggregatesFetch>(&json!({"from": "2026-11-01", "to": "2026-11-20"}))
            .gives::<AggregatesFetched>(200),
        call("POST /stores/{id}/aggregates/tags")
            .takes::<AggregatesTags>(&json!({"publisher": "Instagram"}))
            .gives::<AggregatesTagged>(200),
    ]
}
