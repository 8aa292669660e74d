//! What creators earn, as the fields of a form: a plan's, a creator's own, or those that somebody asks "what if?" of.
//!
//! Rules, tiers and leads are rows. The page shows one more than there are, and buttons that add and take out rows; they only
//! show the form again, so nothing is saved before all of it is.

use maud::{Markup, html};
use tributary_domain::Currency;
use tributary_domain::capability::{Platform, tells_categories, tells_lines};
use tributary_web::Form;
use tributary_web::form::list_item;

use crate::fields::{self, Filled, choices, optional, required};
use crate::wire::Store;

const RULES: &str = "commission.rules";
const TIERS: &str = "commission.tiers";
const LEADS: &str = "commission.leads";
/// Each list with the field that has a value in every row.
const LISTS: [(&str, &str); 3] = [(RULES, "kind"), (TIERS, ""), (LEADS, "")];
/// As many of each as terms may have.
const MOST_ROWS: usize = 20;

/// The buttons that change how many rows are shown.
const MORE: &str = "_more";
const LESS: &str = "_less";

/// A form that was sent, without its empty rows, and as its buttons ask for.
pub(super) fn arranged(form: Form) -> Form {
    let (more, less) = (form.get(MORE).map(str::to_owned), form.get(LESS).map(str::to_owned));
    LISTS.into_iter().fold(form, |form, (list, always)| {
        let form = match less.as_deref().and_then(|row| row_in(row, list)) {
            Some(row) => form.without_row(list, row),
            None => form,
        };
        // The row that was there to be filled in stays: one more is wanted beside it.
        if more.as_deref() == Some(list) { form } else { form.tidied(list, always) }
    })
}

/// Whether a form was sent for more or fewer rows alone.
pub(super) fn asks_for_rows(form: &Form) -> bool {
    form.get(MORE).or_else(|| form.get(LESS)).is_some()
}

/// The row of a list that a button is for.
fn row_in(button: &str, list: &str) -> Option<usize> {
    list_item(button).filter(|(of, _)| *of == list).map(|(_, row)| row)
}

/// All of the terms.
pub(super) fn section(form: &Filled<'_>, store: &Store) -> Markup {
    let currency = store.currency;
    html! {
        fieldset {
            legend { "What creators earn" }
            (fields::choice(form, "commission.kind", "Commission", "", &choices(&[
                ("percentage", "a percentage of the net value"), ("flat", "the same for each order"),
                ("per_lead", "the same for each lead"), ("per_click", "the same for each unique click"),
            ])))
            (required("commission.value", "How much", &format!("Percent, or an amount in {currency}.")).on(form))
            (base(form))
            (rules(form, store))
            (tiers(form, currency))
            (leads(form, currency))
            (caps(form, currency))
        }
    }
}

fn base(form: &Filled<'_>) -> Markup {
    let options = [
        ("commission.base.shipping!", "Shipping"),
        ("commission.base.tax!", "All tax"),
        ("commission.base.beforeDiscount!", "What the discount took off"),
    ];
    let is_open = options.iter().any(|(name, _)| form.chosen(name, "true"));
    html! {
        details open[is_open] {
            summary { "What percentages are taken of" }
            p.hint { "The net value of the goods, after discount, without tax and shipping. Tick what counts besides." }
            @for (name, label) in options { (fields::tick(form, name, label, "")) }
        }
    }
}

fn rules(form: &Filled<'_>, store: &Store) -> Markup {
    let rows = Rows {
        list: RULES,
        title: "Other pay for some goods, orders or buyers",
        hint: "All that a rule says must hold. The first rule that fits decides; what fits none is paid as above.",
        each: "Rule",
    };
    rows.shown(form, |path| rule(form, path, store))
}

fn rule(form: &Filled<'_>, path: &str, store: &Store) -> Markup {
    let name = |field: &str| format!("{path}.{field}");
    let currency = store.currency;
    let told = |is_told: bool| if is_told { "" } else { cannot(store.platform) };
    let lines = told(tells_lines(store.platform));
    let goods = format!("The shop's ids of products or variants, or SKUs, between commas. {lines}");
    let categories = format!("The shop's ids, between commas. {}", told(tells_categories(store.platform)));
    let rest = form.value(&name("rest"));
    html! {
        (form.wrong_itself(&name("when")))
        (fields::choice(form, &name("kind"), "Pays", "", &choices(&[
            ("percentage", "a percentage"), ("flat", "an amount a piece of such goods, or an order"),
            ("per_lead", "an amount a lead"), ("per_click", "an amount a click"),
        ])))
        (optional(&name("value"), "How much", &format!("Percent, or an amount in {currency}.")).on(form))
        (optional(&name("when.products,"), "For these goods", &goods).on(form))
        (optional(&name("when.categories,"), "For goods in these categories", &categories).on(form))
        (optional(&name("when.minimumQuantity#"), "From so many pieces on", lines).of_kind("number").on(form))
        (optional(&name("when.minimumOrder"), "For orders from this value on", &format!("Net, in {currency}.")).on(form))
        (fields::choice(form, &name("when.customer?"), "For", "", &choices(&[
            ("", "any buyer"), ("new", "new customers"), ("returning", "returning customers"),
        ])))
        // What a rule says besides is kept.
        @if !rest.is_empty() { input type="hidden" name=(name("rest")) value=(rest); }
    }
}

/// Why a condition is of no use here.
const fn cannot(platform: Platform) -> &'static str {
    match platform {
        Platform::Stripe | Platform::Amazon => "Not told by this shop: leave it empty.",
        _ => "Not told by this shop: leave it empty, and name goods.",
    }
}

fn tiers(form: &Filled<'_>, currency: Currency) -> Markup {
    let rows = Rows {
        list: TIERS,
        title: "Other percentages after a good month",
        hint: "For the orders that come once a creator's sales of the calendar month have reached an amount. The lowest first.",
        each: "Step",
    };
    rows.shown(form, |path| html! {
        (optional(&format!("{path}.from"), "Sales of the month from", &format!("Net, in {currency}.")).on(form))
        (optional(&format!("{path}.rate"), "Percent", "").on(form))
    })
}

fn leads(form: &Filled<'_>, currency: Currency) -> Markup {
    let rows = Rows {
        list: LEADS,
        title: "Amounts for leads, by their event",
        hint: "Any other lead earns what is said above for leads, or for each order; nothing beside a percentage.",
        each: "Event",
    };
    rows.shown(form, |path| html! {
        (optional(&format!("{path}.event"), "Your word for it", "Such as sign-up, download, form, visit.").on(form))
        (optional(&format!("{path}.amount"), "Amount for each", &format!("In {currency}; 0 for nothing.")).on(form))
    })
}

fn caps(form: &Filled<'_>, currency: Currency) -> Markup {
    let caps = [
        ("commission.caps.perOrder", "For one order"),
        ("commission.caps.perBuyer", "For all orders of one buyer"),
        ("commission.caps.perPeriod", "For a calendar month"),
    ];
    let is_open = caps.iter().any(|(name, _)| !form.value(name).is_empty() || form.is_wrong(name));
    html! {
        details open[is_open] {
            summary { "The most that a creator earns" }
            @for (name, label) in caps {
                (optional(name, label, &format!("In {currency}; empty for no limit.")).on(form))
            }
        }
    }
}

/// Rows of a list.
struct Rows<'a> {
    list: &'a str,
    title: &'a str,
    hint: &'a str,
    /// What one of them is called.
    each: &'a str,
}

impl Rows<'_> {
    /// The rows that are there, and one to fill in; `fields` are those of a row with this path.
    fn shown(&self, form: &Filled<'_>, fields: impl Fn(&str) -> Markup) -> Markup {
        let (list, each) = (self.list, self.each.to_lowercase());
        let there = form.rows(list);
        // With "another", the row that was there to be filled in was sent too.
        let shown = MOST_ROWS.min(there + 1).max(there);
        let wants_more = form.pressed(MORE, list);
        html! {
            details open[there > 0 || wants_more || form.is_wrong(list)] {
                summary { (self.title) @if there > 0 { " (" (there) ")" } }
                p.hint { (self.hint) }
                (form.wrong_itself(list))
                // Says that there is a list, also where it has no row.
                input type="hidden" name={ (list) "," } value="";
                @for row in 0..shown {
                    @let path = format!("{list}[{row}]");
                    @let is_new = wants_more && row + 1 == shown;
                    fieldset autofocus[is_new] tabindex=[is_new.then_some("-1")] {
                        legend { (self.each) " " (row + 1) }
                        (form.wrong_itself(&path))
                        (fields(&path))
                        @if row < there {
                            button.small name=(LESS) value=(path) formnovalidate {
                                "Take this " (each) " out" span.unseen { " " (row + 1) }
                            }
                        }
                    }
                }
                @if shown < MOST_ROWS {
                    button.small name=(MORE) value=(list) formnovalidate { "Add another " (each) }
                }
            }
        }
    }
}
