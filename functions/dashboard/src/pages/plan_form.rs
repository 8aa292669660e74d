//! Making a plan, and its next version: what the shop can do beside each term, and the codes that would come of it.

use std::collections::BTreeSet;

use maud::{Markup, html};
use serde_json::{Map, Value, json};
use tributary_domain::FieldErrors;
use tributary_domain::capability::{self, capabilities};
use tributary_domain::ids::{PlanId, StoreId};
use tributary_domain::plan::Terms;
use tributary_storage::codes::{self, Setting, Wanted};
use tributary_storage::creators::{self, Filter};
use tributary_storage::plans::{Plan as PlanRow, PlanStatus};
use tributary_storage::stores;
use tributary_web::request::{Method, read_value, without_nulls};
use tributary_web::{Answer, Form, Notice, Problem};

use super::commission_form::{self, arranged, asks_for_rows};
use super::creators::called;
use super::people_add::would_be;
use super::plan_sections::{attribution, codes_section, discount, doubts, external, limits, links};
use super::plan_terms::{as_fields, fields_of, terms_of};
use crate::fields::{self, Filled, required};
use crate::layout::{Title, page_with};
use crate::parts::{self, Align, name};
use crate::visit::{Known, Visit};
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
    Ok(Sheet { visit, store, plan: None }.shown(200, Filled::with(&known), &hint()))
}

pub(crate) async fn edit(visit: &Visit, id: &str) -> Result<Answer, Problem> {
    let (plan, store) = plan_and_store(visit, id).await?;
    let sheet = Sheet { visit, store: &store, plan: Some(&plan) };
    Ok(sheet.shown(200, Filled::with(&fields_of(&plan.fields)), &hint()))
}

pub(crate) async fn create(visit: &Visit) -> Result<Answer, Problem> {
    let form = arranged(visit.form()?);
    let store: Store = visit.get(&format!("/stores/{}", form.get("storeId").unwrap_or_default())).await?;
    let sheet = Sheet { visit, store: &store, plan: None };
    let read = terms_of(&form, store.currency, &json!({}));
    if let Some(button) = Again::of(&form) {
        return sheet.again(button, &form, read).await;
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
        Err(problem) => sheet.refused(&form, problem),
    }
}

pub(crate) async fn update(visit: &Visit, id: &str) -> Result<Answer, Problem> {
    let form = arranged(visit.form()?);
    let (plan, store) = plan_and_store(visit, id).await?;
    let sheet = Sheet { visit, store: &store, plan: Some(&plan) };
    let read = terms_of(&form, store.currency, &plan.fields);
    if let Some(button) = Again::of(&form) {
        return sheet.again(button, &form, read).await;
    }
    let made = match read {
        Ok(terms) => visit.change(Method::Put, &format!("/plans/{id}"), &form, &terms).await,
        Err(problem) => Err(problem),
    };
    match made {
        Ok(_) => {
            let next = Answer::to_page(&format!("/dashboard/plans/{id}"));
            Ok(Notice::done("The next version is there. What was earned stays.").on(next, &visit.request))
        }
        Err(problem) => sheet.refused(&form, problem),
    }
}

/// A button that saves nothing and shows the form again.
enum Again {
    Preview,
    Rows,
}

impl Again {
    fn of(form: &Form) -> Option<Self> {
        if asks_for_rows(form) {
            return Some(Self::Rows);
        }
        form.get("_preview").map(|_| Self::Preview)
    }
}

/// The title of a form for a plan that is not there yet.
const NEW: Title<'_> = Title::below("Plans", "/dashboard/plans", "New plan");

async fn plan_and_store(visit: &Visit, id: &str) -> Result<(Known<Plan>, Store), Problem> {
    let plan = visit.known::<Plan>(&format!("/plans/{id}")).await?;
    let store = visit.get(&format!("/stores/{}", plan.read.store_id)).await?;
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
    page_with(visit, 200, &NEW, &body)
}

/// What stands beside a plan's terms in our answers, or in the form.
const NO_TERMS: [&str; 6] = ["storeId", "id", "version", "status", "createdAt", "updatedAt"];

/// What is wrong, by the form's fields.
fn wrong(errors: &FieldErrors) -> Markup {
    html! { @for error in errors.as_slice() { p.wrong { strong { (error.path) } ": " (error.detail) } } }
}

/// The form for one store.
struct Sheet<'a> {
    visit: &'a Visit,
    store: &'a Store,
    /// The plan of which this is the next version.
    plan: Option<&'a Known<Plan>>,
}

/// What stands in the preview's place before there is one.
fn hint() -> Markup {
    html! { p.note { "Press the button to see the codes of your newest creators. With scripts they follow what you type." } }
}

impl Sheet<'_> {
    async fn again(
        &self,
        button: Again,
        form: &Form,
        read: Result<Value, Problem>,
    ) -> Result<Answer, Problem> {
        let preview = match (button, read.and_then(read_value::<Map<String, Value>>)) {
            (Again::Rows, _) => hint(),
            (Again::Preview, Ok(mut terms)) => {
                terms.retain(|name, _| !NO_TERMS.contains(&name.as_str()));
                self.preview(Value::Object(terms)).await?
            }
            (Again::Preview, Err(problem)) if problem.status >= 500 => return Err(problem),
            (Again::Preview, Err(problem)) => {
                // Nothing was refused: nothing was to be saved.
                let problem = as_fields(problem);
                let said = wrong(&problem.errors);
                return Ok(self.shown(200, Filled::again(&Value::Null, form, &problem), &said));
            }
        };
        Ok(self.shown(200, Filled::typed(&Value::Null, form), &preview))
    }

    fn refused(&self, form: &Form, problem: Problem) -> Result<Answer, Problem> {
        if problem.status >= 500 {
            return Err(problem);
        }
        let problem = as_fields(problem);
        let said = wrong(&problem.errors);
        Ok(self.shown(problem.status, Filled::again(&Value::Null, form, &problem), &said))
    }

    fn shown(&self, status: u16, form: Filled<'_>, preview: &Markup) -> Answer {
        let Some(plan) = self.plan else {
            return page_with(self.visit, status, &NEW, &self.body(&form, preview));
        };
        let form = form.of_version(plan.version.clone());
        let (name, above) = (&plan.read.name, format!("/dashboard/plans/{}", plan.read.id));
        let title = format!("Next version of {name}");
        page_with(self.visit, status, &Title::below(name, &above, &title), &self.body(&form, preview))
    }

    fn body(&self, form: &Filled<'_>, preview: &Markup) -> Markup {
        let can = capabilities(self.store.platform);
        html! {
            p { "For " (name(&self.store.name)) ", " (self.store.platform.name()) ", in " (self.store.currency) "." }
            (form.summary())
            form.sheet method="post" data-preview {
                (fields::hidden(self.visit))
                input type="hidden" name="storeId" value=(self.store.id);
                (form.version_field())
                (required("name", "Name", "No other plan may have it.").on(form))
                (discount(form, &can, self.store.currency))
                (codes_section(form))
                section #preview aria-live="polite" { (preview) }
                button name="_preview" value="1" formnovalidate { "Preview the codes" }
                (commission_form::section(form, self.store))
                (attribution(form))
                (doubts(form))
                (links(form, &can))
                (limits(form, &can, self.store.currency))
                (external(form))
                button { "Save the plan" }
            }
        }
    }

    /// What this shop cannot do of these terms, and the codes that the newest creators would get under them.
    async fn preview(&self, terms: Value) -> Result<Markup, Problem> {
        let terms: Terms = match read_value(without_nulls(terms)) {
            Ok(terms) => terms,
            Err(problem) => return Ok(wrong(&as_fields(problem).errors)),
        };
        let platform = self.store.platform;
        let refused = capability::check(&terms, &capabilities(platform), platform).err().unwrap_or_default();
        let codes = self.codes(terms).await?;
        Ok(html! { (wrong(&refused)) (codes) })
    }

    /// The codes that the newest creators would get under these terms.
    async fn codes(&self, terms: Terms) -> Result<Markup, Problem> {
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
