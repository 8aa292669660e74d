//! Tags: what a link carries so that Amazon counts it. Amazon measures nothing for a profile before its tags were asked
//! for once, and its console's own tags are others.
//!
//! Source: Amazon Ads API documentation, "How to use the Amazon Attribution API".

use std::collections::BTreeMap;

use http::Request;

use super::access::{Access, InvalidAccess};
use crate::json::{Field, Object};
use crate::shop_api::segment;
use crate::unreadable::Unreadable;

/// Somebody who shows links, by Amazon's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publisher {
    id: String,
    /// What Amazon calls it.
    pub name: String,
    /// Whether it fills its own values into tags; Amazon then takes no others, such as ours.
    pub has_macros: bool,
}

/// A profile's tag with a publisher.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// Whose products it counts: a seller's profile has one advertiser, a vendor's may have several.
    pub advertiser: String,
    /// The value of `maas`, which differs from tag to tag; the other parameters are ours to fill.
    pub maas: String,
}

impl Access {
    /// Asks for the publishers.
    ///
    /// # Errors
    /// When the credentials or the token cannot stand in it.
    pub fn publishers_request(&self, token: &str) -> Result<Request<Vec<u8>>, InvalidAccess> {
        self.get(token, "/attribution/publishers")
    }

    /// Asks for the tags of a publisher without macros.
    ///
    /// # Errors
    /// When the credentials or the token cannot stand in it.
    pub fn tags_request(
        &self,
        token: &str,
        publisher: &Publisher,
    ) -> Result<Request<Vec<u8>>, InvalidAccess> {
        let id = segment(&publisher.id);
        self.get(token, &format!("/attribution/tags/nonMacroTemplateTag?publisherIds={id}"))
    }
}

/// Reads the answer to [`Access::publishers_request`].
///
/// # Errors
/// When it cannot be read.
pub fn read_publishers(body: &[u8]) -> Result<Vec<Publisher>, Unreadable> {
    let publishers = Object::of_body(body)?.get("publishers")?.objects()?;
    let read = |publisher: &Object<'_>| {
        Ok(Publisher {
            id: publisher.get("id")?.need(Field::word_or_number)?,
            name: publisher.get("name")?.need(Field::words)?,
            has_macros: publisher.get("macroEnabled")?.flag()?.unwrap_or_default(),
        })
    };
    publishers.iter().map(read).collect()
}

/// Reads the answer to [`Access::tags_request`]: by advertiser and publisher, the end of an address.
///
/// # Errors
/// When it cannot be read.
pub fn read_tags(body: &[u8]) -> Result<Vec<Tag>, Unreadable> {
    let wrong = |_| Unreadable::at("", "must be tags by advertiser and publisher");
    let told: BTreeMap<String, BTreeMap<String, String>> = serde_json::from_slice(body).map_err(wrong)?;
    let tags = told.iter().flat_map(|(advertiser, tags)| tags.values().map(move |tag| (advertiser, tag)));
    tags.map(|(advertiser, tag)| {
        let parameters = tag.trim_start_matches('?').split('&');
        let maas = parameters.into_iter().find_map(|pair| pair.strip_prefix("maas="));
        let is_plain = |maas: &&str| maas.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        let maas = maas.filter(is_plain).ok_or_else(|| Unreadable::at("", "has a tag without maas"))?;
        Ok(Tag { advertiser: advertiser.clone(), maas: maas.to_owned() })
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    // R37
    #[test]
    fn a_publishers_tag_is_asked_for_and_told() {
        let access = Access::parse(
            r#"{"clientId": "a", "clientSecret": "b", "refreshToken": "c", "profileId": "77", "region": "na"}"#,
        );
        let access = access.unwrap();
        let asked = access.publishers_request("Atza").unwrap();
        assert_eq!(asked.uri(), "https://advertising-api.amazon.com/attribution/publishers");
        assert_eq!(asked.headers()["amazon-advertising-api-scope"], "77");
        let publishers = read_publishers(
            br#"{"publishers": [{"id": "9", "name": "Instagram", "macroEnabled": false}, {"id": 1, "name": "Google Ads",
                "macroEnabled": true}]}"#,
        );
        let publishers = publishers.unwrap();
        let known: Vec<_> =
            publishers.iter().map(|publisher| (publisher.name.as_str(), publisher.has_macros)).collect();
        assert_eq!(known, [("Instagram", false), ("Google Ads", true)]);
        let asked = access.tags_request("Atza", &publishers[0]).unwrap();
        assert_eq!(
            asked.uri().path_and_query().unwrap(),
            "/attribution/tags/nonMacroTemplateTag?publisherIds=9"
        );
        let told =
            br#"{"5678": {"9": "?maas=maas_adg_api_1_static_9_99&ref_=aa_maas&tag=maas&aa_campaignid={a}"}}"#;
        let tag = Tag { advertiser: "5678".to_owned(), maas: "maas_adg_api_1_static_9_99".to_owned() };
        assert_eq!(read_tags(told).unwrap(), [tag]);
        for wrong in ["[]", r#"{"1": {"9": "?ref_=x"}}"#, r#"{"1": {"9": "?maas=a%26b"}}"#, r#"{"1": 7}"#] {
            assert!(read_tags(wrong.as_bytes()).is_err(), "{wrong}");
        }
    }
}
