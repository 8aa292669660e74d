//! Making a plan, and its next version: what the shop can do beside each term, and the codes that would come of it.

use std::collections::BTreeSet;

use maud::{Markup, html};
use serde_json::{Map, Value, json};
use tributary_domain::capability::{Capabilities, Support, capabilities};
use tributary_domain::ids::{PlanId, StoreId};
use tributary_domain::plan::Terms;
use tributary_domain::{Currency, FieldErrors, Money};
use tributary_storage::codes::{self, Setting, Wanted};
use tributary_storage::creators::{self, Filter};
use tributary_storage::plans::{Plan as PlanRow, PlanStatus};
use tributary_storage::stores;
use tributary_web::request::{Method, read_value};
use tributary_web::{Answer, Form, Notice, Problem};

use super::creators::called;
use super::people_add::would_be;
use crate::fields::{self, Filled, choices, optional, required};
use crate::layout::{Title, page_with};
use crate::parts::{self, Align, name};
use crate::visit::Visit;
use crate::wire::{List, Plan, Store};

/// Creators for whom a code is shown while the plan is being written.
const SAMPLES: u32 = 5;

pub(crate) async fn new(visit: &Visit) -> Result<Answer, Problem> {
    let stores: List<Store> = visit.get("/stores?limit=100").await?;
    let chosen = visit.request.query("storeId");
    let store = match &chosen {
        Some(id) => stores.data.iter().find(|store| store.id == *id),
        None if stores.data.len() == 1 => stores.data.first(),
        None => None,
    };
    let Some(store) = store else { return Ok(choose_store(visit, &stores.data)) };
    let known = fields_of(&json!({
        "mode": if store.has_credentials { "managed" } else { "manual" },
        "discount": {"type": "percentage", "value": "10"}, "codePattern": "{first_name}{discount}",
        "link": {"applyCode": true, "utm": {"source": "tributary", "medium": "creator", "campaign": "{campaign}"}},
        "attribution": {"rule": "code_first", "model": "last_touch", "windowDays": 30, "bindCustomerDays": 0},
        "commission": {"type": "percentage", "rate": "10"}, "holdDays": 0,
    }));
    Sheet { visit, store, title: "New plan", above: ABOVE }.shown(200, &Filled::with(&known), None).await
}

pub(crate) async fn edit(visit: &Visit, id: &str) -> Result<Answer, Problem> {
    let known: Value = visit.get(&format!("/plans/{id}")).await?;
    let (plan, store) = plan_and_store(visit, id).await?;
    let (title, above) = (format!("Next version of {}", plan.name), format!("/dashboard/plans/{id}"));
    let sheet = Sheet { visit, store: &store, title: &title, above: (&plan.name, &above) };
    sheet.shown(200, &Filled::with(&fields_of(&known)), None).await
}

pub(crate) async fn create(visit: &Visit) -> Result<Answer, Problem> {
    let form = visit.form()?;
    let store: Store = visit.get(&format!("/stores/{}", form.get("storeId").unwrap_or_default())).await?;
    let sheet = Sheet { visit, store: &store, title: "New plan", above: ABOVE };
    let read = terms_of(&form, store.currency, &Map::new());
    if form.get("_preview").is_some() {
        return sheet.previewed(&form, read).await;
    }
    let made = match read {
        Ok(terms) => visit.send_once("/plans", &form, &terms).await,
        Err(problem) => Err(problem),
    };
    match made {
        Ok(made) => {
            let id = made.get("id").and_then(Value::as_str).unwrap_or_default();
            let next = Answer::to_page(&format!("/dashboard/plans/{id}"));
            Ok(Notice::done("The plan is there. Now a campaign can use it.").on(next, &visit.request))
        }
        Err(problem) => sheet.refused(&form, problem).await,
    }
}

pub(crate) async fn update(visit: &Visit, id: &str) -> Result<Answer, Problem> {
    let form = visit.form()?;
    let known: Map<String, Value> = visit.get(&format!("/plans/{id}")).await?;
    let (plan, store) = plan_and_store(visit, id).await?;
    let (title, above) = (format!("Next version of {}", plan.name), format!("/dashboard/plans/{id}"));
    let sheet = Sheet { visit, store: &store, title: &title, above: (&plan.name, &above) };
    let read = terms_of(&form, store.currency, &known);
    if form.get("_preview").is_some() {
        return sheet.previewed(&form, read).await;
    }
    let made = match read {
        Ok(terms) => visit.send(Method::Put, &format!("/plans/{id}"), &terms).await,
        Err(problem) => Err(problem),
    };
    match made {
        Ok(_) => {
            let next = Answer::to_page(&above);
            Ok(Notice::done("The next version is there. What was earned stays.").on(next, &visit.request))
        }
        Err(problem) => sheet.refused(&form, problem).await,
    }
}

const ABOVE: (&str, &str) = ("Plans", "/dashboard/plans");

async fn plan_and_store(visit: &Visit, id: &str) -> Result<(Plan, Store), Problem> {
    let plan: Plan = visit.get(&format!("/plans/{id}")).await?;
    let store = visit.get(&format!("/stores/{}", plan.store_id)).await?;
    Ok((plan, store))
}

fn choose_store(visit: &Visit, stores: &[Store]) -> Answer {
    let body = html! {
        @if stores.is_empty() {
            (parts::empty("A plan is for one store. Connect the store first.", Some(("/dashboard/stores/new", "Connect a store"))))
        } @else {
            p { "A plan is for one store. Which?" }
            ul.attention { @for store in stores {
                li { a href={ "?storeId=" (store.id) } { (name(&store.name)) } " (" (store.platform.name()) ")" }
            } }
        }
    };
    page_with(visit, 200, &Title::below(ABOVE.0, ABOVE.1, "New plan"), &body)
}

/// The form for one store.
struct Sheet<'a> {
    visit: &'a Visit,
    store: &'a Store,
    title: &'a str,
    above: (&'a str, &'a str),
}

impl Sheet<'_> {
    async fn previewed(&self, form: &Form, read: Result<Value, Problem>) -> Result<Answer, Problem> {
        let typed = Value::Null;
        match read.and_then(read_value::<Map<String, Value>>) {
            Ok(mut terms) => {
                terms.remove("storeId");
                for name in ["id", "version", "status", "createdAt", "updatedAt"] {
                    terms.remove(name);
                }
                self.shown(200, &Filled::typed(&typed, form), Some(Value::Object(terms))).await
            }
            Err(problem) => self.refused(form, problem).await,
        }
    }

    async fn refused(&self, form: &Form, problem: Problem) -> Result<Answer, Problem> {
        if problem.status >= 500 {
            return Err(problem);
        }
        let problem = as_fields(problem);
        self.shown(problem.status, &Filled::again(&Value::Null, form, &problem), None).await
    }

    async fn shown(&self, status: u16, form: &Filled<'_>, preview: Option<Value>) -> Result<Answer, Problem> {
        let can = capabilities(self.store.platform);
        let codes = match preview {
            Some(terms) => self.codes(terms).await?,
            None => {
                html! { p.note { "Press the button to see the codes of your newest creators. With scripts they follow what you type." } }
            }
        };
        let body = html! {
            p { "For " (name(&self.store.name)) ", " (self.store.platform.name()) ", in " (self.store.currency) "." }
            (form.summary())
            form.sheet method="post" data-preview {
                (fields::hidden(self.visit))
                input type="hidden" name="storeId" value=(self.store.id);
                (required("name", "Name", "No other plan may have it.").on(form))
                (discount(form, &can, self.store.currency))
                (codes_section(form))
                section #preview aria-live="polite" { (codes) }
                button name="_preview" value="1" formnovalidate { "Preview the codes" }
                (commission(form, self.store.currency))
                (attribution(form))
                (doubts(form))
                (links(form, &can))
                (limits(form, &can, self.store.currency))
                (external(form))
                button { "Save the plan" }
            }
        };
        Ok(page_with(self.visit, status, &Title::below(self.above.0, self.above.1, self.title), &body))
    }

    /// The codes that the newest creators would get under these terms.
    async fn codes(&self, terms: Value) -> Result<Markup, Problem> {
        let terms: Terms = match read_value(without_nulls(terms)) {
            Ok(terms) => terms,
            Err(problem) => return Ok(html! { p.wrong { (problem.detail) } }),
        };
        let (sql, now) = (&self.visit.context.sql, self.visit.context.now());
        let id = StoreId::parse(&self.store.id).map_err(|_| Problem::not_found("store"))?;
        let store = stores::by_id(sql, &id).await?.ok_or_else(|| Problem::not_found("store"))?;
        let plan = PlanRow {
            id: PlanId::new(now, self.visit.context.id_random()),
            store_id: id,
            version: 1,
            status: PlanStatus::Active,
            terms,
            created_at: now,
            updated_at: now,
        };
        let people = creators::list(sql, &Filter::default(), None, SAMPLES).await?;
        let wanted: Vec<Wanted<'_>> =
            people.iter().map(|creator| Wanted { creator, campaign: (None, "Campaign") }).collect();
        let none = BTreeSet::new();
        let key = self.visit.context.keys.current();
        let setting = Setting { plan: &plan, store: &store, key, reserved: &none };
        let made = codes::make(sql, &setting, &wanted).await?;
        let rows = html! {
            @for (creator, made) in people.iter().zip(&made) {
                tr { th scope="row" { (name(&called(creator))) } td { @match made {
                    Some(made) => (would_be(made)),
                    None => "no code, only a link",
                } } }
            }
        };
        if people.is_empty() {
            return Ok(html! { p.note { "Add creators to see their codes." } });
        }
        Ok(parts::table("Codes", &[("Creator", Align::Text), ("Code", Align::Text)], &rows))
    }
}

/// What a shop's support for a term means to who fills in the form.
const fn support(support: Support) -> &'static str {
    match support {
        Support::Native => "",
        Support::Emulated => "The shop has no such term itself; it is kept all the same.",
        Support::Unsupported => "This shop cannot: leave it empty.",
    }
}

fn discount(form: &Filled<'_>, can: &Capabilities, currency: Currency) -> Markup {
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

fn codes_section(form: &Filled<'_>) -> Markup {
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

pub(super) fn commission(form: &Filled<'_>, currency: Currency) -> Markup {
    html! {
        fieldset {
            legend { "What creators earn" }
            (fields::choice(form, "commission.kind", "Commission", "", &choices(&[
                ("percentage", "a percentage of the net value"), ("flat", "the same for each order"),
                ("per_lead", "the same for each lead"), ("per_click", "the same for each unique click"),
            ])))
            (required("commission.value", "How much", &format!("Percent, or an amount in {currency}.")).on(form))
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
fn doubts(form: &Filled<'_>) -> Markup {
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

fn links(form: &Filled<'_>, can: &Capabilities) -> Markup {
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

fn limits(form: &Filled<'_>, can: &Capabilities, currency: Currency) -> Markup {
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

fn external(form: &Filled<'_>) -> Markup {
    html! {
        fieldset {
            legend { "A programme elsewhere" }
            (optional("externalUrl?", "Its address", "").of_kind("url").on(form))
            (optional("instructions?", "What a creator must do there", "").on(form))
        }
    }
}

/// A plan's terms as the form's fields.
pub(super) fn fields_of(plan: &Value) -> Value {
    let mut fields = plan.clone();
    let text = |pointer: &str| plan.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let money = |pointer: &str| {
        let value = plan.pointer(pointer).cloned().unwrap_or_default();
        serde_json::from_value::<Money>(value).map(Money::to_decimal).unwrap_or_default()
    };
    let discount = match text("/discount/type") {
        "fixed" => json!({"kind": "fixed", "value": money("/discount/amount")}),
        "percentage" => json!({"kind": "percentage", "value": text("/discount/value")}),
        _ => json!({"kind": "none"}),
    };
    let commission = match text("/commission/type") {
        kind @ ("flat" | "per_lead" | "per_click") => {
            json!({"kind": kind, "value": money("/commission/amount")})
        }
        _ => json!({"kind": "percentage", "value": text("/commission/rate")}),
    };
    if let Some(members) = fields.as_object_mut() {
        members.insert("discount".to_owned(), discount);
        members.insert("commission".to_owned(), commission);
        if let Some(limits) = members.get_mut("limits").and_then(Value::as_object_mut) {
            limits.insert("minimumAmount".to_owned(), json!(money("/limits/minimumAmount")));
        }
    }
    fields
}

/// The form's fields as a plan. What `known` says besides stays: a form need not know every term.
fn terms_of(form: &Form, currency: Currency, known: &Map<String, Value>) -> Result<Value, Problem> {
    let sent = form.to_json();
    let text = |pointer: &str| sent.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let mut errors = FieldErrors::default();
    let discount = match text("/discount/kind") {
        "percentage" => json!({"type": "percentage", "value": text("/discount/value")}),
        "fixed" => {
            json!({"type": "fixed", "amount": errors.keep("discount.value", Money::parse(text("/discount/value"), currency))})
        }
        _ => Value::Null,
    };
    let commission = commission_of(&sent, currency, &mut errors);
    let minimum = match text("/limits/minimumAmount") {
        "" => Value::Null,
        amount => json!(errors.keep("limits.minimumAmount", Money::parse(amount, currency))),
    };
    errors.into_result()?;
    let mut terms = Value::Object(known.clone());
    lay_over(&mut terms, &sent);
    if let Some(members) = terms.as_object_mut() {
        members.insert("discount".to_owned(), discount);
        merge_commission(members, commission);
        if let Some(limits) = members.get_mut("limits").and_then(Value::as_object_mut) {
            limits.insert("minimumAmount".to_owned(), minimum);
        }
    }
    Ok(terms)
}

/// The commission that a form says.
pub(super) fn commission_of(sent: &Value, currency: Currency, errors: &mut FieldErrors) -> Value {
    let text = |pointer: &str| sent.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    match text("/commission/kind") {
        kind @ ("flat" | "per_lead" | "per_click") => {
            json!({"type": kind, "amount": errors.keep("commission.value", Money::parse(text("/commission/value"), currency))})
        }
        _ => json!({"type": "percentage", "rate": text("/commission/value")}),
    }
}

/// The commission of the form in place of the known one, whose rules and caps stay.
pub(super) fn merge_commission(members: &mut Map<String, Value>, commission: Value) {
    let mut merged = commission;
    if let (Some(Value::Object(known)), Some(new)) = (members.get("commission"), merged.as_object_mut()) {
        for (name, value) in known
            .iter()
            .filter(|(name, _)| !["type", "rate", "amount", "kind", "value"].contains(&name.as_str()))
        {
            new.entry(name.clone()).or_insert_with(|| value.clone());
        }
    }
    members.insert("commission".to_owned(), merged);
}

pub(super) fn lay_over(known: &mut Value, sent: &Value) {
    match (known.as_object_mut(), sent.as_object()) {
        (Some(known), Some(sent)) => {
            for (name, value) in sent {
                lay_over(known.entry(name.clone()).or_insert(Value::Null), value);
            }
        }
        _ => *known = sent.clone(),
    }
}

/// Absent and null mean the same throughout a plan.
fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(members) => Value::Object(
            members
                .into_iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(name, value)| (name, without_nulls(value)))
                .collect(),
        ),
        other => other,
    }
}

/// A problem with a plan's terms under the names of the form's fields.
pub(super) fn as_fields(problem: Problem) -> Problem {
    let mut errors = FieldErrors::default();
    for error in problem.errors.as_slice() {
        let path = match error.path.as_str() {
            "discount" | "discount.type" => "discount.kind",
            "discount.amount" | "discount.amount.amount" => "discount.value",
            "commission.type" => "commission.kind",
            "commission.rate" | "commission.amount" | "commission.amount.amount" => "commission.value",
            path => path,
        };
        errors.add(path, error.code, error.detail.clone());
    }
    Problem { errors, ..problem }
}
