//! How the values that are text in JSON are described in the API's document.

use std::borrow::Cow;

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::code::{CodeText, Pattern};
use crate::iban::{Bic, Iban};
use crate::ids;
use crate::lead::LeadEvent;
use crate::link::Slug;
use crate::money::Currency;
use crate::percent::Percent;
use crate::time::{Day, Timestamp};

fn text(description: &str, example: &str) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String).description(Some(description)).examples([example])
}

/// Describes a type that is text in JSON, by an expression that makes its schema.
macro_rules! text {
    ($($name:ty, $title:expr => $schema:expr;)*) => {$(
        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                $schema.into()
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed($title)
            }
        }
    )*};
}

text! {
    Currency, "Currency" => text("An ISO 4217 currency", "EUR").pattern(Some("^[A-Za-z]{3}$"));
    Percent, "Percent" => text("A decimal from 0 to 100, with up to four decimals", "12.5")
        .pattern(Some(r"^(100(\.0{1,4})?|[0-9]{1,2}(\.[0-9]{1,4})?)$"));
    Timestamp, "Timestamp" => text("An RFC 3339 time; a day means its first moment, of UTC", "2026-11-21T09:30:00Z")
        .pattern(Some(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2}))?$"));
    Day, "Day" => text("A day of UTC", "2026-11-21").format(Some(SchemaFormat::KnownFormat(KnownFormat::Date)));
    Slug, "Slug" => text("The part of a link's address after the slash", "jose-spring").pattern(Some("^[A-Za-z0-9_-]{3,64}$"));
    LeadEvent, "LeadEvent" => text("The brand's word for what a visitor did", "sign-up").pattern(Some("^[A-Za-z0-9_-]{1,40}$"));
    CodeText, "CodeText" => text("A discount code, in any case", "JOSE10").pattern(Some("^ *[A-Za-z0-9-]{4,20} *$"));
    Pattern, "CodePattern" => text("What codes are made from", "{first_name}{discount}").min_length(Some(1));
    Iban, "Iban" => text("An account number (ISO 13616)", "DE89 3704 0044 0532 0130 00").min_length(Some(15));
    Bic, "Bic" => text("A bank's identifier (ISO 9362)", "COBADEFFXXX").pattern(Some("^[A-Za-z0-9]{8}([A-Za-z0-9]{3})?$"));
}

/// Describes identifiers: a prefix and 26 characters.
macro_rules! id {
    ($($name:ident)*) => {text! {$(
        ids::$name, stringify!($name) => text("An identifier", &format!("{}01K9ZB3XT0E8G5Q7W2N4M6R8VA", ids::$name::PREFIX))
            .pattern(Some(format!("^{}[0-9A-HJKMNP-TV-Z]{{26}}$", ids::$name::PREFIX)));
    )*}};
}

id! { StoreId CreatorId PlanId CampaignId EnrollmentId CodeId LinkId OrderId ConversionId KeyId DeliveryId PayoutId WebhookEndpointId MessageId }
