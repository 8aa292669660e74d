//! What the calls about the ledger, payouts and rates take and answer.

use serde_json::json;
use tributary_domain::ids::CreatorId;
use tributary_domain::payout::Account;
use tributary_domain::{Currency, Day};

use super::answers::{
    Balances, LedgerLine, LedgerProof, MaskedAccount, NoPayout, Payout, RatesOfDay, StatedRates, Statement,
};
use super::described::{Described, call, one_of, query, sort};
use crate::{payouts, rates};

const ECB: &str = r#"<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref"><Cube><Cube time="2026-11-20"><Cube currency="USD" rate="1.0837"/></Cube></Cube></gesmes:Envelope>"#;

pub(super) fn all() -> Vec<Described> {
    [ledger(), payouts(), rates()].into_iter().flatten().collect()
}

fn ledger() -> Vec<Described> {
    vec![
        call("GET /creators/{id}/balance").gives::<Balances>(200),
        call("GET /creators/{id}/statement")
            .reads([query::<String>("month", "such as `2026-10`; this month where it is absent")])
            .gives::<Statement>(200),
        call("GET /ledger")
            .reads([query::<CreatorId>("creatorId", "those of this creator")])
            .lists::<LedgerLine>(),
        call("GET /ledger/verify").gives::<LedgerProof>(200),
    ]
}

fn payouts() -> Vec<Described> {
    let account = json!({"holder": "Tour GmbH", "iban": "DE89370400440532013000", "bic": "COBADEFFXXX"});
    vec![
        call("POST /payouts")
            .takes::<payouts::Sent>(
                &json!({"currency": "EUR", "minimum": {"amount": 1000, "currency": "EUR"}}),
            )
            .gives::<Payout>(201)
            .gives::<NoPayout>(200),
        call("GET /payouts").reads([sort()]).lists::<Payout>(),
        call("GET /payouts/{id}").gives::<Payout>(200),
        call("GET /payouts/{id}.csv")
            .reads([
                one_of("format", &["csv", "paypal", "wise", "sepa"], "who is to read it"),
                query::<Day>("on", "the day of execution, for `sepa`"),
            ])
            .gives_file("text/csv")
            .gives_file("application/xml"),
        call("POST /payouts/{id}/paid")
            .takes::<payouts::Paid>(&json!({"reference": "batch 7"}))
            .gives::<Payout>(200),
        call("POST /payouts/{id}/failed")
            .takes::<payouts::Failed>(&json!({"reason": "account closed"}))
            .gives::<Payout>(200),
        call("PUT /payouts/payer").takes::<Account>(&account).gives::<MaskedAccount>(200),
        call("GET /payouts/payer").gives::<MaskedAccount>(200),
    ]
}

fn rates() -> Vec<Described> {
    vec![
        call("PUT /rates")
            .takes::<rates::Sent>(&json!({"date": "2026-11-20", "base": "EUR", "rates": {"USD": "1.0837"}}))
            .gives::<RatesOfDay>(200),
        call("GET /rates").lists::<RatesOfDay>(),
        call("POST /rates/ecb").takes_file("application/xml", ECB).gives::<StatedRates>(200),
        call("POST /rates/csv")
            .reads([query::<Currency>("base", "EUR where it is absent")])
            .takes_file("text/csv", "Date,USD,JPY\n2026-11-20,1.0837,163.45\n")
            .gives::<StatedRates>(200),
    ]
}
