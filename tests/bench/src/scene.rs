//! The brand that the benchmarks measure, made over the API as a brand would.

use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use tributary_tests::{Brand, Shop};

/// Threads that ask the API at once.
const HANDS: u32 = 8;
/// Creators that one call enrolls at most.
const MOST_ENROLLED: usize = 1_000;

/// A campaign with creators in it.
pub(crate) struct Campaign {
    pub(crate) id: String,
    pub(crate) shop: Shop,
    pub(crate) enrollments: Vec<Value>,
}

impl Campaign {
    /// The slugs of all links.
    pub(crate) fn slugs(&self) -> Result<Vec<String>> {
        self.texts("/links/0/slug")
    }

    /// The creators' codes.
    pub(crate) fn codes(&self) -> Result<Vec<String>> {
        self.texts("/code/text")
    }

    fn texts(&self, pointer: &str) -> Result<Vec<String>> {
        self.enrollments
            .iter()
            .map(|enrollment| {
                let text = enrollment.pointer(pointer).and_then(Value::as_str);
                text.map(ToOwned::to_owned).with_context(|| format!("{pointer} is missing in {enrollment}"))
            })
            .collect()
    }
}

/// Makes creators, whose names differ.
pub(crate) fn creators(brand: &Brand, count: u32) -> Result<Vec<String>> {
    std::thread::scope(|scope| {
        let hands: Vec<_> = (0..HANDS)
            .map(|hand| {
                let mine = (hand..count).step_by(usize::try_from(HANDS).unwrap_or(1));
                scope.spawn(move || mine.map(|number| creator(brand, number)).collect::<Vec<_>>())
            })
            .collect();
        let mut ids = Vec::new();
        for hand in hands {
            ids.extend(hand.join().ok().context("a creator could not be made")?);
        }
        Ok(ids)
    })
}

fn creator(brand: &Brand, number: u32) -> String {
    brand.add_creator(&format!("Anna{number}"), "Berg")
}

/// A shop of its own, a plan, and a live campaign with these creators.
pub(crate) fn campaign(brand: &Brand, creators: &[String]) -> Result<Campaign> {
    campaign_in(brand, brand.connect_shop(), creators)
}

/// The same in a shop that is there.
pub(crate) fn campaign_in(brand: &Brand, shop: Shop, creators: &[String]) -> Result<Campaign> {
    let link = json!({"clickThroughUrl": "https://shop.example/collections/new", "applyCode": false,
        "utm": {"source": "tributary", "medium": "creator", "campaign": "{campaign}"}});
    let plan = brand.add_plan(&shop, json!({"link": link}));
    let id = brand.add_campaign(&plan);
    let mut enrollments = Vec::new();
    for some in creators.chunks(MOST_ENROLLED) {
        let reply = brand.post(&format!("/campaigns/{id}/enrollments"), json!({"creatorIds": some}));
        let made = reply.json();
        let made = made.get("data").and_then(Value::as_array).with_context(|| reply.text())?;
        enrollments.extend(made.iter().cloned());
    }
    Ok(Campaign { id, shop, enrollments })
}
