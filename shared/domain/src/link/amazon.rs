//! Amazon Attribution's tags (R37): there is no click id and no order there, so a link tells Amazon its campaign,
//! its creator and itself, and Amazon's report counts by them.
//!
//! Source: Amazon Ads API documentation, "Amazon Attribution: How to".

use super::page::encode_component;
use super::source::LinkSource;
use crate::capability::Platform;

/// What Amazon lets nobody write into a tag, besides control characters.
const FORBIDDEN: [char; 11] = ['/', '&', '=', '#', '?', '+', '\'', '`', '"', '%', '$'];
/// The longest value of a tag, in characters.
const LONGEST: usize = 255;
/// A parameter that only a tagged link has.
const MARK: &str = "aa_campaignid=";
/// What an untagged address may have, and a tagged one must not have twice.
const REPLACED: [&str; 5] = ["ref_", "tag", "aa_campaignid", "aa_adgroupid", "aa_creativeid"];

/// The tags of a link of an Amazon store, as a query: the campaign, the creator, and the link. `maas`, which
/// Amazon gives out, is that of the link's page, so that a deep link has it too; else the store's. Without either
/// the link works, and Amazon measures nothing.
pub(super) fn tags(source: &LinkSource<'_>, page: Option<&str>) -> Option<String> {
    (source.platform == Platform::Amazon).then(|| {
        let [campaign, creator, link] = [source.campaign, source.creator, source.slug.as_str()]
            .map(|text| encode_component(&value(text)));
        format!(
            "maas={}&ref_=aa_maas&tag=maas&{MARK}{campaign}&aa_adgroupid={creator}&aa_creativeid={link}",
            maas(page, source.attribution_tag)
        )
    })
}

/// The `maas` of a page's address, or else of the store.
fn maas(page: Option<&str>, of_store: Option<&str>) -> String {
    let (_, query) = page.and_then(|page| page.split_once('?')).unwrap_or_default();
    let own = query.split(['&', '#']).find_map(|pair| pair.strip_prefix("maas="));
    match own.filter(|own| !own.is_empty()) {
        Some(own) => own.to_owned(),
        None => encode_component(of_store.unwrap_or("maas")),
    }
}

/// Whether a link's parameters are tags.
pub(super) fn is_tagged(query: &str) -> bool {
    query.contains(MARK)
}

/// An address without the parameters that the tags replace.
pub(super) fn untagged(url: &str) -> String {
    let (url, fragment) = url.find('#').and_then(|at| url.split_at_checked(at)).unwrap_or((url, ""));
    let Some((address, query)) = url.split_once('?') else { return [url, fragment].concat() };
    let is_kept = |pair: &&str| !REPLACED.contains(&pair.split('=').next().unwrap_or_default());
    let kept: Vec<&str> = query.split('&').filter(is_kept).collect();
    if kept.is_empty() {
        [address, fragment].concat()
    } else {
        [address, "?", &kept.join("&"), fragment].concat()
    }
}

fn value(text: &str) -> String {
    let allowed =
        |letter: char| if FORBIDDEN.contains(&letter) || letter.is_control() { '-' } else { letter };
    text.chars().map(allowed).take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    // R37
    #[test]
    fn a_tag_has_no_character_that_amazon_forbids_and_is_not_too_long() {
        assert_eq!(value("Spring 50% off & more = \"fun\"?"), "Spring 50- off - more - -fun--");
        assert_eq!(value("José\n"), "José-");
        assert_eq!(value(&"é".repeat(300)).chars().count(), 255);
    }

    // R37
    #[test]
    fn amazons_own_part_of_a_tag_is_that_of_the_links_page_or_of_the_store() {
        for (page, expected) in [
            (Some("https://www.amazon.de/dp/B0?th=1&maas=maas_adg_1#top"), "maas_adg_1"),
            (Some("https://www.amazon.de/dp/B0?maas="), "maas"),
            (Some("https://www.amazon.de/dp/B0"), "maas"),
            (None, "maas"),
        ] {
            assert_eq!(maas(page, None), expected);
            let of_store = if expected == "maas" { "maas%26of_store" } else { expected };
            assert_eq!(maas(page, Some("maas&of_store")), of_store);
        }
    }

    // R37
    #[test]
    fn what_the_tags_say_is_said_once() {
        for (url, expected) in [
            ("https://www.amazon.de/dp/B0?ref_=x&th=1&tag=old-21", "https://www.amazon.de/dp/B0?th=1"),
            ("https://www.amazon.de/dp/B0?tag=old-21#top", "https://www.amazon.de/dp/B0#top"),
            ("https://www.amazon.de/dp/B0?maas=maas_adg_1", "https://www.amazon.de/dp/B0?maas=maas_adg_1"),
            ("https://www.amazon.de/dp/B0", "https://www.amazon.de/dp/B0"),
        ] {
            assert_eq!(untagged(url), expected);
        }
    }
}
