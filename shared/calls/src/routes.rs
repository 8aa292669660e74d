//! Every call of the API, one line each.

use tributary_web::rest::Route;
use tributary_web::route;

use crate::{
    audit, campaigns, conversions, creators, exports, health, imports, keys, ledger, links, openapi, orders,
    plans, reports, settings, stores,
};

/// The table of the calls.
pub fn all() -> Vec<Route> {
    vec![
        route!(Get "/health", Open, "Whether it runs, and its versions", health::get),
        route!(Get "/openapi.json", Open, "This API's OpenAPI document", openapi::get),
        route!(Get "/settings", Read, "The account's settings", settings::get),
        route!(Put "/settings", Admin, "Replace the account's settings", settings::put),
        route!(Post "/keys", Admin, "Make an API key; its text is shown once", keys::create),
        route!(Get "/keys", Admin, "The live API keys", keys::list),
        route!(Delete "/keys/{id}", Admin, "End an API key", keys::delete),
        route!(Post "/stores", Admin, "Connect a store", stores::create),
        route!(Get "/stores", Read, "The connected stores", stores::list),
        route!(Get "/stores/{id}", Read, "One store", stores::get),
        route!(Patch "/stores/{id}", Admin, "Change a store", stores::update),
        route!(Get "/stores/{id}/capabilities", Read, "What a store's platform supports", stores::capabilities),
        route!(Post "/creators", Write, "Add a creator", creators::create),
        route!(Get "/creators", Read, "The creators; ?tag=, ?q=", creators::list),
        route!(Get "/creators/{id}", Read, "One creator", creators::get),
        route!(Patch "/creators/{id}", Write, "Change a creator", creators::update),
        route!(Delete "/creators/{id}", Write, "Hide a creator; their sales stay", creators::delete),
        route!(Post "/plans", Write, "Make a tracking plan", plans::create),
        route!(Get "/plans", Read, "The plans; ?storeId=", plans::list),
        route!(Get "/plans/{id}", Read, "One plan, its newest version", plans::get),
        route!(Put "/plans/{id}", Write, "Make a plan's next version", plans::put),
        route!(Get "/plans/{id}/versions", Read, "A plan's versions", plans::versions),
        route!(Post "/plans/{id}/deactivate", Write, "Take a plan out of use", plans::deactivate),
        route!(Post "/campaigns", Write, "Make a campaign", campaigns::create),
        route!(Get "/campaigns", Read, "The campaigns; ?status=", campaigns::list),
        route!(Get "/campaigns/{id}", Read, "One campaign", campaigns::get),
        route!(Patch "/campaigns/{id}", Write, "Change a campaign", campaigns::update),
        route!(Post "/links", Write, "Make a link", links::create),
        route!(Get "/links", Read, "The links; ?enrollmentId=, ?campaignId=", links::list),
        route!(Get "/links/{id}", Read, "One link", links::get),
        route!(Patch "/links/{id}", Write, "Change a link", links::update),
        route!(Get "/links/{id}/qr.svg", Read, "A link's QR code", links::qr),
        route!(Get "/orders", Read, "Orders, the newest first", orders::list),
        route!(Get "/orders/{id}", Read, "One order", orders::get),
        route!(Get "/orders/{id}/attribution", Read, "Why an order is credited as it is", orders::attribution),
        route!(Get "/conversions", Read, "Conversions, the newest first", conversions::list),
        route!(Get "/conversions/{id}", Read, "One conversion", conversions::get),
        route!(Post "/conversions/{id}/reject", Write, "Take a conversion out of its creator's total", conversions::reject),
        route!(Post "/conversions/{id}/approve", Write, "Approve a conversion that waits", conversions::approve),
        route!(Post "/conversions/{id}/undo", Write, "Take a verdict away", conversions::undo),
        route!(Get "/campaigns/{id}/performance", Read, "A campaign's figures, creators and conversions", reports::performance),
        route!(Get "/summary", Read, "The account's figures over a time range", reports::summary),
        route!(Get "/exports/conversions.csv", Read, "Conversions for a spreadsheet", exports::csv),
        route!(Get "/exports/conversions.ndjson", Read, "Conversions for a program", exports::ndjson),
        route!(Get "/creators/{id}/balance", Read, "What a creator has coming", ledger::balance),
        route!(Get "/ledger", Read, "The ledger's lines, the newest first", ledger::list),
        route!(Get "/ledger/verify", Read, "Prove that no line was altered", ledger::verify),
        route!(Post "/imports/clicks", Write, "Daily clicks from another platform", imports::clicks),
        route!(Get "/audit", Read, "Who changed what, when and why", audit::list),
    ]
}
