use tributary_web::rest::{Call, Outcome};
use tributary_web::{Answer, Problem};

use super::{find, to_wire};

/// The version is the `ETag` too, for `If-Match`.
pub(crate) async fn get(call: &Call) -> Result<Outcome, Problem> {
    let plan = find(call).await?;
    let answer = Answer::json(200, &to_wire(&plan)).header("etag", format!("\"{}\"", plan.version));
    Ok(answer.into())
}
