use tributary_domain::capability;
use tributary_web::Problem;
use tributary_web::rest::{Call, Outcome};

use super::find;

pub(crate) async fn capabilities(call: &Call) -> Result<Outcome, Problem> {
    let store = find(call).await?;
    Ok(Outcome::json(&capability::capabilities(store.platform)))
}
