//! Where payments go: a creator's account, and the brand's own (R54). What is kept of a number is shown masked, and
//! the masked one sent again leaves it as it is.

use maud::html;
use serde_json::Value;
use tributary_web::request::Method;
use tributary_web::{Answer, Notice, Problem};

use crate::fields::{Filled, hidden, optional};
use crate::layout::{Title, page_with};
use crate::visit::Visit;
use crate::wire::Creator;

/// Whose account it is.
struct Owner {
    /// The call that tells and changes it.
    call: String,
    title: String,
    /// The page above, to which it leads back.
    above: (String, String),
    hints: [&'static str; 2],
}

impl Owner {
    fn creator(creator: &Creator) -> Self {
        Self {
            call: format!("/creators/{}/payout-account", creator.id),
            title: format!("Where payments to {} go", creator.name()),
            above: (creator.name(), format!("/dashboard/creators/{}", creator.id)),
            hints: [
                "Empty: the creator's name.",
                "Empty: the creator's e-mail address, which Wise takes too.",
            ],
        }
    }

    fn payer() -> Self {
        Self {
            call: "/payouts/payer".to_owned(),
            title: "The account that you pay from".to_owned(),
            above: ("Payouts".to_owned(), "/dashboard/payouts".to_owned()),
            hints: [
                "Your company, as the bank knows it. A SEPA file needs it and the IBAN.",
                "Not needed for files.",
            ],
        }
    }
}

pub(crate) async fn creators(visit: &Visit, id: &str) -> Result<Answer, Problem> {
    let creator: Creator = visit.get(&format!("/creators/{id}")).await?;
    look(visit, &Owner::creator(&creator)).await
}

pub(crate) async fn save_creators(visit: &Visit, id: &str) -> Result<Answer, Problem> {
    let creator: Creator = visit.get(&format!("/creators/{id}")).await?;
    save(visit, &Owner::creator(&creator)).await
}

pub(crate) async fn payer(visit: &Visit) -> Result<Answer, Problem> {
    look(visit, &Owner::payer()).await
}

pub(crate) async fn save_payer(visit: &Visit) -> Result<Answer, Problem> {
    save(visit, &Owner::payer()).await
}

async fn look(visit: &Visit, owner: &Owner) -> Result<Answer, Problem> {
    let known: Value = visit.get(&owner.call).await?;
    Ok(shown(visit, 200, owner, &Filled::with(&known)))
}

async fn save(visit: &Visit, owner: &Owner) -> Result<Answer, Problem> {
    let form = visit.form()?;
    match visit.send(Method::Put, &owner.call, &form.to_json()).await {
        Ok(_) => Ok(Notice::done("Kept, sealed.").on(Answer::to_page(&owner.above.1), &visit.request)),
        Err(problem) if problem.status < 500 => {
            Ok(shown(visit, problem.status, owner, &Filled::again(&Value::Null, &form, &problem)))
        }
        Err(problem) => Err(problem),
    }
}

fn shown(visit: &Visit, status: u16, owner: &Owner, form: &Filled<'_>) -> Answer {
    let [holder, paypal] = owner.hints;
    let body = html! {
        (form.summary())
        form.sheet method="post" {
            (hidden(visit))
            (optional("holder?", "Name on the account", holder).on(form))
            (optional("iban?", "IBAN", "For SEPA transfers, and Wise. What is kept is shown with stars; leave those and it stays.").on(form))
            (optional("bic?", "BIC", "Most banks find it by the IBAN.").on(form))
            (optional("paypal?", "PayPal address", paypal).of_kind("email").on(form))
            button { "Save" }
        }
    };
    page_with(visit, status, &Title::below(&owner.above.0, &owner.above.1, &owner.title), &body)
}
