//! The fields of a plan's form, with what the shop can do beside each term.

use maud::{Markup, html};
use tributary_domain::Currency;
use tributary_domain::capability::{Capabilities, Support};

use crate::fields::{self, Filled, choices, optional, required};

/// What a shop's support for a term means to who fills in the form.
const fn support(support: Support) -> &'static str {
    match support {
        Support::Native => "",
        Support::Emulated => "The shop has no such term itself; it is kept all the same.",
        Support::Unsupported => "This shop cannot: leave it empty.",
    }
}

pub(super) fn discount(form: &Filled<'_>, can: &Capabilities, currency: Currency) -> Markup {
    let mut kinds = vec![("none", "nothing")];
    if can.percentage != Support::Unsupported {
        kinds.push(("percentage", "a percentage"));
    }
    if can.fixed != Support::Unsupported {
        kinds.push(("fixed", "a fixed amount"));
    }
    html! {
        fieldset {
            legend { "What shoppers save" }
            (fields::choice(form, "discount.kind", "Discount", "", &choices(&kinds)))
            (optional("discount.value", "How much", &format!("Percent, or an amount in {currency}.")).on(form))
        }
    }
}

pub(super) fn codes_section(form: &Filled<'_>) -> Markup {
    html! {
        fieldset {
            legend { "Codes" }
            (fields::choice(form, "mode", "Who makes them", "", &choices(&[
                ("managed", "we do, in the shop"), ("manual", "you type them into the shop"), ("external", "a programme elsewhere"),
            ])))
            (optional("codePattern?", "Pattern", "Such as {first_name}{discount}, {instagram|first_name}, {random:4}. Letters of any script become A to Z.").on(form))
        }
    }
}

pub(super) fn attribution(form: &Filled<'_>) -> Markup {
    html! {
        fieldset {
            legend { "Who is credited" }
            (fields::choice(form, "attribution.rule", "Code or click", "", &choices(&[
                ("code_first", "a code wins over any click"),
                ("link_first", "a click wins over any code"),
                ("code_if_clicked", "a code only after a click"),
                ("link_only", "clicks only"),
            ])))
            (fields::choice(form, "attribution.model", "Of several", "", &choices(&[
                ("last_touch", "the one nearest to the order"), ("first_touch", "the earliest"),
            ])))
            (required("attribution.windowDays#", "Days after a click", "").of_kind("number").on(form))
            (optional("attribution.bindCustomerDays#", "Days in which a buyer who comes back is credited to who brought them", "0 for none.").of_kind("number").on(form))
        }
    }
}

/// What makes a person look at a sale (R45).
pub(super) fn doubts(form: &Filled<'_>) -> Markup {
    let limit = |name, label, hint| optional(name, label, hint).of_kind("number").on(form);
    html! {
        fieldset {
            legend { "What waits for a person" }
            (optional("holdDays#", "Days to wait before it is approved", "0 approves at once.").of_kind("number").on(form))
            p.hint { "A creator's own purchase always does. Leave empty what you do not want to hear of." }
            (limit("review.secondsAfterClick#", "Seconds between click and order", "An order that comes sooner, such as 5."))
            (limit("review.ordersPerBuyer#", "Other orders of one buyer in 30 days", "So many with the same creator and without a click, such as 3."))
            (limit("review.clicksDriedUpFrom#", "Clicks that a creator had in 30 days", "A code that goes on without clicks, although the creator's links had at least so many before and have a tenth of them now, such as 100."))
        }
    }
}

pub(super) fn links(form: &Filled<'_>, can: &Capabilities) -> Markup {
    html! {
        fieldset {
            legend { "Links" }
            (optional("link.clickThroughUrl?", "Page that a link opens", "Empty: the store's home page.").of_kind("url").on(form))
            (fields::tick(form, "link.applyCode!", "A link applies the code", support(can.auto_apply_link)))
            @for (name, label) in [("source", "UTM source"), ("medium", "UTM medium"), ("campaign", "UTM campaign"), ("term", "UTM term"), ("content", "UTM content")] {
                (optional(&format!("link.utm.{name}?"), label, "").on(form))
            }
            (optional("link.fallbackUrl?", "Page while the plan does not run", "Empty: the store's home page.").of_kind("url").on(form))
            (optional("link.allowedHosts,", "Other hosts that a link may open", "Between commas, such as blog.shop.example.").on(form))
        }
    }
}

pub(super) fn limits(form: &Filled<'_>, can: &Capabilities, currency: Currency) -> Markup {
    let amount = format!("In {currency}. {}", support(can.minimum_amount));
    let date = |can: Support| {
        format!("A day such as 2027-01-31, or a moment such as 2027-01-31T18:00:00Z. {}", support(can))
    };
    html! {
        fieldset {
            legend { "Limits" }
            (optional("limits.usageLimit#", "Uses of a code in all", support(can.usage_limit)).of_kind("number").on(form))
            (fields::tick(form, "limits.oncePerCustomer!", "One use per customer", support(can.once_per_customer)))
            (optional("limits.minimumAmount", "Smallest order", &amount).on(form))
            (optional("limits.minimumQuantity#", "or fewest items", support(can.minimum_quantity)).of_kind("number").on(form))
            (optional("limits.productIds,", "Only these products", &format!("The shop's ids, between commas. {}", support(can.products))).on(form))
            (optional("limits.categoryIds,", "Only these categories", &format!("The shop's ids, between commas. {}", support(can.categories))).on(form))
            (optional("limits.startsAt?", "From", &date(can.start_date)).on(form))
            (optional("limits.endsAt?", "Until", &date(can.end_date)).on(form))
        }
    }
}

pub(super) fn external(form: &Filled<'_>) -> Markup {
    html! {
        fieldset {
            legend { "A programme elsewhere" }
            (optional("externalUrl?", "Its address", "").of_kind("url").on(form))
            (fields::lines(form, "instructions?", "What a creator must do there", ""))
        }
    }
}
