//! Every parser over the fuzzers' corpus: a short run of what `cargo fuzz` does for hours.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

#[path = "../../../fuzz/src/targets.rs"]
mod targets;

use std::path::Path;

type Target = fn(&[u8]);

const TARGETS: [(&str, Target); 13] = [
    ("shopify", targets::shopify),
    ("woocommerce", targets::woocommerce),
    ("stripe", targets::stripe),
    ("bigcommerce", targets::bigcommerce),
    ("adobe_commerce", targets::adobe_commerce),
    ("custom", targets::custom),
    ("postback", targets::postback),
    ("signatures", targets::signatures),
    ("bigcommerce_order", targets::reads::bigcommerce_order),
    ("lists", targets::reads::lists),
    ("amazon", targets::reads::amazon),
    ("rates", targets::reads::rates),
    ("shop_api", targets::reads::shop_api),
];

// R30
#[test]
fn every_parser_survives_the_corpus_and_every_cut_of_it() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus");
    for (name, target) in TARGETS {
        let mut inputs = 0;
        for entry in std::fs::read_dir(corpus.join(name)).unwrap() {
            let input = std::fs::read(entry.unwrap().path()).unwrap();
            target(&input);
            (0..input.len()).step_by(7).for_each(|end| target(input.get(..end).unwrap()));
            inputs += 1;
        }
        assert!(inputs >= 3, "{name} has a corpus of {inputs}");
    }
}
