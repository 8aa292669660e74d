use std::collections::BTreeMap;

use tributary_domain::{Money, Timestamp};
use tributary_platforms::amazon::Line;
use tributary_storage::aggregates::{self, Aggregate};
use tributary_storage::sql::Statement;
use tributary_storage::stores::Store;

/// Restates lines. Where one stands twice, the later one is meant.
pub(super) fn restated(store: &Store, lines: Vec<Line>, now: Timestamp) -> Vec<Statement> {
    let mut by_key = BTreeMap::new();
    for line in lines {
        let line = aggregate(line, store);
        let names = [&line.campaign, &line.ad_group, &line.creative, &line.publisher].map(Clone::clone);
        by_key.insert((line.day, names), line);
    }
    let lines: Vec<Aggregate> = by_key.into_values().collect();
    aggregates::restate(&store.id, &lines, now)
}

fn aggregate(line: Line, store: &Store) -> Aggregate {
    let figures = line.figures;
    Aggregate {
        day: line.day,
        campaign: line.campaign,
        ad_group: line.ad_group,
        creative: line.creative,
        publisher: line.publisher,
        clicks: figures.clicks,
        detail_page_views: figures.detail_page_views,
        add_to_carts: figures.add_to_carts,
        purchases: figures.purchases,
        units: figures.units,
        sales: Money::new(figures.sales, store.currency),
        bonus: Money::new(figures.bonus, store.currency),
    }
}
