//! `GET` and `POST /stores/{id}/drift`: what a shop has, held against what it should have. Nothing is changed.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tributary_domain::code::{CodeStatus, CodeText, comparable};
use tributary_domain::ids::StoreId;
use tributary_platforms::shop_api::{Done, Facts, Failure, RuleId, Seen, Sharing, State, Task};
use tributary_storage::codes::rules;
use tributary_storage::codes::{self, Code, Namesake};
use tributary_storage::drifts;
use tributary_web::Problem;
use tributary_web::codes::MOST_AT_ONCE;
use tributary_web::rest::{Call, Change, Outcome};

use crate::shop::{ShopDesk, unreachable};

/// Codes of one call, ours and foreign ones: more are a shop that is looked at in the shop.
const MOST: usize = 20_000;
const A_READ: u32 = 1_000;

/// What differs, by code: `deleted`, `renamed`, `switched`, `changed` (with the terms, wanted and found), and
/// `foreign` for codes that the shop has and we do not know.
pub(crate) async fn drift(call: &Call) -> Result<Outcome, Problem> {
    let desk = ShopDesk::of_call(call).await?;
    Ok(Outcome::json(&look(call, &desk).await?.report(usize::MAX)))
}

/// The same, kept for the page that shows it, as many rows as one repair takes.
pub(crate) async fn keep_drift(call: &Call) -> Result<Outcome, Problem> {
    let desk = ShopDesk::of_call(call).await?;
    let look = look(call, &desk).await?;
    let (store, report) = (&desk.store.id, look.report(MOST_AT_ONCE));
    let counts = json!({"checked": look.checked, "inShop": look.in_shop, "found": look.rows.len()});
    let kept = drifts::keep(store, &report, call.context.now())?;
    Ok(Change::new("store.compare", store.as_str(), report).audited(None, Some(counts)).with(kept).into())
}

/// What a look at a shop came to.
struct Look {
    store: StoreId,
    /// Codes of ours.
    checked: usize,
    /// Codes of the shop.
    in_shop: usize,
    is_complete: bool,
    /// What differs, ours first.
    rows: Vec<Value>,
}

impl Look {
    fn report(&self, most_rows: usize) -> Value {
        json!({
            "storeId": self.store,
            "checked": self.checked,
            "inShop": self.in_shop,
            "complete": self.is_complete,
            "found": self.rows.len(),
            "data": self.rows.iter().take(most_rows).collect::<Vec<&Value>>(),
        })
    }
}

async fn look(call: &Call, desk: &ShopDesk) -> Result<Look, Problem> {
    let store = desk.store.id.clone();
    let ours = ours(call, &store).await?;
    let shop = read(call, desk).await?;
    let mut rows = Vec::new();
    for code in ours.values() {
        rows.extend(compare(desk, code, &shop).await?);
    }
    let left: Vec<&Seen> =
        shop.codes.iter().filter(|(remote, _)| !ours.contains_key(*remote)).map(|(_, seen)| seen).collect();
    let namesakes = namesakes(call, &store, &left).await?;
    rows.extend(left.into_iter().filter_map(|seen| left_over(seen, namesakes.get(&comparable(&seen.text)))));
    let (checked, in_shop) = (ours.len(), shop.codes.len());
    Ok(Look { store, checked, in_shop, is_complete: shop.is_complete, rows })
}

/// Our codes that have these texts, by them. They are read after the shop was: what is made there meanwhile is known
/// by now.
async fn namesakes(call: &Call, store: &StoreId, left: &[&Seen]) -> Result<BTreeMap<String, Code>, Problem> {
    let texts: Vec<CodeText> = left.iter().filter_map(|seen| CodeText::parse(&seen.text).ok()).collect();
    let found = codes::by_texts(&call.context.sql, store, &texts.iter().collect::<Vec<_>>()).await?;
    Ok(found.into_iter().filter_map(|code| Some((code.text.as_ref()?.to_string(), code))).collect())
}

/// What to say of a code of the shop whose id there is none that we know; `None` where nothing differs.
fn left_over(seen: &Seen, namesake: Option<&Code>) -> Option<Value> {
    let (remote, is_on) = (&seen.remote.code, seen.state == State::Active);
    match namesake.map(|code| (code, code.namesake(remote, is_on))) {
        Some((_, Namesake::Ours)) => None,
        Some((code, Namesake::SwitchedOn)) => {
            let found = json!({"id": remote, "text": seen.text, "enabled": is_on});
            Some(row("switched", code, &found, &[]))
        }
        None | Some((_, Namesake::Foreign)) => {
            Some(json!({"kind": "foreign", "codeId": null, "wanted": null,
            "found": {"id": remote, "text": seen.text}, "terms": []}))
        }
    }
}

fn row(kind: &str, code: &Code, found: &Value, terms: &[Value]) -> Value {
    let wanted = json!({"text": code.text, "enabled": code.status == CodeStatus::Active});
    json!({"kind": kind, "codeId": code.id, "wanted": wanted, "found": found, "terms": terms})
}

/// Our codes that the shop should have, by the shop's ids.
async fn ours(call: &Call, store: &StoreId) -> Result<BTreeMap<String, Code>, Problem> {
    let mut ours = BTreeMap::new();
    let mut after = None;
    loop {
        let page = codes::of_store(&call.context.sql, store, after.as_deref(), A_READ).await?;
        after = page.last().map(|code| code.id.to_string());
        let is_last = u32::try_from(page.len()).is_ok_and(|length| length < A_READ);
        for code in page {
            if let Some(found) = &code.in_shop {
                ours.insert(found.remote.clone(), code);
            }
        }
        if is_last || after.is_none() || ours.len() >= MOST {
            return Ok(ours);
        }
    }
}

/// What a shop has.
#[derive(Default)]
struct InShop {
    /// By the shop's ids.
    codes: BTreeMap<String, Seen>,
    /// The terms that rules keep for their codes.
    rules: BTreeMap<String, Facts>,
    /// Whether it was read to its end.
    is_complete: bool,
}

async fn read(call: &Call, desk: &ShopDesk) -> Result<InShop, Problem> {
    let mut shop = InShop { is_complete: true, ..InShop::default() };
    if desk.shop.sharing() == Sharing::OwnTerms {
        read_pages(desk, None, &mut shop).await?;
        return Ok(shop);
    }
    for kept in rules::of_store(&call.context.sql, &desk.store.id).await? {
        let rule = RuleId::new(kept.remote);
        match desk.ask(Task::ReadRule(&rule)).await {
            Ok(Done::Rule(_, facts)) => {
                shop.rules.insert(rule.as_str().to_owned(), facts);
                read_pages(desk, Some(&rule), &mut shop).await?;
            }
            // Its codes are gone with it.
            Ok(_) | Err(Failure::Gone(_)) => {}
            Err(failure) => return Err(unreachable(&failure)),
        }
    }
    Ok(shop)
}

async fn read_pages(desk: &ShopDesk, rule: Option<&RuleId>, shop: &mut InShop) -> Result<(), Problem> {
    let mut page: Option<String> = None;
    loop {
        match desk.ask(Task::List { rule, page: page.as_deref() }).await {
            Ok(Done::Page { codes, next }) => {
                shop.codes.extend(codes.into_iter().map(|seen| (seen.remote.code.clone(), seen)));
                page = next;
            }
            Ok(_) => page = None,
            Err(Failure::Throttled { wait }) => desk.rest(wait).await,
            Err(failure) => return Err(unreachable(&failure)),
        }
        if page.is_none() {
            return Ok(());
        }
        if shop.codes.len() >= MOST {
            shop.is_complete = false;
            return Ok(());
        }
    }
}

async fn compare(desk: &ShopDesk, code: &Code, shop: &InShop) -> Result<Vec<Value>, Problem> {
    let (Some(known), Some(text)) = (&code.in_shop, &code.text) else { return Ok(Vec::new()) };
    let Some(seen) = shop.codes.get(&known.remote) else {
        // BigCommerce has no switch: a code that is off is deleted there.
        let is_off = code.status == CodeStatus::Disabled;
        return Ok(if is_off { Vec::new() } else { vec![row("deleted", code, &Value::Null, &[])] });
    };
    let found = json!({"id": known.remote, "text": seen.text, "enabled": seen.state == State::Active});
    let mut rows = Vec::new();
    if comparable(&seen.text) != text.as_str() {
        rows.push(row("renamed", code, &found, &[]));
    }
    let is_on = code.status == CodeStatus::Active;
    if code.due_at.is_none() && is_on != (seen.state == State::Active) {
        rows.push(row("switched", code, &found, &[]));
    }
    // Work that is under way is no drift, and what was imported has terms of its own.
    let is_settled = code.due_at.is_none() && known.state.plan_version == code.plan_version;
    if is_settled
        && code.origin != codes::Origin::Imported
        && let Ok(terms) = desk.configuration(&code.plan_id, code.plan_version).await?
    {
        let mut facts = seen.facts.clone();
        facts.extend(seen.rule().and_then(|rule| shop.rules.get(rule.as_str())).cloned().unwrap_or_default());
        let differences: Vec<Value> = terms
            .differences(&facts)
            .into_iter()
            .map(|each| json!({"path": each.term.path(), "wanted": each.wanted, "found": each.found}))
            .collect();
        if !differences.is_empty() {
            rows.push(row("changed", code, &found, &differences));
        }
    }
    Ok(rows)
}
