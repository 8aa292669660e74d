//! Chance that is the same on every run, and what it makes of a body. The black-box tests take this file too.

/// `SplitMix64`: the same bodies on every run.
pub(crate) struct Chance(u64);

impl Chance {
    /// One of many, each the same on every run.
    pub(crate) const fn new(seed: u64) -> Self {
        Self(20_261_121 + seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 on that is less than this, or 0.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(bound.max(1)).unwrap()).unwrap()
    }
}

/// A few bytes changed, left out, put in or repeated, or the end cut off.
pub(crate) fn mutate(body: &mut Vec<u8>, chance: &mut Chance) {
    const LIKELY: &[u8] = b"{}[]\",:-.e0919\\u\x00\xff tfn";
    for _ in 0..=chance.below(6) {
        let at = chance.below(body.len());
        let byte = LIKELY[chance.below(LIKELY.len())];
        match chance.below(6) {
            0 | 1 if at < body.len() => body[at] = byte,
            2 if at < body.len() => drop(body.remove(at)),
            3 => body.insert(at, byte),
            4 => {
                let end = (at + chance.below(80)).min(body.len());
                let piece = body[at..end].to_vec();
                let to = chance.below(body.len());
                body.splice(to..to, piece);
            }
            5 if chance.below(8) == 0 => body.truncate(at),
            _ => {}
        }
    }
}
