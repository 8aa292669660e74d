//! What one creator earns in one campaign: by the plan's terms, or by terms of their own (R51).

use maud::html;
use serde_json::{Value, json};
use tributary_domain::FieldErrors;
use tributary_web::request::Method;
use tributary_web::{Answer, Form, Notice, Problem};

use super::commission_form::{self, arranged, asks_for_rows};
use super::commission_terms;
use super::plan_terms::as_fields;
use crate::fields::{self, Filled, choices};
use crate::layout::{Title, page_with};
use crate::parts::name;
use crate::visit::Visit;
use crate::wire::{Campaign, Creator, Enrollment, Plan, Store};

/// An enrollment, and what it belongs to.
struct Agreement {
    enrollment: Enrollment,
    /// The version of its own terms, for whoever changes them.
    version: String,
    campaign: Campaign,
    creator: Creator,
    plan: Plan,
    store: Store,
}

impl Agreement {
    async fn of(visit: &Visit, id: &str) -> Result<Self, Problem> {
        let (enrollment, version) = visit.get_versioned::<Enrollment>(&format!("/enrollments/{id}")).await?;
        let creator = enrollment.creator_id.as_deref().ok_or_else(|| Problem::not_found("creator"))?;
        let creator = visit.get(&format!("/creators/{creator}")).await?;
        let campaign = visit.get(&format!("/campaigns/{}", enrollment.campaign_id)).await?;
        let plan: Plan = visit.get(&format!("/plans/{}", enrollment.plan_id)).await?;
        let store = visit.get(&format!("/stores/{}", plan.store_id)).await?;
        Ok(Self { enrollment, version, campaign, creator, plan, store })
    }

    /// The form as it begins: with the plan's terms, where there are none of their own.
    fn fields(&self) -> Value {
        let of_plan = self.plan.terms.get("commission").unwrap_or(&Value::Null);
        let (whose, terms) = match &self.enrollment.commission {
            Some(own) => ("own", own),
            None => ("plan", of_plan),
        };
        json!({"whose": whose, "commission": commission_terms::fields_of(terms)})
    }

    /// The change that a form says. What it has no field for stays.
    fn wanted(&self, form: &Form) -> Result<Value, Problem> {
        if form.get("whose") != Some("own") {
            return Ok(json!({"commission": null}));
        }
        let sent = form.to_json();
        let known = self.enrollment.commission.clone().unwrap_or_default();
        let said = sent.get("commission").unwrap_or(&Value::Null);
        let mut errors = FieldErrors::default();
        let terms = commission_terms::read(said, &known, self.store.currency, &mut errors);
        errors.into_result()?;
        Ok(json!({"commission": terms}))
    }

    fn shown(&self, visit: &Visit, status: u16, form: Filled<'_>) -> Answer {
        let form = &form.of_version(self.version.clone());
        let body = html! {
            p { "In " a href={ "/dashboard/campaigns/" (self.campaign.id) } { (name(&self.campaign.name)) }
                ", under the plan " a href={ "/dashboard/plans/" (self.plan.id) } { (name(&self.plan.name)) } "." }
            p.note { "For orders that are placed from now on. Those that were placed before keep their terms, however late they come." }
            (form.summary())
            form.sheet method="post" {
                (fields::hidden(visit))
                (fields::enter())
                (form.version_field())
                (fields::choice(form, "whose", "By which terms", "", &choices(&[
                    ("plan", "those of the plan"), ("own", "those below, of their own"),
                ])))
                (commission_form::section(form, &self.store))
                button { "Save" }
            }
        };
        let title = format!("What {} earns", self.creator.name());
        page_with(visit, status, &Title::below("People and codes", &self.people(), &title), &body)
    }

    fn people(&self) -> String {
        format!("/dashboard/campaigns/{}/people", self.campaign.id)
    }
}

pub(crate) async fn page(visit: &Visit, id: &str) -> Result<Answer, Problem> {
    let agreement = Agreement::of(visit, id).await?;
    Ok(agreement.shown(visit, 200, Filled::with(&agreement.fields())))
}

pub(crate) async fn save(visit: &Visit, id: &str) -> Result<Answer, Problem> {
    let form = arranged(visit.form()?);
    let agreement = Agreement::of(visit, id).await?;
    if asks_for_rows(&form) {
        return Ok(agreement.shown(visit, 200, Filled::typed(&Value::Null, &form)));
    }
    let saved = match agreement.wanted(&form) {
        Ok(change) => visit.change(Method::Patch, &format!("/enrollments/{id}"), &form, &change).await,
        Err(problem) => Err(problem),
    };
    match saved {
        Ok(_) => {
            let next = Answer::to_page(&agreement.people());
            Ok(Notice::done("Saved, for orders from now on.").on(next, &visit.request))
        }
        Err(problem) if problem.status < 500 => {
            let problem = as_fields(problem);
            Ok(agreement.shown(visit, problem.status, Filled::again(&Value::Null, &form, &problem)))
        }
        Err(problem) => Err(problem),
    }
}
