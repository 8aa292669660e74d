//! An application, ready to serve.

use crate::{
    cache::Cache,
    engine::engine,
    instance::{ReadyComponent, Shared, linker},
    manifest::Manifest,
    options::Options,
    rights::Rights,
    routes::Routes,
    variables::ApplicationVariables,
};
use anyhow::{Context as _, Result, anyhow};
use std::{collections::BTreeMap, env, path::Path, sync::Arc, thread};
use wasmtime::component::Component;
use wasmtime_wasi_http::{handler::ProxyHandler, p3::bindings::ServicePre};

/// The instances of a component.
pub type Handler = ProxyHandler<ReadyComponent>;

/// An application, ready to serve.
pub struct Application {
    /// Which component answers what.
    pub routes: Routes<Handler>,
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: Option<String>,
}

impl Application {
    /// Reads the rights of all components, then compiles them.
    pub fn load(manifest: Manifest, options: &Options, shared: &Shared) -> Result<Self> {
        let variables = ApplicationVariables::resolve(&manifest.variables, |name| env::var(name).ok())?;
        let engine = engine()?;
        let linker = linker(&engine)?;
        let rights = manifest
            .component
            .iter()
            .map(|(id, component)| Ok((id, Arc::new(Rights::of(id, component, &variables)?))))
            .collect::<Result<BTreeMap<_, _>>>()?;
        let cache = Cache::open(&engine, &options.cache_dir)?;
        let mut handlers = BTreeMap::new();
        for (id, component) in compile(&manifest, &options.manifest, &cache)? {
            let code = linker.instantiate_pre(&component).and_then(ServicePre::new).map_err(|error| {
                anyhow::Error::from(error).context(format!("component {id:?} cannot be run"))
            })?;
            let rights = rights.get(&id).with_context(|| format!("component {id:?} has no rights"))?;
            let ready = ReadyComponent { code, rights: Arc::clone(rights), shared: shared.clone() };
            handlers.insert(id, Handler::new(ready));
        }
        let routes = Routes::new(manifest.routes(), |id| {
            handlers.get(id).cloned().with_context(|| format!("there is no component {id:?}"))
        })?;
        Ok(Self { routes, name: manifest.application.name, version: manifest.application.version })
    }
}

/// The code of all components, compiled side by side where the cache has none.
fn compile(manifest: &Manifest, path: &Path, cache: &Cache<'_>) -> Result<Vec<(String, Component)>> {
    let directory = path.parent().unwrap_or(Path::new(""));
    thread::scope(|scope| {
        let threads: Vec<_> = manifest
            .component
            .iter()
            .map(|(id, component)| {
                let source = directory.join(&component.source);
                scope.spawn(move || Ok((id.clone(), cache.load(id, &source)?)))
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().map_err(|_| anyhow!("a compilation panicked"))?)
            .collect()
    })
}
