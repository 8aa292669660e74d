//! Where payments go and where they come from. Account numbers rest sealed, and are never given back whole.

use serde_json::{Value, json};
use tributary_domain::FieldErrors;
use tributary_domain::iban::Iban;
use tributary_domain::ids::CreatorId;
use tributary_domain::payout::Account;
use tributary_storage::{creators, payees};
use tributary_web::context::random;
use tributary_web::request::read_value;
use tributary_web::rest::{Call, Change, Outcome};
use tributary_web::{Context, Problem, seal};

use crate::wire::check_text;

const LONGEST_HOLDER: usize = 140;
const LONGEST_ADDRESS: usize = 254;

pub(crate) async fn put_creators(call: &Call) -> Result<Outcome, Problem> {
    let id = creator(call).await?;
    put(call, id.as_str()).await
}

pub(crate) async fn get_creators(call: &Call) -> Result<Outcome, Problem> {
    let id = creator(call).await?;
    get(call, id.as_str()).await
}

pub(crate) async fn put_payer(call: &Call) -> Result<Outcome, Problem> {
    put(call, payees::PAYER).await
}

pub(crate) async fn get_payer(call: &Call) -> Result<Outcome, Problem> {
    get(call, payees::PAYER).await
}

async fn creator(call: &Call) -> Result<CreatorId, Problem> {
    let id = call.id("id", "creator", CreatorId::parse)?;
    let known = creators::by_id(&call.context.sql, &id).await?;
    known.map(|creator| creator.id).ok_or_else(|| Problem::not_found("creator"))
}

async fn put(call: &Call, of: &str) -> Result<Outcome, Problem> {
    let mut account = read(call, &known(call, of).await?)?;
    let mut errors = FieldErrors::default();
    account.holder = check_text("holder", account.holder.as_deref(), LONGEST_HOLDER, &mut errors);
    account.paypal = check_text("paypal", account.paypal.as_deref(), LONGEST_ADDRESS, &mut errors);
    errors.into_result()?;
    let plain = serde_json::to_vec(&account).map_err(|error| Problem::internal(error.to_string()))?;
    let sealed = seal::seal(&call.context.keys, &place(of), &plain, random())
        .map_err(|error| Problem::internal(error.to_string()))?;
    let body = to_wire(&account);
    let subject = if of == payees::PAYER { "payer" } else { of };
    let change = Change::new("payee.put", subject, body.clone())
        .with(payees::put(of, &sealed, call.context.now()))
        .audited(None, Some(body));
    Ok(change.into())
}

async fn get(call: &Call, of: &str) -> Result<Outcome, Problem> {
    Ok(Outcome::json(&to_wire(&known(call, of).await?)))
}

pub(super) async fn known(call: &Call, of: &str) -> Result<Account, Problem> {
    let sealed = payees::get(&call.context.sql, of).await?;
    Ok(sealed.map(|sealed| open(&call.context, of, &sealed)).transpose()?.unwrap_or_default())
}

/// What was told may be sent again: a number that is masked as ours is stays.
fn read(call: &Call, known: &Account) -> Result<Account, Problem> {
    let mut sent: Value = call.request.json()?;
    let is_ours = |iban: &&Iban| sent.get("iban").and_then(Value::as_str) == Some(iban.masked().as_str());
    let ours = known.iban.as_ref().filter(is_ours).map(|iban| json!(iban));
    if let (Some(iban), Some(members)) = (ours, sent.as_object_mut()) {
        members.insert("iban".to_owned(), iban);
    }
    read_value(sent)
}

/// Opens what was sealed for this creator, or for the payer.
pub(super) fn open(context: &Context, of: &str, sealed: &str) -> Result<Account, Problem> {
    let plain = seal::open(&context.keys, &place(of), sealed)
        .map_err(|error| Problem::internal(error.to_string()))?;
    serde_json::from_slice(&plain).map_err(|error| Problem::internal(error.to_string()))
}

fn place(of: &str) -> String {
    format!("payees/{of}")
}

fn to_wire(account: &Account) -> Value {
    json!({
        "holder": account.holder,
        "iban": account.iban.as_ref().map(Iban::masked),
        "bic": account.bic,
        "paypal": account.paypal,
    })
}
