use futures::executor::block_on;
use tributary_domain::click_id::LinkNumber;
use tributary_domain::ids::{CampaignId, CreatorId};
use tributary_domain::order::OrderFacts;
use tributary_domain::rates::{Rate, RateDay};
use tributary_domain::report::Figures;
use tributary_domain::{Currency, Day, Timestamp};

use super::{
    CampaignReport, ClicksOf, Days, MissingRate, Report, account, best_creators, campaign, campaigns,
    clicks_by_day, clicks_by_link, creator_clicks, creator_sales, creators_sales,
};
use crate::imports::{self, ClickDay};
use crate::native::NativeSql;
use crate::orders::tests::{CAMPAIGN, deliver, furnished, paid, placed, refund, run};
use crate::rates;
use crate::sql::{Sql, Statement};

/// The day on which the orders of the tests are placed.
fn day() -> Day {
    Timestamp::from_seconds(1_760_000_000).day()
}

fn euro() -> Currency {
    Currency::parse("EUR").unwrap()
}

fn days() -> Days {
    Days { first: Day::from_number(day().number() - 1), last: day().next() }
}

fn account_of(sql: &NativeSql) -> Report {
    block_on(account(sql, days(), euro())).unwrap()
}

fn campaign_of(sql: &NativeSql) -> CampaignReport {
    block_on(campaign(sql, &CampaignId::parse(CAMPAIGN).unwrap(), days(), euro())).unwrap()
}

fn import(sql: &NativeSql, link: u64, day: Day, clicks: u32, unique_clicks: u32) {
    for statement in imports::put(LinkNumber::new(link).unwrap(), &[ClickDay { day, clicks, unique_clicks }])
    {
        block_on(sql.execute(statement)).unwrap();
    }
}

fn in_currency(code: &str, facts: OrderFacts) -> OrderFacts {
    let mut facts = facts;
    facts.snapshot.as_mut().unwrap().currency = Currency::parse(code).unwrap();
    facts
}

/// Two orders by Anna and one by Bob; ten clicks on Anna's link, of which eight are unique.
fn sold() -> NativeSql {
    let sql = furnished("{}");
    deliver(&sql, "1", placed(10_000, &["ANNA10"]).merge(paid()));
    deliver(&sql, "2", placed(5_000, &["ANNA10"]).merge(paid()));
    deliver(&sql, "3", placed(2_000, &["BOB10"]).merge(paid()));
    import(&sql, 1, day(), 10, 8);
    sql
}

const SOLD: Figures = Figures {
    orders: 3,
    orders_in_currency: 3,
    sales: 17_000,
    commission: 1_700,
    clicks: 10,
    unique_clicks: 8,
};

// R25, R61
#[test]
fn clicks_by_day_and_by_link_add_up_to_every_report() {
    let sql = sold();
    import(&sql, 1, day().next(), 5, 5);
    import(&sql, 2, day(), 3, 1);
    let number = |link: u64| {
        let text = format!("SELECT creator_id, campaign_id FROM links WHERE number = {link}");
        block_on(sql.execute(Statement::new(text))).unwrap().remove(0)
    };
    let creator = CreatorId::parse(&number(1).get::<String>("creator_id").unwrap()).unwrap();
    let campaign = Some(CampaignId::parse(CAMPAIGN).unwrap());
    let sums = |of: &ClicksOf| {
        let days_of = block_on(clicks_by_day(&sql, of, days())).unwrap();
        let by_link = block_on(clicks_by_link(&sql, of, days())).unwrap();
        let by_day: (i64, i64) =
            days_of.iter().fold((0, 0), |sum, line| (sum.0 + line.visits, sum.1 + line.unique));
        let by_link: (i64, i64) =
            by_link.iter().fold((0, 0), |sum, line| (sum.0 + line.clicks, sum.1 + line.unique_clicks));
        (by_day, by_link)
    };
    let told = |figures: Figures| (figures.clicks, figures.unique_clicks);
    assert_eq!(sums(&ClicksOf::default()), (told(account_of(&sql).total), (0, 0)));
    let of_campaign = told(campaign_of(&sql).report.total);
    assert_eq!(
        sums(&ClicksOf { campaign: campaign.clone(), ..ClicksOf::default() }),
        (of_campaign, of_campaign)
    );
    assert_eq!(of_campaign, (18, 14));
    let clicks = block_on(creator_clicks(&sql, &creator, days())).unwrap();
    let clicks = (clicks.clicks, clicks.unique_clicks);
    assert_eq!(sums(&ClicksOf { campaign, creator: Some(creator), link: None }), (clicks, clicks));
}

// R61
#[test]
fn the_accounts_report_sums_what_counts_by_day() {
    let report = account_of(&sold());
    assert_eq!((report.total, report.by_day), (SOLD, vec![(day(), SOLD)]));
    assert_eq!((report.removed, report.missing_rates), (Figures::default(), vec![]));
}

// R61
#[test]
fn days_outside_of_the_range_are_not_counted() {
    let sql = sold();
    import(&sql, 1, Day::from_number(day().number() - 2), 5, 5);
    let before = Day::from_number(day().number() - 1);
    let report = block_on(account(&sql, Days { first: before, last: before }, euro())).unwrap();
    assert_eq!((report.total, report.by_day), (Figures::default(), vec![]));
}

// R60
#[test]
fn a_campaigns_creators_add_up_to_its_total() {
    let CampaignReport { report, members } = campaign_of(&sold());
    assert_eq!(report.total, SOLD);
    let names: Vec<_> = members.iter().map(|member| (member.name.as_deref(), member.figures.sales)).collect();
    assert_eq!(names, [(Some("A"), 15_000), (Some("B"), 2_000)]);
    assert_eq!(members[0].figures.clicks, 10);
    let sum = members.iter().fold(Figures::default(), |sum, member| sum.plus(member.figures));
    assert_eq!(sum, report.total);
}

// R63
#[test]
fn what_creators_brought_adds_up_to_the_account() {
    let sql = sold();
    run(&sql, "UPDATE creators SET deleted_at = 1 WHERE id = 'crt_0000000000000000000000000A'");
    let best = block_on(best_creators(&sql, days(), euro(), 10)).unwrap();
    let lines: Vec<_> = best
        .iter()
        .map(|line| (line.name.as_deref(), line.removed, line.figures.orders, line.figures.sales))
        .collect();
    assert_eq!(lines, [(Some("A"), true, 2, 15_000), (Some("B"), false, 1, 2_000)]);
    assert_eq!(best.iter().map(|line| line.figures.commission).sum::<i64>(), SOLD.commission);
    assert_eq!(block_on(best_creators(&sql, days(), euro(), 1)).unwrap(), best[..1]);
    let ids: Vec<_> = best.iter().filter_map(|line| line.creator.clone()).collect();
    let sold = block_on(creators_sales(&sql, &ids, days())).unwrap();
    for line in &best {
        let own = block_on(creator_sales(&sql, line.creator.as_ref().unwrap(), days())).unwrap();
        assert_eq!(
            (own[0].orders, own[0].sales.amount, own[0].commission.amount),
            (line.figures.orders, line.figures.sales, line.figures.commission)
        );
        assert!(sold.contains(&own[0]) && own.len() == 1);
    }
    let clicks = block_on(creator_clicks(&sql, &ids[0], days())).unwrap();
    assert_eq!((clicks.clicks, clicks.unique_clicks), (10, 8));
    let nobody = block_on(creator_clicks(&sql, &ids[1], days())).unwrap();
    assert_eq!((nobody.clicks, nobody.unique_clicks), (0, 0));
}

// R62
#[test]
fn a_removed_creators_sales_stay_in_every_total_and_are_named_as_such() {
    let sql = sold();
    run(&sql, "UPDATE creators SET deleted_at = 1 WHERE id = 'crt_0000000000000000000000000A'");
    let removed = Figures { clicks: 0, unique_clicks: 0, ..campaign_of(&sql).members[0].figures };
    assert_eq!((removed.orders, removed.sales, removed.commission), (2, 15_000, 1_500));
    let report = account_of(&sql);
    assert_eq!((report.total, report.removed), (SOLD, removed));
    let CampaignReport { report, members } = campaign_of(&sql);
    assert_eq!((report.total, report.removed.sales), (SOLD, 15_000));
    assert_eq!(members.iter().map(|member| member.removed).collect::<Vec<_>>(), [true, false]);
}

// R33, R52
#[test]
fn a_refunded_order_leaves_every_report() {
    let sql = furnished("{}");
    deliver(&sql, "1", placed(10_000, &["ANNA10"]).merge(paid()));
    deliver(&sql, "1", refund("r1", 10_000));
    assert_eq!((account_of(&sql).total, account_of(&sql).by_day), (Figures::default(), vec![]));
    assert_eq!(campaign_of(&sql).report.total, Figures::default());
}

// R55
#[test]
fn amounts_without_a_rate_are_shown_as_missing_and_in_no_sum() {
    let sql = sold();
    deliver(&sql, "4", in_currency("USD", placed(7_000, &["BOB10"])).merge(paid()));
    let report = account_of(&sql);
    assert_eq!(report.total, Figures { orders: 4, ..SOLD });
    let dollar = Currency::parse("USD").unwrap();
    let missing = MissingRate { currency: dollar, orders: 1, sales: 7_000, commission: 700 };
    assert_eq!(report.missing_rates, [missing]);
    assert_eq!(campaign_of(&sql).report.missing_rates, [missing]);
}

fn rate(sql: &NativeSql, day: Day, code: &str, rate: &str) {
    let rates = [(Currency::parse(code).unwrap(), Rate::parse(rate).unwrap())].into();
    block_on(sql.transaction(rates::put(&[RateDay { day, base: euro(), rates }]))).unwrap();
}

// R55
#[test]
fn amounts_are_converted_at_their_days_rate() {
    let sql = sold();
    deliver(&sql, "4", in_currency("USD", placed(7_000, &["BOB10"])).merge(paid()));
    rate(&sql, Day::from_number(day().number() + 1), "USD", "9");
    rate(&sql, Day::from_number(day().number() - 3), "USD", "1.25");
    let report = account_of(&sql);
    let expected =
        Figures { orders: 4, orders_in_currency: 4, sales: 17_000 + 5_600, commission: 1_700 + 560, ..SOLD };
    assert_eq!((report.total, report.missing_rates), (expected, vec![]));
    let CampaignReport { report, members } = campaign_of(&sql);
    assert_eq!((report.total, report.missing_rates), (expected, vec![]));
    assert_eq!(members.iter().map(|member| member.figures.sales).collect::<Vec<_>>(), [15_000, 7_600]);
}

// R55, R62
#[test]
fn converted_amounts_of_creators_sum_up_to_the_campaigns_total_to_the_last_cent() {
    let sql = furnished("{}");
    // 0.5 and 0.5 dollars are 0.17 and 0.17 euros, but a dollar is 0.33.
    deliver(&sql, "1", in_currency("USD", placed(50, &["ANNA10"])).merge(paid()));
    deliver(&sql, "2", in_currency("USD", placed(50, &["BOB10"])).merge(paid()));
    rate(&sql, day(), "USD", "3");
    let CampaignReport { report, members } = campaign_of(&sql);
    assert_eq!((report.total.sales, report.total.commission), (33, 3));
    let sales: Vec<_> = members.iter().map(|member| (member.name.as_deref(), member.figures.sales)).collect();
    assert_eq!(sales, [(Some("A"), 17), (Some("B"), 16)]);
    let sum = members.iter().fold(Figures::default(), |sum, member| sum.plus(member.figures));
    assert_eq!(sum, report.total);
    run(&sql, "UPDATE creators SET deleted_at = 1 WHERE id = 'crt_0000000000000000000000000A'");
    assert_eq!(account_of(&sql).removed.sales, 17);
}

// R8
#[test]
fn what_a_campaigns_own_code_sold_is_a_line_without_a_creator() {
    let sql = furnished("{}");
    run(&sql, "UPDATE enrollments SET creator_id = NULL WHERE id = 'enr_0000000000000000000000000B'");
    deliver(&sql, "5", placed(3_000, &["BOB10"]).merge(paid()));
    let members = campaign_of(&sql).members;
    assert_eq!(
        (&members[0].creator, members[0].figures.sales, members[0].figures.commission),
        (&None, 3_000, 0)
    );
}

// R61
#[test]
fn campaigns_are_listed_with_what_they_brought() {
    let sql = sold();
    run(
        &sql,
        "INSERT INTO campaigns VALUES ('cmp_00000000000000000000000002', 'New', NULL, 'draft', 1, 0, 0)",
    );
    let lines = block_on(campaigns(&sql, days(), None, 10)).unwrap();
    let seen: Vec<_> =
        lines.iter().map(|line| (line.name.as_str(), line.currency.is_some(), line.figures.sales)).collect();
    assert_eq!(seen, [("New", false, 0), ("Spring", true, 17_000)]);
}

// R25, R61
#[test]
fn sending_imported_days_again_restates_them() {
    let sql = sold();
    import(&sql, 1, day(), 4, 3);
    let total = account_of(&sql).total;
    assert_eq!((total.clicks, total.unique_clicks), (4, 3));
    assert_eq!(campaign_of(&sql).report.total.clicks, 4);
    let many: Vec<ClickDay> = (0..3_660)
        .map(|number| ClickDay { day: Day::from_number(number), clicks: 1, unique_clicks: 1 })
        .collect();
    block_on(sql.transaction(imports::put(LinkNumber::new(1).unwrap(), &many))).unwrap();
    let all = Days { first: Day::from_number(0), last: day().next() };
    assert_eq!(block_on(account(&sql, all, euro())).unwrap().total.clicks, 3_664);
}
