//! Moments as numbers: a snapshot is read far more often than by people.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::time::Timestamp;

#[expect(clippy::ref_option, reason = "the signature is serde's")]
pub(super) fn serialize<S: Serializer>(at: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
    at.map(Timestamp::as_millis).serialize(serializer)
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Timestamp>, D::Error> {
    Ok(Option::<i64>::deserialize(from)?.map(Timestamp::from_millis))
}
