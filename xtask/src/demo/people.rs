//! The demo's creators, from many places and scripts, and what its shop sells.

use serde_json::{Value, json};

/// A creator of the demo.
pub(crate) struct Person {
    first: &'static str,
    last: &'static str,
    instagram: &'static str,
    tiktok: &'static str,
    /// Clicks on a quiet day, at most.
    pub(crate) reach: u64,
}

const fn person(
    first: &'static str,
    last: &'static str,
    instagram: &'static str,
    tiktok: &'static str,
    reach: u64,
) -> Person {
    Person { first, last, instagram, tiktok, reach }
}

pub(crate) const PEOPLE: [Person; 12] = [
    person("José", "García", "josegarcia", "jose.cooks", 12),
    person("Zoë", "Müller", "zoemueller", "zoe.outside", 9),
    person("美咲", "田中", "misakiwalks", "misaki.tokyo", 14),
    person("Łukasz", "Nowak", "lukasznowak", "", 5),
    person("Aïcha", "Benali", "aichabenali", "aicha.daily", 8),
    person("Siobhán", "O'Connor", "siobhanoc", "", 4),
    person("Priya", "Raman", "priyaraman", "priya.makes", 10),
    person("Chidinma", "Okafor", "chidinmao", "chidi.trails", 7),
    person("Søren", "Lindqvist", "sorenlq", "", 3),
    person("Анна", "Петрова", "annapetrova", "anna.hikes", 6),
    person("Mateus", "Conceição", "mateusc", "mateus.run", 6),
    person("서연", "김", "seoyeonkim", "seoyeon.home", 11),
];

impl Person {
    pub(crate) fn to_json(&self) -> Value {
        let mut handles = json!({"instagram": self.instagram});
        if !self.tiktok.is_empty() {
            handles["tiktok"] = json!(self.tiktok);
        }
        json!({
            "firstName": self.first,
            "lastName": self.last,
            "email": format!("{}@creators.example", self.instagram),
            "handles": handles,
        })
    }

    /// What a brand would type in by hand.
    pub(crate) fn typed_code(&self, suffix: &str) -> String {
        format!("{}{suffix}", self.instagram.to_uppercase())
    }
}

/// Something the shop sells; the price is in cents.
pub(crate) struct Product {
    pub(crate) id: u64,
    pub(crate) title: &'static str,
    pub(crate) price: u64,
}

const fn product(id: u64, title: &'static str, price: u64) -> Product {
    Product { id, title, price }
}

pub(crate) const PRODUCTS: [Product; 7] = [
    product(8_101, "Enamel mug", 1_800),
    product(8_102, "Wool socks", 2_250),
    product(8_103, "Rain shell", 14_900),
    product(8_104, "Head torch", 3_990),
    product(8_105, "Trail pack 18 l", 8_900),
    product(8_106, "Merino base layer", 6_500),
    product(8_107, "Camp lantern", 4_450),
];
