//! Templates: text with `{{ variable }}` in it (crates/expressions/src/template.rs).

use anyhow::{Context as _, Result};

/// A part of a template.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Variable(String),
}

/// A parsed template.
#[derive(Debug, PartialEq, Eq)]
pub struct Template(Vec<Part>);

impl Template {
    /// Reads a template; an opened brace pair has to be closed.
    pub fn parse(mut rest: &str) -> Result<Self> {
        let mut parts = Vec::new();
        while let Some((text, expression)) = rest.split_once("{{") {
            let (name, after) = expression.split_once("}}").context("unmatched '{{' in template")?;
            if !text.is_empty() {
                parts.push(Part::Text(text.to_owned()));
            }
            parts.push(Part::Variable(name.trim().to_owned()));
            rest = after;
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        Ok(Self(parts))
    }

    /// Whether it has no variable in it.
    pub fn is_literal(&self) -> bool {
        self.0.iter().all(|part| matches!(part, Part::Text(_)))
    }

    /// The text with the values of its variables.
    pub fn resolve<'a>(&self, value: impl Fn(&str) -> Option<&'a str>) -> Result<String> {
        self.0.iter().try_fold(String::new(), |resolved, part| {
            Ok(resolved
                + match part {
                    Part::Text(text) => text,
                    Part::Variable(name) => value(name)
                        .with_context(|| format!("invalid variable template: unknown variable {name:?}"))?,
                })
        })
    }
}
