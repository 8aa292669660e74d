//! The form that asks for a key.

use maud::html;
use tributary_web::Answer;

pub(crate) fn page(status: u16, complaint: Option<&str>) -> Answer {
    let body = html! {
        main.narrow {
            h1 { "Tributary" }
            @if let Some(complaint) = complaint {
                p.complaint role="alert" { (complaint) }
            }
            form method="post" action="/dashboard/sign-in" {
                label for="key" { "Key" }
                input #key type="password" name="key" required autofocus autocomplete="current-password";
                button { "Sign in" }
            }
            p.note { "The admin key is printed at the start; other keys are made by the API." }
        }
    };
    super::answer(status, "Sign in", &body)
}
