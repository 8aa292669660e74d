//! What a component may use, as its manifest grants it.

use crate::{
    allowed_hosts::AllowedHosts,
    manifest::Component,
    variables::{ApplicationVariables, ComponentVariables},
};
use anyhow::{Context as _, Result};
use std::{collections::BTreeSet, sync::Arc};

/// The rights of one component, the same for all its instances.
pub struct Rights {
    /// The databases that it may open.
    pub databases: BTreeSet<String>,
    /// The key-value stores that it may open.
    pub stores: BTreeSet<String>,
    /// The hosts that it may send requests to.
    pub hosts: AllowedHosts,
    /// The variables that it may read.
    pub variables: Arc<ComponentVariables>,
    /// Its environment.
    pub environment: Vec<(String, String)>,
}

impl Rights {
    /// Reads the rights of the component `id`, with the application's values in its templates.
    pub fn of(id: &str, component: &Component, application: &ApplicationVariables) -> Result<Self> {
        let hosts = AllowedHosts::resolve(&component.allowed_outbound_hosts, application)
            .with_context(|| format!("allowed_outbound_hosts of component {id:?}"))?;
        let variables = ComponentVariables::resolve(id, &component.variables, application)
            .with_context(|| format!("variables of component {id:?}"))?;
        Ok(Self {
            databases: component.sqlite_databases.iter().cloned().collect(),
            stores: component.key_value_stores.iter().cloned().collect(),
            hosts,
            variables: Arc::new(variables),
            environment: component.environment.clone().into_iter().collect(),
        })
    }
}
