//! Asking Amazon: for its report, and for tags.

use http::StatusCode;
use tributary_domain::Day;
use tributary_platforms::Unreadable;
use tributary_platforms::amazon::{self, Access, InvalidAccess, Publisher, Report, ReportBy, Tag};
use tributary_storage::stores::Store;
use tributary_web::Context;
use tributary_web::context::outbound;

use crate::shop_api::{NotTold, later};

/// Amazon's API, which let a store in.
pub(crate) struct Amazon {
    access: Access,
    token: String,
}

impl Amazon {
    /// Asks to be let in.
    ///
    /// # Errors
    /// Why Amazon did not, or could not be asked.
    pub(crate) async fn open(context: &Context, store: &Store) -> Result<Self, NotTold> {
        let never = |words: String| NotTold::Never(words);
        let credentials = context.credentials(store).map_err(|problem| never(problem.detail))?;
        let credentials = credentials.ok_or_else(|| never("the store has no credentials".to_owned()))?;
        let access = Access::parse(&credentials).map_err(invalid)?;
        let answer = sent(access.token_request()).await?;
        let token = Access::read_token(&answer).map_err(unreadable)?;
        Ok(Self { access, token })
    }

    /// A page of the report of these days, both inside.
    ///
    /// # Errors
    /// Why Amazon did not tell.
    pub(crate) async fn report(
        &self,
        store: &Store,
        by: ReportBy,
        days: (Day, Day),
        cursor: Option<&str>,
    ) -> Result<Report, NotTold> {
        let answer = sent(self.access.report_request(&self.token, by, days, cursor)).await?;
        amazon::read_report(&answer, store.currency).map_err(unreadable)
    }

    /// Whom Amazon knows to show links.
    ///
    /// # Errors
    /// Why Amazon did not tell.
    pub(crate) async fn publishers(&self) -> Result<Vec<Publisher>, NotTold> {
        let answer = sent(self.access.publishers_request(&self.token)).await?;
        amazon::read_publishers(&answer).map_err(unreadable)
    }

    /// The profile's tags with one of them.
    ///
    /// # Errors
    /// Why Amazon did not tell.
    pub(crate) async fn tags(&self, publisher: &Publisher) -> Result<Vec<Tag>, NotTold> {
        let answer = sent(self.access.tags_request(&self.token, publisher)).await?;
        amazon::read_tags(&answer).map_err(unreadable)
    }
}

async fn sent(request: Result<http::Request<Vec<u8>>, InvalidAccess>) -> Result<Vec<u8>, NotTold> {
    let response = outbound::send(request.map_err(invalid)?).await?;
    let status = response.status();
    if status.is_success() {
        Ok(response.into_body())
    } else if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
        Err(later(status))
    } else {
        Err(NotTold::Never(format!("Amazon answers {status}: are the credentials right?")))
    }
}

fn invalid(invalid: InvalidAccess) -> NotTold {
    NotTold::Never(invalid.to_string())
}

#[expect(clippy::needless_pass_by_value, reason = "what `map_err` gives")]
fn unreadable(words: Unreadable) -> NotTold {
    NotTold::Never(format!("Amazon's answer: {words}"))
}
