//! The ledger, payouts, rates.

use std::collections::BTreeMap;

use tributary_domain::ids::{ConversionId, CreatorId, PayoutId};
use tributary_domain::payout::Status;
use tributary_domain::{Currency, Day, Money, Timestamp};
use utoipa::ToSchema;

/// What a creator has coming, by currency.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Balances {
    balances: Vec<Balance>,
}

/// What a creator has coming in a currency.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Balance {
    currency: Currency,
    /// The sum of the ledger's lines; it may be negative.
    due: Money,
    /// It waits for a hold to end, for a person or for the shop's money.
    pending: Money,
    paid: Money,
}

/// What a ledger's line is.
#[derive(ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LedgerKind {
    Accrual,
    Adjustment,
    Reversal,
    Payout,
}

/// A line of the ledger.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LedgerLine {
    #[schema(pattern = "^ldg_[0-9]+$")]
    id: String,
    creator_id: Option<CreatorId>,
    conversion_id: Option<ConversionId>,
    kind: LedgerKind,
    amount: Money,
    at: Timestamp,
    reason: String,
    /// `root`, a key's id, or who of the application.
    actor: String,
}

/// A creator's month.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Statement {
    creator_id: CreatorId,
    first_name: Option<String>,
    last_name: Option<String>,
    /// The first day.
    from: Day,
    /// The first day after it.
    before: Day,
    statements: Vec<CurrencyStatement>,
}

/// A creator's month in a currency.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CurrencyStatement {
    currency: Currency,
    opening: Money,
    earned: Money,
    paid: Money,
    closing: Money,
    lines: Vec<LedgerLine>,
}

/// Whether the ledger is as it was written.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LedgerProof {
    valid: bool,
    lines: u64,
    first_broken: Option<String>,
}

/// A batch of payments.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Payout {
    id: PayoutId,
    currency: Currency,
    minimum: Money,
    status: Status,
    total: Money,
    created_at: Timestamp,
    lines: Vec<PayoutLine>,
}

/// Nobody is due as much, and no batch was made.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NoPayout {
    /// Always null.
    id: Option<PayoutId>,
    currency: Currency,
    minimum: Money,
    total: Money,
    /// Always empty.
    lines: Vec<PayoutLine>,
}

/// A payment to a creator.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PayoutLine {
    creator_id: CreatorId,
    creator_name: Option<String>,
    amount: Money,
    status: Status,
    /// The payment's reference.
    reference: Option<String>,
    /// Why it failed.
    reason: Option<String>,
    updated_at: Timestamp,
}

/// Where payments go, or come from.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MaskedAccount {
    holder: Option<String>,
    /// The account's number, masked.
    iban: Option<String>,
    bic: Option<String>,
    paypal: Option<String>,
}

/// A day's exchange rates.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RatesOfDay {
    date: Day,
    base: Currency,
    /// What one unit of the base is worth, a decimal by currency.
    rates: BTreeMap<String, String>,
}

/// Exchange rates that were taken in.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StatedRates {
    base: Option<Currency>,
    from: Option<Day>,
    to: Option<Day>,
    days: u64,
    rates: u64,
}
