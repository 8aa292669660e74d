//! Every call of the API, one line each.

use tributary_web::rest::Route;
use tributary_web::route;

use crate::{
    audit, campaigns, conversions, creators, enrollments, exports, health, imports, keys, ledger, links,
    orders, payouts, plans, rates, replays, reports, settings, stores, webhook_endpoints,
};

/// The table of the calls.
pub fn all() -> Vec<Route> {
    let mut routes = setting_up();
    routes.extend(seeing_and_deciding());
    routes
}

fn setting_up() -> Vec<Route> {
    vec![
        route!(Get "/health", Open, "Whether it runs, and its versions", health::get),
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
        route!(Get "/stores/{id}/self-test", Read, "Which step of connecting a store is missing", stores::self_test),
        route!(Post "/creators", Write, "Add a creator", creators::create),
        route!(Get "/creators", Read, "The creators; ?tag=, ?q=, ?planId=, ?codeStatus=", creators::list),
        route!(Get "/creators/{id}", Read, "One creator", creators::get),
        route!(Patch "/creators/{id}", Write, "Change a creator", creators::update),
        route!(Delete "/creators/{id}", Write, "Hide a creator; their sales stay", creators::delete),
        route!(Post "/creators/{id}/page", Write, "Make the private link of a creator's own page; it is shown once", creators::put_page),
        route!(Delete "/creators/{id}/page", Write, "End the private link of a creator's page", creators::delete_page),
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
        route!(Get "/enrollments/{id}", Read, "One enrollment, with its older codes", enrollments::get),
        route!(Patch "/enrollments/{id}", Write, "Give a creator a commission of their own, or null for the plan's", enrollments::update),
        route!(Post "/links", Write, "Make a link", links::create),
        route!(Get "/links", Read, "The links; ?enrollmentId=, ?campaignId=", links::list),
        route!(Get "/links/{id}", Read, "One link", links::get),
        route!(Patch "/links/{id}", Write, "Change a link", links::update),
        route!(Get "/links/{id}/qr.svg", Read, "A link's QR code", links::qr),
    ]
}

fn seeing_and_deciding() -> Vec<Route> {
    vec![
        route!(Get "/orders", Read, "Orders, the newest first; ?sort=oldest", orders::list),
        route!(Get "/orders/{id}", Read, "One order", orders::get),
        route!(Get "/orders/{id}/attribution", Read, "Why an order is credited as it is", orders::attribution),
        route!(Get "/conversions", Read, "Conversions, the newest first; ?sort=oldest", conversions::list),
        route!(Post "/conversions/bulk", Write, "Approve, reject or undo many conversions at once", conversions::bulk),
        route!(Get "/conversions/{id}", Read, "One conversion", conversions::get),
        route!(Post "/conversions/{id}/reject", Write, "Take a conversion out of its creator's total", conversions::reject),
        route!(Post "/conversions/{id}/approve", Write, "Approve a conversion that waits", conversions::approve),
        route!(Post "/conversions/{id}/undo", Write, "Take a verdict away", conversions::undo),
        route!(Get "/campaigns/{id}/performance", Read, "A campaign's figures, creators and conversions", reports::performance),
        route!(Get "/summary", Read, "The account's figures over a time range", reports::summary),
        route!(Get "/clicks", Read, "Clicks by day; ?campaignId=, ?creatorId=, ?linkId=", reports::clicks),
        route!(Get "/exports/conversions.csv", Read, "Conversions for a spreadsheet", exports::csv),
        route!(Get "/exports/conversions.ndjson", Read, "Conversions for a program", exports::ndjson),
        route!(Get "/creators/{id}/balance", Read, "What a creator has coming", ledger::balance),
        route!(Get "/creators/{id}/statement", Read, "A creator's month: earned, paid, due; ?month=2026-10", ledger::statement),
        route!(Get "/ledger", Read, "The ledger's lines, the newest first", ledger::list),
        route!(Get "/ledger/verify", Read, "Prove that no line was altered", ledger::verify),
        route!(Post "/replays", Write, "Decide history anew, as a dry run or applied", replays::create),
        route!(Post "/payouts", Write, "Make a batch of what creators are due", payouts::create),
        route!(Get "/payouts", Read, "The payouts, the newest first; ?sort=oldest", payouts::list),
        route!(Put "/payouts/payer", Admin, "The brand's own account, for payment files", payouts::put_payer),
        route!(Get "/payouts/payer", Read, "The brand's own account, its number masked", payouts::get_payer),
        route!(Get "/payouts/{id}.csv", Admin, "A payout as a file; ?format=csv, paypal, wise, sepa", payouts::file),
        route!(Get "/payouts/{id}", Read, "One payout", payouts::get),
        route!(Post "/payouts/{id}/paid", Write, "Say that payments were made", payouts::paid),
        route!(Post "/payouts/{id}/failed", Write, "Say that payments did not arrive", payouts::failed),
        route!(Put "/creators/{id}/payout-account", Write, "Where a creator's payments go", payouts::put_creators),
        route!(Get "/creators/{id}/payout-account", Read, "Where they go, the number masked", payouts::get_creators),
        route!(Put "/rates", Write, "A day's exchange rates", rates::put),
        route!(Get "/rates", Read, "The exchange rates, the newest day first", rates::list),
        route!(Post "/rates/ecb", Write, "Exchange rates: the European Central Bank's XML file", rates::ecb),
        route!(Post "/rates/csv", Write, "Exchange rates: a table of days and currencies; ?base=", rates::csv),
        route!(Post "/imports/clicks", Write, "Daily clicks from another platform", imports::clicks),
        route!(Post "/webhook-endpoints", Admin, "Have webhooks sent somewhere; the secret is shown once", webhook_endpoints::create),
        route!(Get "/webhook-endpoints", Read, "Where webhooks are sent", webhook_endpoints::list),
        route!(Get "/webhook-endpoints/{id}", Read, "One webhook endpoint", webhook_endpoints::get),
        route!(Patch "/webhook-endpoints/{id}", Admin, "Change a webhook endpoint, or switch it on or off", webhook_endpoints::update),
        route!(Delete "/webhook-endpoints/{id}", Admin, "Send nothing there any more", webhook_endpoints::delete),
        route!(Post "/webhook-endpoints/{id}/rotate-secret", Admin, "A new secret; the old one signs too for a day", webhook_endpoints::rotate),
        route!(Get "/webhook-endpoints/{id}/messages", Read, "What was sent to an endpoint, and what waits", webhook_endpoints::messages),
        route!(Get "/audit", Read, "Who changed what, when and why", audit::list),
    ]
}
