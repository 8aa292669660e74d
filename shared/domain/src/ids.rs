//! Prefixed, sortable identifiers: a prefix and a `UUIDv7` (RFC 9562) in Crockford base32.

use crate::field_error::Invalid;
use crate::time::Timestamp;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// 128 bits in groups of five.
const ENCODED_LENGTH: usize = 26;

/// The random part of an identifier: 80 bits, of which RFC 9562 overwrites six.
pub type IdRandom = [u8; 10];

/// Random bytes led by the part of the millisecond that has passed, so that identifiers of one millisecond sort
/// by time as well (RFC 9562, 6.2, method 3). `nanoseconds` beyond a millisecond count as its end.
pub fn in_order(mut random: IdRandom, nanoseconds: u32) -> IdRandom {
    let parts = u64::from(nanoseconds.min(999_999)) * 4_096 / 1_000_000;
    let ([.., high, low], [first, second, ..]) = (parts.to_be_bytes(), &mut random);
    (*first, *second) = (high, low);
    random
}

fn encode(now: Timestamp, random: IdRandom) -> String {
    let millis = u128::from(now.as_millis().max(0).unsigned_abs());
    let mut value = (millis & 0xFFFF_FFFF_FFFF) << 80;
    for (index, byte) in random.iter().enumerate() {
        value |= u128::from(*byte) << (72 - 8 * index);
    }
    value = (value & !(0xF << 76)) | (0x7 << 76);
    value = (value & !(0x3 << 62)) | (0x2 << 62);
    (0..ENCODED_LENGTH)
        .rev()
        .filter_map(|group| {
            let index = usize::try_from((value >> (5 * group)) & 31).ok()?;
            ALPHABET.get(index).map(|byte| char::from(*byte))
        })
        .collect()
}

fn is_encoded(text: &str) -> bool {
    text.len() == ENCODED_LENGTH && text.bytes().all(|byte| ALPHABET.contains(&byte))
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The prefix, with its underscore.
            pub const PREFIX: &'static str = $prefix;

            /// A new identifier of this moment.
            pub fn new(now: Timestamp, random: IdRandom) -> Self {
                Self(format!("{}{}", $prefix, encode(now, random)))
            }

            /// Reads an identifier.
            ///
            /// # Errors
            /// When the text is not this prefix and 26 characters of Crockford base32.
            pub fn parse(text: &str) -> Result<Self, Invalid> {
                match text.strip_prefix($prefix) {
                    Some(rest) if is_encoded(rest) => Ok(Self(text.to_owned())),
                    _ => Err(Invalid::new("invalid_id", concat!("must be an id that begins with ", $prefix))),
                }
            }

            /// The whole identifier.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The part after the prefix.
            pub fn suffix(&self) -> &str {
                self.0.strip_prefix($prefix).unwrap_or_default()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = Invalid;
            fn try_from(text: String) -> Result<Self, Invalid> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    };
}

id!(/// A store.
    StoreId, "str_");
id!(/// A creator.
    CreatorId, "crt_");
id!(/// A tracking plan.
    PlanId, "pln_");
id!(/// A campaign.
    CampaignId, "cmp_");
id!(/// One creator in one campaign.
    EnrollmentId, "enr_");
id!(/// A discount code.
    CodeId, "cod_");
id!(/// A link.
    LinkId, "lnk_");
id!(/// An order.
    OrderId, "ord_");
id!(/// The credit of one order to one enrollment. It shares its order's suffix, because an order has at
    /// most one (R40).
    ConversionId, "cnv_");
id!(/// An API key.
    KeyId, "key_");
id!(/// One delivery of a webhook.
    DeliveryId, "dlv_");

id!(/// A batch of payments to creators.
    PayoutId, "pay_");
id!(/// An address of the brand's own that webhooks are sent to.
    WebhookEndpointId, "whk_");
id!(/// A webhook's message; the same however often it is sent, and to whom.
    MessageId, "msg_");

impl From<&OrderId> for ConversionId {
    fn from(order: &OrderId) -> Self {
        Self(format!("{}{}", Self::PREFIX, order.suffix()))
    }
}

impl From<&ConversionId> for OrderId {
    fn from(conversion: &ConversionId) -> Self {
        Self(format!("{}{}", Self::PREFIX, conversion.suffix()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // R65
    #[test]
    fn identifiers_of_one_millisecond_sort_by_time() {
        let now = Timestamp::from_millis(1_700_000_000_000);
        let id = |nanoseconds, random| CreatorId::new(now, in_order([random; 10], nanoseconds)).to_string();
        let (first, second, last) = (id(0, 255), id(250, 0), id(u32::MAX, 0));
        assert!(first < second && second < last, "{first} {second} {last}");
        assert!(last < CreatorId::new(now.plus_seconds(1), [0; 10]).to_string());
        assert_ne!(id(250, 1), id(250, 2));
    }

    #[test]
    fn later_ids_sort_after_earlier_ones_and_carry_the_bits_of_a_uuid_v7() {
        let early = OrderId::new(Timestamp::from_millis(1_000), [0xFF; 10]);
        let late = OrderId::new(Timestamp::from_millis(1_001), [0; 10]);
        assert!(early < late);
        assert_eq!(OrderId::parse(early.as_str()).unwrap(), early);
        // RFC 9562 section 5.7: version 7 in bits 48-51, variant 10 in bits 64-65.
        let value = early.suffix().bytes().fold(0_u128, |sum, byte| {
            (sum << 5) | u128::try_from(ALPHABET.iter().position(|letter| *letter == byte).unwrap()).unwrap()
        });
        assert_eq!((value >> 76) & 0xF, 7);
        assert_eq!((value >> 62) & 0x3, 2);
    }

    #[test]
    fn another_prefix_or_a_wrong_letter_is_refused() {
        let order = OrderId::new(Timestamp::from_millis(5), [7; 10]);
        assert!(CreatorId::parse(order.as_str()).is_err());
        assert!(OrderId::parse("ord_").is_err());
        assert!(OrderId::parse(&format!("ord_{}", "U".repeat(26))).is_err());
    }

    #[test]
    fn a_conversion_and_its_order_name_each_other() {
        let order = OrderId::new(Timestamp::from_millis(5), [7; 10]);
        assert_eq!(OrderId::from(&ConversionId::from(&order)), order);
    }
}
