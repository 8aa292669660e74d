//! What a time range brought, for the account and for one campaign (R60, R61).
//!
//! Read from daily counts alone, so that the cost grows with the days that are shown and never with orders.
//! What was sold in another currency is converted at its day's rate (R55).

mod account;
mod campaign;
mod clicks;
mod creators;
mod gathered;

use tributary_domain::report::Figures;
use tributary_domain::{Currency, Day};

pub use account::{CampaignLine, account, campaigns};
pub use campaign::{CampaignReport, Heading, Member, campaign, heading};
pub use clicks::{ClicksOf, DayVisits, LinkClicks, clicks_by_day, clicks_by_link};
pub use creators::{
    CreatorClicks, CreatorSales, best_creators, creator_clicks, creator_sales, creators_clicks,
    creators_sales,
};

/// Days in UTC, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    /// The first.
    pub first: Day,
    /// The last.
    pub last: Day,
}

/// Amounts that cannot be shown in the report's currency, because there is no rate for them (R55).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MissingRate {
    /// Their currency.
    pub currency: Currency,
    /// Orders in it. They are among the report's orders, but their amounts are in no sum.
    pub orders: i64,
    /// Their net value.
    pub sales: i64,
    /// Their commission.
    pub commission: i64,
}

/// What a time range brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The currency of its amounts.
    pub currency: Currency,
    /// All of it.
    pub total: Figures,
    /// The same by day, for days on which something happened, the oldest first.
    pub by_day: Vec<(Day, Figures)>,
    /// What removed creators brought of it (R62).
    pub removed: Figures,
    /// What is in no sum of amounts.
    pub missing_rates: Vec<MissingRate>,
}

#[cfg(test)]
mod tests;
