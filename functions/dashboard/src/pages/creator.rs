//! What stands where creators will see their own sales.

use maud::html;
use tributary_web::Answer;

pub(crate) fn page() -> Answer {
    let body = html! {
        main.narrow {
            h1 { "Not here yet" }
            p { "A creator's page comes with a private link from the brand. This address is none." }
        }
    };
    super::answer(404, "Not found", &body)
}
