//! A small house of rows for the tests of this crate.

use std::collections::BTreeMap;

use futures::executor::block_on;
use tributary_domain::capability::Platform;
use tributary_domain::ids::{CampaignId, CreatorId, EnrollmentId, PlanId, StoreId};
use tributary_domain::plan::Terms;
use tributary_domain::{Currency, Timestamp};
use url::Url;

use crate::campaigns::{Campaign, CampaignStatus};
use crate::creators::Creator;
use crate::enrollments::{Enrollment, EnrollmentStatus};
use crate::migrations;
use crate::native::NativeSql;
use crate::plans::{Plan, PlanStatus};
use crate::sql::{Sql, SqlError, Statement};
use crate::stores::{self, Store};

pub(crate) const NOW: Timestamp = Timestamp::from_millis(1_000);

/// A migrated database with one store, number 1.
pub(crate) struct House {
    pub(crate) sql: NativeSql,
}

impl House {
    pub(crate) fn new() -> Self {
        let sql = NativeSql::in_memory();
        run(migrations::run(&sql, NOW)).unwrap();
        let house = Self { sql };
        house.write([stores::insert(&store(1))]);
        house
    }

    pub(crate) fn try_write(&self, statements: impl IntoIterator<Item = Statement>) -> Result<(), SqlError> {
        run(self.sql.transaction(statements.into_iter().collect())).map(|_| ())
    }

    #[track_caller]
    pub(crate) fn write(&self, statements: impl IntoIterator<Item = Statement>) {
        self.try_write(statements).unwrap();
    }
}

pub(crate) fn run<T>(future: impl Future<Output = T>) -> T {
    block_on(future)
}

fn random(number: u8) -> [u8; 10] {
    [number; 10]
}

pub(crate) fn store_id(number: u8) -> StoreId {
    StoreId::new(NOW, random(number))
}

pub(crate) fn campaign_id(number: u8) -> CampaignId {
    CampaignId::new(NOW, random(number))
}

pub(crate) fn plan_id(number: u8) -> PlanId {
    PlanId::new(NOW, random(number))
}

pub(crate) fn creator_id(number: u8) -> CreatorId {
    CreatorId::new(NOW, random(number))
}

pub(crate) fn enrollment_id(number: u8) -> EnrollmentId {
    EnrollmentId::new(NOW, random(number))
}

pub(crate) fn store(number: u8) -> Store {
    Store {
        id: store_id(number),
        name: "Shop".to_owned(),
        platform: Platform::Shopify,
        url: Url::parse("https://shop.example/").unwrap(),
        currency: Currency::parse("EUR").unwrap(),
        webhook_secrets: None,
        credentials: None,
        attribution_tag: None,
        status: "connected".to_owned(),
        version: 1,
        created_at: NOW,
        updated_at: NOW,
    }
}

pub(crate) fn creator(number: u8, first_name: &str) -> Creator {
    Creator {
        id: creator_id(number),
        first_name: Some(first_name.to_owned()),
        last_name: None,
        email: None,
        handles: BTreeMap::new(),
        external_id: None,
        tags: Vec::new(),
        version: 1,
        created_at: NOW,
        updated_at: NOW,
        deleted_at: None,
    }
}

pub(crate) fn terms(json: &str) -> Terms {
    serde_json::from_str(json).unwrap()
}

/// A plan of store 1.
pub(crate) fn plan(number: u8, json: &str) -> Plan {
    Plan {
        id: plan_id(number),
        store_id: store_id(1),
        version: 1,
        status: PlanStatus::Active,
        terms: terms(json),
        created_at: NOW,
        updated_at: NOW,
    }
}

/// A campaign of plan 1.
pub(crate) fn campaign(number: u8) -> Campaign {
    Campaign {
        id: campaign_id(number),
        name: "Spring".to_owned(),
        plan_id: Some(plan_id(1)),
        status: CampaignStatus::Live,
        version: 1,
        created_at: NOW,
        updated_at: NOW,
    }
}

/// That creator in campaign 1, under plan 1.
pub(crate) fn enrollment(number: u8, creator: Option<u8>) -> Enrollment {
    Enrollment {
        id: enrollment_id(number),
        campaign_id: campaign_id(1),
        creator_id: creator.map(creator_id),
        plan_id: plan_id(1),
        plan_version: 1,
        commission: None,
        version: 0,
        status: EnrollmentStatus::Active,
        created_at: NOW,
        removed_at: None,
    }
}
