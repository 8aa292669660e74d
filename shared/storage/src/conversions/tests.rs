use futures::executor::block_on;
use tributary_domain::conversion::{Approval, Verdict};
use tributary_domain::ids::{CampaignId, CreatorId};
use tributary_domain::order::{OrderFacts, Status};
use tributary_domain::{Money, Timestamp};

use super::{Conversion, Filter, Position, by_id, list};
use crate::native::NativeSql;
use crate::orders::tests::{CAMPAIGN, deliver, furnished, judge, paid, placed, refund};

fn placed_at(second: i64, code: &str) -> OrderFacts {
    let mut facts = placed(10_000, &[code]).merge(paid());
    facts.snapshot.as_mut().unwrap().placed_at = Timestamp::from_seconds(second);
    facts
}

fn numbers(sql: &NativeSql, filter: &Filter) -> usize {
    block_on(list(sql, filter, None, 100)).unwrap().len()
}

// R60
#[test]
fn every_page_goes_on_where_the_last_one_ended_also_within_one_moment() {
    let sql = furnished("{}");
    for order in 0..7 {
        deliver(&sql, &order.to_string(), placed_at(1_000 + order / 3, "ANNA10"));
    }
    let (mut seen, mut after) = (Vec::new(), None::<Position>);
    loop {
        let page = block_on(list(&sql, &Filter::default(), after.as_ref(), 2)).unwrap();
        let Some(last) = page.last() else { break };
        after = Position::parse(&last.position().to_key());
        seen.extend(page.iter().map(|row| (row.placed_at, row.order.clone())));
    }
    assert_eq!(seen.len(), 7);
    assert!(seen.is_sorted_by(|a, b| a > b), "{seen:?}");
    assert_eq!(Position::parse("nonsense"), None);
}

// R60
#[test]
fn filters_are_combined() {
    let sql = furnished("{}");
    deliver(&sql, "1", placed_at(1_000, "ANNA10"));
    deliver(&sql, "2", placed_at(2_000, "ANNA10"));
    deliver(&sql, "3", placed_at(3_000, "BOB10"));
    deliver(&sql, "4", placed_at(4_000, "NOBODY"));
    deliver(&sql, "2", refund("r1", 10_000));
    judge(&sql, "3", Some(Verdict::Rejected));
    let all = Filter::default();
    let creator = Some(CreatorId::parse("crt_0000000000000000000000000A").unwrap());
    let campaign = Some(CampaignId::parse(CAMPAIGN).unwrap());
    let from = Some(Timestamp::from_seconds(2_000));
    let one = block_on(list(&sql, &all, None, 1)).unwrap().remove(0).order;
    for (filter, expected) in [
        (all.clone(), 3),
        (Filter { creator: creator.clone(), campaign: campaign.clone(), ..all.clone() }, 2),
        (Filter { creator, status: Some(Status::Refunded), ..all.clone() }, 1),
        (Filter { campaign: campaign.clone(), approval: Some(Approval::Rejected), ..all.clone() }, 1),
        (Filter { approval: Some(Approval::Pending), ..all.clone() }, 0),
        (Filter { campaign, from, ..all.clone() }, 2),
        (Filter { before: from, ..all.clone() }, 1),
        (Filter { from, before: from, ..all.clone() }, 0),
        (Filter { orders: Some(vec![one]), ..all.clone() }, 1),
        (Filter { orders: Some(vec![]), ..all.clone() }, 0),
    ] {
        assert_eq!(numbers(&sql, &filter), expected, "{filter:?}");
    }
}

// R33, R52, R60
#[test]
fn a_row_shows_what_still_stands_and_who_it_is_by() {
    let sql = furnished("{}");
    let order = deliver(&sql, "1", placed_at(1_000, "ANNA10"));
    let read = || -> Conversion {
        let id = (&order.id).into();
        block_on(by_id(&sql, &id)).unwrap().unwrap()
    };
    let money = |amount| Money::new(amount, order.net.currency);
    let row = read();
    assert_eq!((row.creator_name.as_deref(), row.campaign_name.as_deref()), (Some("A"), Some("Spring")));
    assert_eq!(
        (row.value, row.commission, row.code_text.as_deref()),
        (money(10_000), money(1_000), Some("ANNA10"))
    );
    judge(&sql, "1", Some(Verdict::Rejected));
    let row = read();
    assert_eq!((row.value, row.commission, row.approval), (money(10_000), money(0), Approval::Rejected));
    judge(&sql, "1", None);
    let row = deliver(&sql, "1", refund("r1", 10_000));
    assert_eq!((read().value, read().commission, read().status), (money(0), money(0), Status::Refunded));
    assert_eq!(read().after(&row), read());
}
