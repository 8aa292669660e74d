use super::*;

/// `SplitMix64`: the same bodies on every run.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(bound.max(1)).unwrap()).unwrap()
    }
}

/// A few bytes changed, left out, put in or repeated, or the end cut off.
fn mutate(body: &mut Vec<u8>, chance: &mut Chance) {
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

// R30
#[test]
fn thousands_of_broken_bodies_cause_no_panic_and_no_words_quote_them() {
    let originals = [ORDERS_CREATE, REFUNDS_CREATE, ORDER_450789469, ORDER_WITH_TAX, REFUND_OF_SHIPPING];
    let small = originals.map(|body| serde_json::from_str::<serde_json::Value>(body).unwrap().to_string());
    let mut chance = Chance(20_261_121);
    let (mut read, mut refused) = (0, 0);
    for round in 0..4_000 {
        let mut body = small[round % small.len()].clone().into_bytes();
        mutate(&mut body, &mut chance);
        let topic = &Topic::KNOWN[chance.below(Topic::KNOWN.len())];
        match parse(topic, &Delivery::new([], &body), Context::default()) {
            Ok(_) => read += 1,
            Err(unreadable) => {
                refused += 1;
                let words = unreadable.to_string();
                assert!(words.is_ascii() && words.len() < 200, "{words}");
                assert!(
                    !["@", "example", "Norman", "jon"].iter().any(|word| words.contains(word)),
                    "{words}"
                );
            }
        }
    }
    assert!(read > 100 && refused > 100, "{read} read, {refused} refused");
}
