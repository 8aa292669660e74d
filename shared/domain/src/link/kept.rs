//! How a snapshot is kept in a cache: as a list of its fields in their order, which is half as long as with their
//! names and read faster, and with moments as numbers.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::LinkSnapshot;
use super::page::Page;
use crate::time::Timestamp;

impl Serialize for LinkSnapshot {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let fields = (
            &self.slug,
            self.number,
            &self.id,
            self.kind,
            self.plan_version,
            self.window_days,
            &self.code,
            self.disabled,
            self.starts_at.map(Timestamp::as_millis),
            self.ends_at.map(Timestamp::as_millis),
            &self.page,
            &self.fallback,
            &self.utm,
            &self.origin,
            &self.hosts,
            self.discount_path,
        );
        fields.serialize(serializer)
    }
}

impl Serialize for Page {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (&self.url, &self.fragment).serialize(serializer)
    }
}

pub(super) fn moment<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Timestamp>, D::Error> {
    Ok(Option::<i64>::deserialize(from)?.map(Timestamp::from_millis))
}
