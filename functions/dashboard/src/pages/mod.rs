//! The pages, one subject a file.

pub(crate) mod audit;
pub(crate) mod campaign_form;
pub(crate) mod campaigns;
pub(crate) mod creator;
pub(crate) mod creator_form;
pub(crate) mod creators;
pub(crate) mod deliveries;
pub(crate) mod home;
pub(crate) mod keys;
pub(crate) mod order;
pub(crate) mod orders;
pub(crate) mod payouts;
pub(crate) mod people;
pub(crate) mod people_add;
pub(crate) mod plan_form;
pub(crate) mod plan_words;
pub(crate) mod plans;
pub(crate) mod portal;
pub(crate) mod sales;
pub(crate) mod settings;
pub(crate) mod sign_in;
pub(crate) mod store_form;
pub(crate) mod stores;
