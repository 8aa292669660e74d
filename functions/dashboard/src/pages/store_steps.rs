//! How a shop is connected, platform by platform: `docs/INTEGRATIONS.md` in short.

use maud::{Markup, html};
use tributary_domain::capability::Platform;

use crate::parts;
use crate::wire::Store;

/// The ways of a platform: how its orders come here, how they carry the click id, and where a person finds the
/// credentials of its API.
struct Steps {
    webhooks: &'static [&'static str],
    clicks: &'static [&'static str],
    credentials: &'static [&'static str],
}

const SHOPIFY: Steps = Steps {
    webhooks: &[
        "In the shop's admin open Settings, Notifications, Webhooks.",
        "Create a webhook in JSON, to the address above, for each of: Order creation, Order payment, Order update, Order cancellation, Order deletion, Refund create.",
        "Copy the signing secret that stands below the list, and put it in here as the webhook secret.",
    ],
    clicks: &[
        "In the shop's admin open Online Store, Themes, Edit code, theme.liquid.",
        "Paste the line above before </head>. The click id becomes a cart attribute, and so stands on the order.",
    ],
    credentials: &[
        "In the shop's admin open Settings, Apps, Develop apps, and create an app.",
        "Give its Admin API the scopes write_discounts and read_orders.",
        "Install it, and copy the access token. An app of the developer dashboard has a client id and a client secret instead.",
    ],
};

const WOOCOMMERCE: Steps = Steps {
    webhooks: &[
        "In the shop's admin open WooCommerce, Settings, Advanced, Webhooks.",
        "Add four webhooks to the address above, status Active: Order created, Order updated, Order deleted, Order restored.",
        "Give each the same secret of letters, digits and hyphens, and put it in here as the webhook secret.",
    ],
    clicks: &[
        "Open WooCommerce, Settings, Advanced, Features. With Order attribution on, nothing more is needed.",
        "Where it is off, paste the line above into the theme's header, and the lines of PHP of the tracking guide into its functions.php.",
    ],
    credentials: &[
        "In the shop's admin open WooCommerce, Settings, Advanced, REST API, Add key.",
        "Choose Read/Write, and copy the consumer key and the consumer secret.",
    ],
};

const BIGCOMMERCE: Steps = Steps {
    webhooks: &[
        "The webhooks are made by BigCommerce's API; the guide to connecting has the command to copy.",
        "They are store/order/created, updated, statusUpdated, refund/created and store/cart/converted, to the address above.",
        "Let each carry a secret of your own in the header X-Tributary-Token, and put it in here as the webhook secret.",
    ],
    clicks: &[
        "In the control panel open Storefront, Script Manager, Create a script, on all pages.",
        "Paste the line above. On the cart page, add the lines of the guide, which tell which click the cart came from.",
    ],
    credentials: &[
        "In the control panel open Settings, API, Store-level API accounts, Create.",
        "Give it Orders and Order transactions read-only, and Marketing modify for codes.",
        "Copy the store hash and the access token. Without them no order can be read, because a webhook says its number alone.",
    ],
};

const ADOBE_COMMERCE: Steps = Steps {
    webhooks: &[
        "In the shop, subscribe to the events observer.sales_order_save_commit_after and observer.sales_order_creditmemo_save_after.",
        "In the Adobe Developer Console add an event registration of the type webhook, to the address above.",
        "Put the project's client id in here as the webhook secret: events for another project are refused.",
    ],
    clicks: &["Paste the line above into the head of every page: Content, Design, Configuration, HTML Head."],
    credentials: &[
        "In the shop's admin open System, Extensions, Integrations, Add.",
        "Give it Sales and Cart Price Rules, activate it, and copy its four keys.",
    ],
};

const STRIPE: Steps = Steps {
    webhooks: &[
        "In the Stripe dashboard open Developers, Webhooks, Add endpoint, with the address above.",
        "Choose the events of checkout.session, refund, charge.refunded, charge.dispute, invoice.paid and invoice_payment.paid.",
        "Reveal the endpoint's signing secret, whsec_ included, and put it in here as the webhook secret.",
    ],
    clicks: &[
        "Paste the line above into the head of your site.",
        "Hand the cookie trb over as client_reference_id where your server makes the checkout session.",
    ],
    credentials: &[
        "In the Stripe dashboard open Developers, API keys, Create restricted key.",
        "Allow Coupons and Promotion codes to be written, and Events to be read.",
    ],
};

const AMAZON: Steps = Steps {
    webhooks: &[
        "Amazon sends no orders. Its report is read by its API or taken from a file, and kept as daily sums.",
    ],
    clicks: &[
        "Links carry Amazon Attribution's tags. Ask Amazon for its own part of them below, or put the maas= of a tag that its API gave out into the plan's page that a link opens.",
    ],
    credentials: &[
        "An app with access to the Amazon Ads API has the client id and secret; its login gives the refresh token.",
    ],
};

const CUSTOM: Steps = Steps {
    webhooks: &[
        "Let your server send each order to the address above, signed with the webhook secret, whenever it changes.",
        "Or call the postback when an order is paid, refunded or canceled; or show the pixel on the page that thanks for an order.",
        "The tracking guide has an example of each to copy.",
    ],
    clicks: &["Paste the line above into the head of every page."],
    credentials: &[],
};

const fn steps(platform: Platform) -> &'static Steps {
    match platform {
        Platform::Shopify => &SHOPIFY,
        Platform::Woocommerce => &WOOCOMMERCE,
        Platform::Bigcommerce => &BIGCOMMERCE,
        Platform::AdobeCommerce => &ADOBE_COMMERCE,
        Platform::Stripe => &STRIPE,
        Platform::Amazon => &AMAZON,
        Platform::Custom => &CUSTOM,
    }
}

/// Everything that a person does in the shop, with the texts to copy.
pub(super) fn guide(store: &Store) -> Markup {
    let steps = steps(store.platform);
    let base = store.webhook_url.split("/webhooks/").next().unwrap_or_default();
    let script = format!("<script async src=\"{base}/t/tributary.js\"></script>");
    html! {
        h2 #steps { "How to connect it" }
        h3 { "1. Orders come in here" }
        p { (parts::copyable("webhook address", &store.webhook_url)) }
        (list(steps.webhooks))
        p { a href="/dashboard/deliveries" { "What became of its deliveries" } }
        h3 { "2. Orders say which click they came from" }
        @if store.platform != Platform::Amazon { p { (parts::copyable("line of script", &script)) } }
        (list(steps.clicks))
        @if !steps.credentials.is_empty() {
            h3 { "3. Its API, so that codes are made by themselves" }
            (list(steps.credentials))
        }
    }
}

/// Where a person finds the credentials, for the form that asks for them.
pub(super) fn credential_steps(platform: Platform) -> Markup {
    list(steps(platform).credentials)
}

/// How a shop is told to send its orders, for the form that comes before.
pub(super) fn webhook_steps(platform: Platform) -> Markup {
    list(steps(platform).webhooks)
}

fn list(steps: &[&str]) -> Markup {
    html! { ol { @for step in steps { li { (step) } } } }
}
