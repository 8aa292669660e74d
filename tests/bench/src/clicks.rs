//! Shoppers who click links.

use crate::chance::Chance;
use crate::load::Requests;
use crate::zipf::Zipf;
use std::io::Write as _;
use std::rc::Rc;

/// What a browser sends next to the address.
const BROWSER: &str = "host: go.brand.example\r\n\
    user-agent: Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
    Version/18.6 Mobile/15E148 Safari/604.1\r\n\
    accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n\
    accept-language: de-DE,de;q=0.9\r\naccept-encoding: gzip, deflate, br\r\n";

/// Endless clicks on links, the first the most popular.
pub(crate) struct Clicks {
    slugs: Rc<[String]>,
    popularity: Zipf,
    chance: Chance,
}

impl Clicks {
    /// On these links; another `seed` brings other shoppers.
    pub(crate) fn new(slugs: Rc<[String]>, seed: u64) -> Self {
        let popularity = Zipf::new(u32::try_from(slugs.len()).unwrap_or(u32::MAX));
        Self { slugs, popularity, chance: Chance::new(seed) }
    }
}

impl Requests for Clicks {
    fn next(&mut self, request: &mut Vec<u8>) -> bool {
        let Some(slug) = self.slugs.get(self.popularity.draw(&mut self.chance)) else {
            return false;
        };
        let shopper = self.chance.bits();
        let (a, b, c) = (shopper >> 24, (shopper >> 16) & 255, (shopper >> 8) & 255);
        request.clear();
        let written =
            write!(request, "GET /{slug} HTTP/1.1\r\n{BROWSER}x-forwarded-for: 10.{a}.{b}.{c}\r\n\r\n");
        written.is_ok()
    }
}
