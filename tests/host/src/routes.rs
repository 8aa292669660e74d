//! Which component answers a path (crates/routes/src/lib.rs). The matching itself is done by the crate that Spin
//! uses for it: at the first segment in which two routes differ, exact text wins over `:name` over `...`.

use crate::manifest::HttpTrigger;
use anyhow::{Result, anyhow};
use http::HeaderValue;
use routefinder::{Captures, Router};
use std::borrow::Cow;

/// The routes of an application.
pub struct Routes<Target> {
    router: Router<Route<Target>>,
}

/// One route.
#[derive(Debug)]
pub struct Route<Target> {
    /// What answers it.
    pub target: Target,
    /// The id of the component.
    pub component: String,
    /// As in the manifest.
    pub raw: HeaderValue,
    /// Without a slash at its end.
    pub matched: HeaderValue,
    /// As in the manifest, without a trailing wildcard.
    pub prefix: HeaderValue,
    /// How it is shown to the operator.
    shown: String,
}

/// A path that a route was found for.
pub struct RouteMatch<'routes, 'path, Target> {
    /// The route.
    pub route: &'routes Route<Target>,
    captures: Captures<'routes, 'path>,
    path: &'path str,
}

impl<Target> Routes<Target> {
    /// Reads the routes of a manifest. Of two that are the same, the later one counts, as in Spin.
    pub fn new(triggers: &[HttpTrigger], target: impl Fn(&str) -> Result<Target>) -> Result<Self> {
        let mut router = Router::new();
        for (index, trigger) in triggers.iter().enumerate() {
            if triggers.iter().skip(index + 1).any(|later| later.route == trigger.route) {
                eprintln!("Route {:?} is a duplicate and will never be used", trigger.route);
                continue;
            }
            let absolute = if trigger.route.starts_with('/') {
                Cow::from(&trigger.route)
            } else {
                Cow::from(format!("/{}", trigger.route))
            };
            let matched = absolute.strip_suffix('/').unwrap_or(&absolute);
            let wildcard = matched.strip_suffix("/...").or_else(|| matched.strip_suffix("/*"));
            let pattern = wildcard.map_or_else(|| matched.to_owned(), |prefix| format!("{prefix}/*"));
            let route = Route {
                target: target(&trigger.component)?,
                component: trigger.component.clone(),
                raw: HeaderValue::try_from(&trigger.route)?,
                matched: HeaderValue::try_from(matched)?,
                prefix: HeaderValue::try_from(trigger.route.strip_suffix("/...").unwrap_or(&trigger.route))?,
                shown: wildcard.map_or_else(|| matched.to_owned(), |prefix| format!("{prefix} (wildcard)")),
            };
            router.add(pattern, route).map_err(|error| {
                anyhow!("Error parsing route {matched} of component {}: {error}", trigger.component)
            })?;
        }
        Ok(Self { router })
    }

    /// The best route for a path.
    pub fn find<'routes, 'path>(
        &'routes self,
        path: &'path str,
    ) -> Option<RouteMatch<'routes, 'path, Target>> {
        let best = self.router.best_match(path)?;
        Some(RouteMatch { route: best.handler(), captures: best.captures(), path })
    }

    /// Component and route, as Spin lists them at its start.
    pub fn list(&self) -> impl Iterator<Item = (&str, &str)> {
        self.router.iter().map(|(_, route)| (route.component.as_str(), route.shown.as_str()))
    }
}

impl<Target> RouteMatch<'_, '_, Target> {
    /// What the trailing wildcard stands for: with the slash before it, and with one after it if the path has one.
    pub fn trailing_wildcard(&self) -> String {
        match (self.captures.wildcard(), self.path.ends_with('/')) {
            (None | Some(""), false) | (None, true) => String::new(),
            (Some(""), true) => "/".to_owned(),
            (Some(rest), false) => format!("/{rest}"),
            (Some(rest), true) => format!("/{rest}/"),
        }
    }

    /// The names of the pattern and the segments that they stand for.
    pub fn named(&self) -> impl Iterator<Item = (&str, &str)> {
        self.captures.iter()
    }
}
