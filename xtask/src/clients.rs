//! What the test with the platforms' own clients needs besides Rust: those clients, from `PyPI` and from npm.
//!
//! These are the ones that sign or verify what goes between a shop and us. Others only call a shop's API, or sign
//! something else: `WooCommerce` on `PyPI` and `@woocommerce/woocommerce-rest-api` on npm, `ShopifyAPI` on `PyPI` (the
//! addresses of a sign-in), `bigcommerce` on `PyPI` (the opening of an app). `BigCommerce` signs its webhooks by the
//! Standard Webhooks specification, whose libraries sign for it here; nothing signs for `WooCommerce`.

use crate::build::Workspace;
use crate::packages;
use anyhow::Result;
use std::path::PathBuf;

const PYTHON: [&str; 2] = ["stripe==16.1.0", "standardwebhooks==1.1.0"];
const NPM: [&str; 4] = [
    "stripe@23.1.0",
    "standardwebhooks@1.1.1",
    // The last that Node 20 runs.
    "@shopify/shopify-api@13.1.0",
    "@adobe/aio-lib-events@4.1.0",
];

/// Where the clients are.
pub(crate) struct Clients {
    /// The Python that finds them.
    pub(crate) python: PathBuf,
    /// The folder in which Node finds them.
    pub(crate) node_modules: PathBuf,
}

/// Installs what is missing.
pub(crate) fn ready(workspace: &Workspace) -> Result<Clients> {
    let folder = workspace.target.join("clients");
    Ok(Clients {
        python: packages::python(&folder.join("python"), &PYTHON)?.join("python"),
        node_modules: packages::npm(&folder.join("npm"), &NPM)?,
    })
}
