//! Making and changing a campaign.

use maud::{Markup, html};
use serde_json::{Value, json};
use tributary_web::request::Method;
use tributary_web::{Answer, Notice, Problem};

use super::campaigns::sections;
use crate::fields::{self, Filled, choices};
use crate::layout::{Title, page_with};
use crate::visit::{Known, Visit};
use crate::wire::{Campaign, List, Plan};

const ABOVE: (&str, &str) = ("Campaigns", "/dashboard/campaigns");

pub(crate) async fn new(visit: &Visit) -> Result<Answer, Problem> {
    let known = json!({"status": "live", "planId": visit.request.query("planId")});
    shown(visit, 200, "New campaign", None, &Filled::with(&known)).await
}

pub(crate) async fn edit(visit: &Visit, id: &str) -> Result<Answer, Problem> {
    let Known { fields, read: campaign, version } =
        visit.known::<Campaign>(&format!("/campaigns/{id}")).await?;
    shown(visit, 200, &campaign.name, Some(&campaign), &Filled::with(&fields).of_version(version)).await
}

pub(crate) async fn create(visit: &Visit) -> Result<Answer, Problem> {
    let form = visit.form()?;
    match visit.send_once("/campaigns", &form, &form.to_json()).await {
        Ok(made) => {
            let id = made.get("id").and_then(Value::as_str).unwrap_or_default();
            let next = Answer::to_page(&format!("/dashboard/campaigns/{id}/people"));
            Ok(Notice::done("The campaign is there. Add its creators.").on(next, &visit.request))
        }
        Err(problem) if problem.status < 500 => {
            shown(visit, problem.status, "New campaign", None, &Filled::again(&Value::Null, &form, &problem))
                .await
        }
        Err(problem) => Err(problem),
    }
}

pub(crate) async fn update(visit: &Visit, id: &str) -> Result<Answer, Problem> {
    let form = visit.form()?;
    let (campaign, version) = visit.get_versioned::<Campaign>(&format!("/campaigns/{id}")).await?;
    match visit.change(Method::Patch, &format!("/campaigns/{id}"), &form, &form.to_json()).await {
        Ok(_) => {
            let next = Answer::to_page(&format!("/dashboard/campaigns/{id}"));
            Ok(Notice::done("Saved.").on(next, &visit.request))
        }
        Err(problem) if problem.status < 500 => {
            let filled = Filled::again(&Value::Null, &form, &problem).of_version(version);
            shown(visit, problem.status, &campaign.name, Some(&campaign), &filled).await
        }
        Err(problem) => Err(problem),
    }
}

async fn shown(
    visit: &Visit,
    status: u16,
    title: &str,
    campaign: Option<&Campaign>,
    form: &Filled<'_>,
) -> Result<Answer, Problem> {
    let plans: List<Plan> = visit.get("/plans?limit=100").await?;
    let body = html! {
        @if let Some(campaign) = campaign { (sections(campaign, "edit")) }
        (form.summary())
        form.sheet method="post" {
            (fields::hidden(visit))
            (form.version_field())
            (fields::required("name", "Name", "What you call it. It fills {campaign} in codes and UTM parameters.").on(form))
            (plan_field(form, &plans.data))
            (fields::choice(form, "status", "Status", "An archived campaign keeps tracking.", &choices(&[
                ("live", "Live"), ("draft", "Draft"), ("archived", "Archived"),
            ])))
            button { "Save" }
        }
    };
    Ok(page_with(visit, status, &Title::below(ABOVE.0, ABOVE.1, title), &body))
}

fn plan_field(form: &Filled<'_>, plans: &[Plan]) -> Markup {
    let mut choices = vec![(String::new(), "none yet".to_owned())];
    choices.extend(plans.iter().map(|plan| (plan.id.clone(), plan.name.clone())));
    let hint = "Whoever is enrolled from now on gets its terms.";
    html! {
        (fields::choice(form, "planId?", "Plan", hint, &choices))
        @if plans.is_empty() { p { a href="/dashboard/plans/new" { "Make a plan first" } } }
    }
}
