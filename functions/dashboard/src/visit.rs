//! A request of somebody who is signed in, and the calls that a page makes for them.

use std::rc::Rc;

use maud::{Markup, html};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tributary_calls::Zone;
use tributary_domain::Timestamp;
use tributary_web::answer::Body;
use tributary_web::request::{Method, read_value};
use tributary_web::rest::{self, Scope};
use tributary_web::session::SignedIn;
use tributary_web::{Answer, Context, Form, Problem, Request};
use url::form_urlencoded::Serializer;

/// The field of a form that says which version it shows.
pub(crate) const VERSION: &str = "_version";

/// What a form changes, as it is there.
pub(crate) struct Known<T> {
    /// What the form's fields show of it.
    pub(crate) fields: Value,
    pub(crate) read: T,
    pub(crate) version: String,
}

/// A request of somebody who is signed in.
pub(crate) struct Visit {
    pub(crate) context: Rc<Context>,
    pub(crate) request: Request,
    pub(crate) who: SignedIn,
    pub(crate) zone: Zone,
}

impl Visit {
    /// Whether a button for this would only be answered with "you may not".
    pub(crate) fn may(&self, scope: Scope) -> bool {
        self.who.actor.must_have(scope).is_ok()
    }

    /// A moment in the account's time zone, to the minute.
    pub(crate) fn moment(&self, at: Timestamp) -> Markup {
        html! { time datetime=(at) title={ (self.zone.exact(at)) } { (self.zone.minute(at)) } }
    }

    /// What a GET of the API answers.
    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Problem> {
        understood(json(self.ask(path).await?)?)
    }

    /// The same with its version, for whoever changes it.
    pub(crate) async fn get_versioned<T: DeserializeOwned>(
        &self,
        path: &str,
    ) -> Result<(T, String), Problem> {
        let answer = self.ask(path).await?;
        let version = version_of(&answer);
        Ok((understood(json(answer)?)?, version))
    }

    /// The version alone, for a form that is shown again.
    pub(crate) async fn version(&self, path: &str) -> Result<String, Problem> {
        Ok(version_of(&self.ask(path).await?))
    }

    /// What a form changes, read once for its fields and for the page around them.
    pub(crate) async fn known<T: DeserializeOwned>(&self, path: &str) -> Result<Known<T>, Problem> {
        let (fields, version) = self.get_versioned::<Value>(path).await?;
        let read = understood(fields.clone())?;
        Ok(Known { fields, read, version })
    }

    /// The answer of a GET itself, for files.
    pub(crate) async fn ask(&self, path: &str) -> Result<Answer, Problem> {
        self.run(self.request.call(Method::Get, path, Vec::new(), None)).await
    }

    /// Sends JSON to a call of the API.
    pub(crate) async fn send(&self, method: Method, path: &str, body: &Value) -> Result<Value, Problem> {
        self.send_for(method, path, None, body).await
    }

    /// Sends JSON to a call of the API, for this version alone of what it changes.
    async fn send_for(
        &self,
        method: Method,
        path: &str,
        version: Option<&str>,
        body: &Value,
    ) -> Result<Value, Problem> {
        let call = self.request.call(method, path, body.to_string().into_bytes(), None);
        let call = match version {
            Some(version) => call.if_match(version),
            None => call,
        };
        json(self.run(call).await?)
    }

    /// Sends JSON made of a form to what the form showed, if nobody has changed it meanwhile: a tab that was left open
    /// overwrites nothing.
    pub(crate) async fn change(
        &self,
        method: Method,
        path: &str,
        form: &Form,
        body: &Value,
    ) -> Result<Value, Problem> {
        self.send_for(method, path, form.get(VERSION), body).await
    }

    /// Sends JSON made of a form, once however often the form is sent.
    pub(crate) async fn send_once(&self, path: &str, form: &Form, body: &Value) -> Result<Value, Problem> {
        let body = body.to_string().into_bytes();
        json(self.run(self.request.call(Method::Post, path, body, form.get("_once"))).await?)
    }

    /// The form that was sent, if it is one of this session's pages.
    pub(crate) fn form(&self) -> Result<Form, Problem> {
        let form = Form::of(&self.request);
        form.must_be_of(&self.who)?;
        Ok(form)
    }

    /// The query, with some of its parameters replaced: those without a value go.
    pub(crate) fn query_with(&self, changes: &[(&str, Option<&str>)]) -> String {
        let mut query = Serializer::new(String::new());
        for (name, value) in self.request.query_pairs() {
            if !value.is_empty() && changes.iter().all(|(changed, _)| *changed != name) {
                query.append_pair(&name, &value);
            }
        }
        for (name, value) in changes.iter().filter_map(|(name, value)| Some((name, (*value)?))) {
            query.append_pair(name, value);
        }
        query.finish()
    }

    /// This page's address, as a form gives it for the page that comes next.
    pub(crate) fn here(&self) -> String {
        let query = &self.request.query;
        if query.is_empty() { self.request.path.clone() } else { format!("{}?{query}", self.request.path) }
    }

    async fn run(&self, call: Request) -> Result<Answer, Problem> {
        rest::run(&tributary_calls::routes(), Rc::clone(&self.context), call, self.who.actor.clone()).await
    }
}

/// What an answer of ours holds.
fn json(answer: Answer) -> Result<Value, Problem> {
    match answer.body {
        Body::Whole(bytes) => {
            serde_json::from_slice(&bytes).map_err(|error| Problem::internal(error.to_string()))
        }
        Body::Empty => Ok(Value::Null),
        Body::Pieces(_) => Err(Problem::internal("a file where JSON was expected")),
    }
}

/// The version that an answer of ours has; empty where it has none.
fn version_of(answer: &Answer) -> String {
    let tag = answer.headers.iter().find(|(name, _)| *name == "etag").map(|(_, tag)| tag.as_str());
    tag.unwrap_or_default().trim_matches('"').to_owned()
}

/// An answer of our own API that a page cannot read is our mistake, and not a wrong field of the visitor's.
fn understood<T: DeserializeOwned>(answer: Value) -> Result<T, Problem> {
    read_value(answer).map_err(|problem| {
        Problem::internal(format!("a page cannot read the API's answer: {}", problem.detail))
    })
}
