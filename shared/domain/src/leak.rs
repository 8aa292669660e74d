//! How likely it is that a code leaked to coupon sites (R46): a score from 0 to 100 that explains itself.

/// What is seen of a code in the days that count, and in as many days before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Figures {
    /// Orders that the code earned.
    pub orders: i64,
    /// Those of them whose buyer clicked no link of the creator.
    pub without_click: i64,
    /// Orders that the code earned in as many days before.
    pub orders_before: i64,
    /// Clicks on the creator's links.
    pub clicks: i64,
    /// Clicks in as many days before.
    pub clicks_before: i64,
}

/// The days that count.
pub const DAYS: i64 = 30;
/// Of fewer orders nothing can be told.
const FEWEST_ORDERS: i64 = 5;
const MOST_FOR_NO_CLICK: i64 = 40;
const MOST_FOR_SURGE: i64 = 30;
const MOST_FOR_QUIET_LINKS: i64 = 30;

/// What a figure adds to the score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// A stable word for it.
    pub name: &'static str,
    /// What it adds.
    pub points: i64,
    /// The most that it can add.
    pub of: i64,
}

/// The parts of a score, which is their sum. Each is zero where there are too few orders to tell.
pub fn parts(figures: &Figures) -> [Part; 3] {
    let share = |part: i64, whole: i64, most: i64| {
        if figures.orders < FEWEST_ORDERS || whole <= 0 { 0 } else { (part.clamp(0, whole) * most) / whole }
    };
    // Orders beyond what there were before, and more of them than clicks can explain.
    let more = figures.orders - figures.orders_before;
    let clicks_lost = figures.clicks_before - figures.clicks;
    let quiet_links = match (figures.clicks, figures.clicks_before) {
        (0, 0) => share(1, 1, MOST_FOR_QUIET_LINKS),
        (_, before) => share(clicks_lost, before, MOST_FOR_QUIET_LINKS),
    };
    [
        Part {
            name: "orders_without_click",
            points: share(figures.without_click, figures.orders, MOST_FOR_NO_CLICK),
            of: MOST_FOR_NO_CLICK,
        },
        Part { name: "more_orders", points: share(more, figures.orders, MOST_FOR_SURGE), of: MOST_FOR_SURGE },
        Part { name: "quiet_links", points: quiet_links, of: MOST_FOR_QUIET_LINKS },
    ]
}

/// The score, from 0 to 100.
pub fn score(figures: &Figures) -> i64 {
    parts(figures).iter().map(|part| part.points).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn points(
        orders: i64,
        without_click: i64,
        orders_before: i64,
        clicks: i64,
        clicks_before: i64,
    ) -> Vec<i64> {
        let figures = Figures { orders, without_click, orders_before, clicks, clicks_before };
        parts(&figures).iter().map(|part| part.points).collect()
    }

    // R46
    #[test]
    fn a_score_is_the_sum_of_what_was_seen() {
        assert_eq!(points(100, 0, 100, 500, 500), [0, 0, 0], "as ever");
        assert_eq!(points(100, 100, 0, 0, 500), [40, 30, 30], "orders without clicks, all of a sudden");
        assert_eq!(points(100, 50, 75, 250, 500), [20, 7, 15]);
        assert_eq!(points(100, 100, 100, 0, 0), [40, 0, 30], "a creator who never had a click");
        assert_eq!(points(4, 4, 0, 0, 9), [0, 0, 0], "too few to tell");
    }

    proptest! {
        // R46
        #[test]
        fn a_score_lies_between_0_and_100(
            orders in 0..1_000_i64, without in 0..1_000_i64, before in 0..1_000_i64, clicks in 0..1_000_i64, clicks_before in 0..1_000_i64
        ) {
            let figures = Figures { orders, without_click: without.min(orders), orders_before: before, clicks, clicks_before };
            prop_assert!((0..=100).contains(&score(&figures)));
        }
    }
}
