//! `GET /codes/{id}/leak`: how likely it is that a code leaked, and what that is told from (R46).

use serde_json::{Value, json};
use tributary_domain::ids::CodeId;
use tributary_domain::leak::{DAYS, Part, parts, score};
use tributary_storage::codes;
use tributary_web::Problem;
use tributary_web::rest::{Call, Outcome};

pub(crate) async fn leak(call: &Call) -> Result<Outcome, Problem> {
    let id = call.id("id", "code", CodeId::parse)?;
    let found = codes::by_ids(&call.context.sql, std::slice::from_ref(&id)).await?.pop();
    let code = found.ok_or_else(|| Problem::not_found("code"))?;
    let figures = codes::leak_figures(&call.context.sql, &code, call.context.now()).await?;
    let part = |part: &Part| json!({"name": part.name, "points": part.points, "of": part.of});
    Ok(Outcome::json(&json!({
        "codeId": id,
        "text": code.text,
        "days": DAYS,
        "score": score(&figures),
        "parts": parts(&figures).iter().map(part).collect::<Vec<Value>>(),
        "figures": {
            "orders": figures.orders,
            "withoutClick": figures.without_click,
            "ordersBefore": figures.orders_before,
            "clicks": figures.clicks,
            "clicksBefore": figures.clicks_before,
        },
    })))
}
