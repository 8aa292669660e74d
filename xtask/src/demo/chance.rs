//! A small generator of fixed numbers, so that every demo shows the same shop.

/// `SplitMix64` (Steele, Lea and Flood, 2014).
#[derive(Debug)]
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to `most`.
    pub(crate) fn up_to(&mut self, most: u64) -> u64 {
        self.next() % most.saturating_add(1)
    }

    pub(crate) fn one_in(&mut self, times: u64) -> bool {
        self.up_to(times.saturating_sub(1)) == 0
    }

    /// One of several, each by its weight.
    pub(crate) fn pick<'a, T>(&mut self, choices: &'a [T], weight: impl Fn(&T) -> u64) -> Option<&'a T> {
        let sum: u64 = choices.iter().map(&weight).sum();
        let mut left = self.up_to(sum.saturating_sub(1));
        choices.iter().find(|choice| match left.checked_sub(weight(choice)) {
            Some(rest) => {
                left = rest;
                false
            }
            None => true,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_the_published_ones_and_choices_stay_in_range() {
        // The reference implementation's first number for the seed 1234567.
        assert_eq!(Chance::new(1_234_567).next(), 6_457_827_717_110_365_317);
        let mut chance = Chance::new(1);
        assert!((0..100).all(|_| chance.up_to(3) <= 3));
        assert!(
            (0..100).all(|_| chance.pick(&[0_u64, 5, 1], |weight| *weight).is_some_and(|each| *each > 0))
        );
        assert_eq!(chance.pick::<u64>(&[], |weight| *weight), None);
    }
}
