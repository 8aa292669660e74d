//! Variables: the application's, which the operator sets, and the component's, which it may read.

use crate::{
    bindings::variables::{Error, Host, HostWithStore},
    manifest::Variable,
    template::Template,
};
use anyhow::{Result, ensure};
use std::{collections::BTreeMap, sync::Arc};
use wasmtime::component::{Accessor, HasData};

/// The values of the application's variables.
#[derive(Debug, Default)]
pub struct ApplicationVariables(BTreeMap<String, String>);

impl ApplicationVariables {
    /// Takes each value from the operator's environment, or else from the manifest (crates/variables-env/src/lib.rs).
    pub fn resolve(
        declared: &BTreeMap<String, Variable>,
        environment: impl Fn(&str) -> Option<String>,
    ) -> Result<Self> {
        let mut values = BTreeMap::new();
        let mut missing = Vec::new();
        for (name, variable) in declared {
            check_name(name).map_err(|reason| anyhow::anyhow!("invalid variable name: {reason}"))?;
            let from_operator = environment(&format!("SPIN_VARIABLE_{}", name.to_ascii_uppercase()));
            match from_operator.or_else(|| variable.default.clone()) {
                Some(value) => drop(values.insert(name.clone(), value)),
                None => missing.push(name.as_str()),
            }
        }
        ensure!(
            missing.is_empty(),
            "no value for required variable(s) {}: set SPIN_VARIABLE_<NAME> in the environment",
            missing.join(", ")
        );
        Ok(Self(values))
    }

    /// The text of a template.
    pub fn fill(&self, template: &Template) -> Result<String> {
        template.resolve(|name| self.0.get(name).map(String::as_str))
    }
}

/// The variables of one component.
#[derive(Debug)]
pub struct ComponentVariables {
    component: String,
    values: BTreeMap<String, String>,
}

impl ComponentVariables {
    /// Fills in the templates of the component's manifest.
    pub fn resolve(
        component: &str,
        templates: &BTreeMap<String, String>,
        application: &ApplicationVariables,
    ) -> Result<Self> {
        let values = templates.iter().map(|(name, template)| {
            check_name(name).map_err(|reason| anyhow::anyhow!("invalid variable name: {reason}"))?;
            Ok((name.clone(), application.fill(&Template::parse(template)?)?))
        });
        Ok(Self { component: component.to_owned(), values: values.collect::<Result<_>>()? })
    }

    /// A value, or Spin's own error (crates/expressions/src/lib.rs).
    fn get(&self, name: &str) -> Result<String, Error> {
        check_name(name).map_err(Error::InvalidName)?;
        let undefined = || Error::Undefined(format!("no variable for {:?}.{name:?}", self.component));
        self.values.get(name).cloned().ok_or_else(undefined)
    }
}

/// The rules for a variable's name, and Spin's words where one is broken (crates/expressions/src/lib.rs, `Key`).
fn check_name(name: &str) -> Result<(), String> {
    let allowed = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
    let reason = if name.is_empty() {
        "must not be empty".to_owned()
    } else if let Some(letter) = name.chars().find(|letter| !allowed(*letter)) {
        format!(
            "invalid character {letter:?}. Variable names may contain only lower-case letters, numbers, and underscores."
        )
    } else if !name.starts_with(|letter: char| letter.is_ascii_lowercase()) {
        "must start with a lowercase ASCII letter".to_owned()
    } else if name.ends_with('_') {
        "must end with a lowercase ASCII letter or digit".to_owned()
    } else if name.contains("__") {
        "must not contain multiple consecutive underscores".to_owned()
    } else {
        return Ok(());
    };
    Err(format!("{name:?}: {reason}"))
}

/// Links `spin:variables` to the component's variables.
pub struct Variables;

impl HasData for Variables {
    type Data<'a> = &'a mut Arc<ComponentVariables>;
}

impl Host for Arc<ComponentVariables> {
    fn convert_error(&mut self, error: Error) -> wasmtime::Result<Error> {
        Ok(error)
    }
}

impl<T: Send> HostWithStore<T> for Variables {
    async fn get(accessor: &Accessor<T, Self>, name: String) -> Result<String, Error> {
        accessor.with(|mut access| Arc::clone(access.get())).get(&name)
    }
}
