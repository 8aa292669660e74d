//! How fast a shop may be asked: many at once, within what it says that it still takes.

use std::time::Duration;

use tributary_domain::Timestamp;
use tributary_domain::capability::Platform;

use super::Budget;

/// Points are kept in thousandths, so that a millisecond's share of them counts.
const THOUSAND: i64 = 1_000;
/// What a create costs at Shopify, until an answer says so.
const USUAL_COST: u32 = 20;

/// How fast a shop may be asked: by a few at once at first, by one more after each answer, and by half as many where
/// it fails or asks to slow down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pace {
    most: u32,
    at_once: u32,
    in_flight: u32,
    stock: Stock,
    not_before: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stock {
    Unlimited,
    Points { maximum: i64, available: i64, per_second: i64, cost: i64, at: Timestamp },
    Requests { quota: u32, left: u32, resets_at: Timestamp },
}

/// How many requests at once begin with a shop: what it still takes, its first answer says.
const AT_FIRST: u32 = 4;

/// How many requests a platform gets at once. `BigCommerce` takes 40 creates; a self-hosted shop is a few
/// processes of PHP, which its shoppers need too.
const fn most_at_once(platform: Platform) -> u32 {
    match platform {
        Platform::Shopify => 40,
        Platform::Bigcommerce | Platform::Stripe => 20,
        Platform::Woocommerce | Platform::AdobeCommerce => 8,
        Platform::Amazon | Platform::Custom => 1,
    }
}

impl Pace {
    /// A shop of which nothing is known yet.
    pub const fn new(platform: Platform) -> Self {
        let most = most_at_once(platform);
        let at_once = if most < AT_FIRST { most } else { AT_FIRST };
        Self { most, at_once, in_flight: 0, stock: Stock::Unlimited, not_before: None }
    }

    /// A shop that refused us before: one request finds out whether it still does.
    #[must_use]
    pub fn one_at_first(mut self) -> Self {
        self.at_once = 1;
        self
    }

    /// The most requests at once, of all loops together.
    pub const fn most(&self) -> u32 {
        self.most
    }

    /// How many requests may be begun now.
    pub fn room(&self, now: Timestamp) -> u32 {
        if self.not_before.is_some_and(|moment| now < moment) {
            return 0;
        }
        self.at_once.saturating_sub(self.in_flight).min(self.stock.affordable(self.in_flight, now))
    }

    /// When there is room again, as far as time alone gives it.
    pub fn room_at(&self, now: Timestamp) -> Timestamp {
        let stock = self.stock.affordable_at(self.in_flight, now);
        self.not_before.map_or(stock, |moment| moment.max(stock))
    }

    /// A request begins.
    pub fn begin(&mut self) {
        self.in_flight = self.in_flight.saturating_add(1);
    }

    /// A request is over, answered or not.
    pub fn end(&mut self) {
        self.in_flight = self.in_flight.saturating_sub(1);
    }

    /// The shop answered, and said what it still takes.
    pub fn learn(&mut self, budget: Budget, now: Timestamp) {
        let stock = match budget {
            Budget::Unknown => return,
            Budget::Points { maximum, available, per_second, requested } => Stock::Points {
                maximum: i64::from(maximum) * THOUSAND,
                available: i64::from(available) * THOUSAND,
                per_second: i64::from(per_second),
                cost: i64::from(if requested == 0 { USUAL_COST } else { requested }) * THOUSAND,
                at: now,
            },
            Budget::Requests { quota, left, reset } => {
                Stock::Requests { quota, left, resets_at: now.plus_millis(millis(reset)) }
            }
        };
        self.stock = stock;
    }

    /// The shop did what it was asked for.
    pub fn succeed(&mut self) {
        self.at_once = self.at_once.saturating_add(1).min(self.most);
    }

    /// The shop failed, or did not answer.
    pub fn fail(&mut self) {
        self.at_once = (self.at_once / 2).max(1);
    }

    /// The shop wants us to wait so long; where it does not say, as long as its limit takes, or else `otherwise`.
    /// Gives the moment until when.
    pub fn slow_down(&mut self, wait: Option<Duration>, otherwise: Duration, now: Timestamp) -> Timestamp {
        let until = match (wait, self.stock) {
            (Some(wait), _) => now.plus_millis(millis(wait)),
            (None, Stock::Unlimited) => {
                self.fail();
                now.plus_millis(millis(otherwise))
            }
            // The bucket may be at fault by what others took, so not earlier than it can afford one more.
            (None, stock) => stock.affordable_at(self.in_flight, now).max(now.plus_millis(100)),
        };
        let until = self.not_before.map_or(until, |moment| moment.max(until));
        self.not_before = Some(until);
        until
    }
}

impl Stock {
    /// How many more requests it takes besides those under way, whose answers have not been counted.
    fn affordable(self, in_flight: u32, now: Timestamp) -> u32 {
        match self {
            Self::Unlimited => u32::MAX,
            Self::Points { cost, .. } => {
                let free = self.points(now) - cost.saturating_mul(i64::from(in_flight));
                u32::try_from(free.max(0) / cost.max(1)).unwrap_or(u32::MAX)
            }
            Self::Requests { quota, left, resets_at } => {
                let left = if resets_at <= now { quota } else { left };
                left.saturating_sub(in_flight)
            }
        }
    }

    fn affordable_at(self, in_flight: u32, now: Timestamp) -> Timestamp {
        if self.affordable(in_flight, now) > 0 {
            return now;
        }
        match self {
            Self::Unlimited => now,
            Self::Points { per_second, cost, .. } => {
                let lacking = cost.saturating_mul(i64::from(in_flight) + 1) - self.points(now);
                // A thousandth of a point comes back each millisecond for each point each second.
                now.plus_millis((lacking + per_second.max(1) - 1) / per_second.max(1))
            }
            Self::Requests { resets_at, .. } => resets_at.max(now),
        }
    }

    fn points(self, now: Timestamp) -> i64 {
        let Self::Points { maximum, available, per_second, at, .. } = self else { return 0 };
        let passed = now.as_millis().saturating_sub(at.as_millis()).max(0);
        available.saturating_add(passed.saturating_mul(per_second)).min(maximum)
    }
}

fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_000);

    fn points(available: u32) -> Budget {
        Budget::Points { maximum: 2_000, available, per_second: 100, requested: 20 }
    }

    /// A shop that has answered often.
    fn known(platform: Platform) -> Pace {
        let mut pace = Pace::new(platform);
        (0..99).for_each(|_| pace.succeed());
        pace
    }

    fn begun(mut pace: Pace, count: u32) -> Pace {
        (0..count).for_each(|_| pace.begin());
        pace
    }

    // R5
    #[test]
    fn a_bucket_of_points_is_used_up_and_then_waited_for() {
        assert_eq!(Pace::new(Platform::Shopify).room(NOW), 4);
        let mut pace = known(Platform::Shopify);
        assert_eq!(pace.room(NOW), 40);
        pace.learn(points(100), NOW);
        assert_eq!(pace.room(NOW), 5);
        let full = begun(pace.clone(), 5);
        assert_eq!((full.room(NOW), full.room_at(NOW)), (0, NOW.plus_millis(200)));
        assert_eq!(full.room(NOW.plus_millis(199)), 0);
        assert_eq!(full.room(NOW.plus_millis(200)), 1);
        assert_eq!(pace.room(NOW.plus_millis(1_000_000)), 40, "a bucket is never more than full");
    }

    // R5
    #[test]
    fn a_window_of_requests_is_used_up_and_then_waited_for() {
        let mut pace = known(Platform::Bigcommerce);
        let reset = Duration::from_secs(30);
        pace.learn(Budget::Requests { quota: 150, left: 2, reset }, NOW);
        assert_eq!(pace.room(NOW), 2);
        let pace = begun(pace, 2);
        assert_eq!((pace.room(NOW), pace.room_at(NOW)), (0, NOW.plus_millis(30_000)));
        assert_eq!(pace.room(NOW.plus_millis(30_000)), 18);
    }

    // R5
    #[test]
    fn a_shop_that_wants_us_to_wait_is_not_asked_before() {
        let mut pace = known(Platform::Woocommerce);
        let otherwise = Duration::from_secs(1);
        assert_eq!(pace.slow_down(Some(Duration::from_secs(2)), otherwise, NOW), NOW.plus_millis(2_000));
        assert_eq!(pace.room(NOW.plus_millis(1_999)), 0);
        assert_eq!(pace.room(NOW.plus_millis(2_000)), 8);
        assert_eq!(pace.slow_down(None, otherwise, NOW), NOW.plus_millis(2_000), "the longer wait counts");
        let mut throttled = known(Platform::Shopify);
        throttled.learn(points(5), NOW);
        assert_eq!(throttled.slow_down(None, otherwise, NOW), NOW.plus_millis(150));
    }

    // R5
    #[test]
    fn a_shop_that_fails_is_asked_by_fewer_until_it_answers() {
        let mut pace = known(Platform::Woocommerce);
        (0..9).for_each(|_| pace.fail());
        assert_eq!(pace.room(NOW), 1);
        (0..9).for_each(|_| pace.succeed());
        assert_eq!(pace.room(NOW), 8);
        assert_eq!(Pace::new(Platform::Shopify).one_at_first().room(NOW), 1);
    }

    proptest! {
        // R5
        #[test]
        fn after_the_wait_there_is_room(available in 0..2_000_u32, in_flight in 0..39_u32) {
            let mut pace = known(Platform::Shopify);
            pace.learn(points(available), NOW);
            let pace = begun(pace, in_flight);
            let at = pace.room_at(NOW);
            prop_assert!(pace.room(at) > 0);
            prop_assert!(at == NOW || pace.room(at.plus_millis(-1)) == 0);
        }
    }
}
