//! Popularity as it is found among links: the n-th is clicked 1/n as often as the first.

use crate::chance::Chance;

/// A Zipf distribution of exponent 1.
#[derive(Debug)]
pub(crate) struct Zipf {
    /// The chance of each rank and all before it, times a constant.
    sums: Vec<f64>,
}

impl Zipf {
    /// Of this many ranks.
    pub(crate) fn new(ranks: u32) -> Self {
        let weights = (1..=ranks).map(|rank| 1.0 / f64::from(rank));
        let sums = weights.scan(0.0, |sum, weight| {
            *sum += weight;
            Some(*sum)
        });
        Self { sums: sums.collect() }
    }

    /// A rank, from 0.
    pub(crate) fn draw(&self, chance: &mut Chance) -> usize {
        let aim = chance.unit() * self.sums.last().copied().unwrap_or(0.0);
        self.sums.partition_point(|sum| *sum < aim).min(self.sums.len().saturating_sub(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_is_half_as_popular_as_the_first() {
        let (zipf, mut chance) = (Zipf::new(10_000), Chance::new(1));
        let mut counts = vec![0_u32; 10_000];
        for _ in 0..200_000 {
            counts[zipf.draw(&mut chance)] += 1;
        }
        let ratio = f64::from(counts[0]) / f64::from(counts[1]);
        assert!((1.9..2.1).contains(&ratio), "{ratio}");
        assert!(counts[9_999] < 30);
    }
}
