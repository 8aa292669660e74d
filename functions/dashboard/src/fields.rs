//! Fields of forms: a label, what was typed, a hint, and what is wrong with it at its place.

use maud::{Markup, html};
use serde_json::Value;
use tributary_domain::keys::hex;
use tributary_web::context::random;
use tributary_web::form::listed;
use tributary_web::{Form, Problem};

use crate::parts;
use crate::visit::{VERSION, Visit};

/// The status that says that somebody else was faster.
const STALE: u16 = 412;

/// A form on a page: empty, filled with what is there, or as it was sent with what is wrong.
pub(crate) struct Filled<'a> {
    /// What is there.
    known: &'a Value,
    /// What was typed.
    typed: Option<&'a Form>,
    problem: Option<&'a Problem>,
    /// The version of what is there.
    version: Option<String>,
}

impl<'a> Filled<'a> {
    pub(crate) const fn with(known: &'a Value) -> Self {
        Self { known, typed: None, problem: None, version: None }
    }

    /// What was typed, with nothing wrong.
    pub(crate) const fn typed(known: &'a Value, typed: &'a Form) -> Self {
        Self { known, typed: Some(typed), problem: None, version: None }
    }

    pub(crate) const fn again(known: &'a Value, typed: &'a Form, problem: &'a Problem) -> Self {
        Self { known, typed: Some(typed), problem: Some(problem), version: None }
    }

    /// The same for something that has a version.
    pub(crate) fn of_version(mut self, version: String) -> Self {
        self.version = Some(version);
        self
    }

    /// The version that is sent with the form: that which was shown first, until whoever sends it was told of a newer
    /// one.
    pub(crate) fn version_field(&self) -> Markup {
        let was_told = self.problem.is_some_and(|problem| problem.status == STALE);
        let shown = self.typed.filter(|_| !was_told).map(|form| form.get(VERSION).map(str::to_owned));
        html! {
            @if let Some(version) = shown.unwrap_or_else(|| self.version.clone()) {
                input type="hidden" name=(VERSION) value=(version);
            }
        }
    }

    /// What a field shows. `name` has the end that says its type.
    pub(crate) fn value(&self, name: &str) -> String {
        match self.typed {
            // A secret is not sent back to where it was typed.
            Some(_) if name.contains("ecret") || name.starts_with("credentials.") => String::new(),
            Some(form) => form.get(name).unwrap_or_default().to_owned(),
            None if name.ends_with("[]") => String::new(),
            None => as_text(self.at(name)),
        }
    }

    /// Whether this choice of a field is the chosen one.
    pub(crate) fn chosen(&self, name: &str, value: &str) -> bool {
        match self.typed {
            Some(form) => form.all(name).any(|typed| typed == value),
            None => match self.at(name) {
                Some(Value::Array(items)) => items.iter().any(|item| item == value),
                known => as_text(known) == value,
            },
        }
    }

    fn at(&self, name: &str) -> Option<&Value> {
        // `rules[0].rate` leads through the same members as `rules.0.rate`.
        let path = path(name).replace('[', ".").replace(']', "");
        path.split('.').try_fold(self.known, |value, part| match value {
            Value::Array(items) => items.get(part.parse::<usize>().ok()?),
            value => value.get(part),
        })
    }

    /// How many items a list has, each with fields of its own: those that are there, or that were typed.
    pub(crate) fn rows(&self, list: &str) -> usize {
        match self.typed {
            Some(form) => form.rows(list),
            None => self.at(list).and_then(Value::as_array).map_or(0, Vec::len),
        }
    }

    /// Whether the button of this name was pressed for this.
    pub(crate) fn pressed(&self, name: &str, value: &str) -> bool {
        self.typed.and_then(|form| form.get(name)) == Some(value)
    }

    /// Whether something is wrong with a field, or with a part of it.
    pub(crate) fn is_wrong(&self, name: &str) -> bool {
        !self.wrong(name).is_empty()
    }

    /// What is wrong with a group of fields itself, and with none of them.
    pub(crate) fn wrong_itself(&self, path: &str) -> Markup {
        let errors = self.problem.map_or(&[][..], |problem| problem.errors.as_slice());
        html! { @for error in errors.iter().filter(|error| error.path == path) { p.wrong { (error.detail) } } }
    }

    /// What is wrong with a field, or with a part of it.
    fn wrong(&self, name: &str) -> Vec<&str> {
        let path = path(name);
        let errors = self.problem.map_or(&[][..], |problem| problem.errors.as_slice());
        let is_its = |wrong: &str| {
            wrong.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        errors.iter().filter(|error| is_its(&error.path)).map(|error| error.detail.as_str()).collect()
    }

    /// What is wrong, above the form: all of it, so that nothing hides below a fold.
    pub(crate) fn summary(&self) -> Markup {
        html! {
            @if let Some(problem) = self.problem {
                div.notice.wrong role="alert" {
                    @if problem.status == STALE && self.version.is_some() {
                        p { "Nothing was changed, because somebody else has changed this since the form was opened. Look at it in another tab; saving again puts what stands here in its place." }
                    } @else { p { "Nothing was changed: " (problem.detail) "." } }
                    @if problem.errors.as_slice().len() > 1 {
                        ul { @for error in problem.errors.as_slice() { li { strong { (error.path) } ": " (error.detail) } } }
                    }
                }
            }
        }
    }
}

fn path(name: &str) -> &str {
    name.trim_end_matches("[]").trim_end_matches(['?', '#', '!', ','])
}

fn as_text(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(items)) => listed(items.iter().filter_map(Value::as_str)),
        Some(other) => other.to_string(),
    }
}

/// One line of text.
pub(crate) struct Text<'a> {
    pub(crate) name: &'a str,
    pub(crate) label: &'a str,
    pub(crate) hint: &'a str,
    /// The browser's word for what is typed.
    pub(crate) kind: &'a str,
    /// Tells a field from another of the same name.
    pub(crate) number: &'a str,
    pub(crate) required: Need,
}

/// Whether a field may be empty.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    Required,
    Optional,
}

/// A field of text that must be filled in.
pub(crate) const fn required<'a>(name: &'a str, label: &'a str, hint: &'a str) -> Text<'a> {
    Text { name, label, hint, kind: "text", number: "", required: Need::Required }
}

/// A field of text that may stay empty.
pub(crate) const fn optional<'a>(name: &'a str, label: &'a str, hint: &'a str) -> Text<'a> {
    Text { name, label, hint, kind: "text", number: "", required: Need::Optional }
}

impl<'a> Text<'a> {
    /// The same with another word for what is typed: `email`, `url`, `number`, `date`, `password`.
    #[must_use]
    pub(crate) const fn of_kind(mut self, kind: &'a str) -> Self {
        self.kind = kind;
        self
    }

    /// One more field of the same name: another item of the list.
    #[must_use]
    pub(crate) const fn number(mut self, number: &'a str) -> Self {
        self.number = number;
        self
    }

    pub(crate) fn on(&self, form: &Filled<'_>) -> Markup {
        let id = format!("{}{}", id(self.name), self.number);
        let wrong = form.wrong(self.name);
        let value = form.value(self.name);
        // A date field shows the day of a moment.
        let value = if self.kind == "date" { value.get(..10).unwrap_or(&value).to_owned() } else { value };
        let described = describes(&id, self.hint, &wrong);
        html! {
            div.field {
                label for=(id) { (self.label) @if self.required == Need::Required { span.needed { " (needed)" } } }
                input id=(id) type=(self.kind) name=(self.name) value=(value) dir="auto"
                    required[self.required == Need::Required] autocomplete="off"
                    aria-invalid=[(!wrong.is_empty()).then_some("true")] aria-describedby=[described];
                (below(&id, self.hint, &wrong))
            }
        }
    }
}

/// Text of several lines, which may stay empty.
pub(crate) fn lines(form: &Filled<'_>, name: &str, label: &str, hint: &str) -> Markup {
    let (id, wrong) = (id(name), form.wrong(name));
    html! {
        div.field {
            label for=(id) { (label) }
            textarea id=(id) name=(name) rows="4" dir="auto" aria-invalid=[(!wrong.is_empty()).then_some("true")]
                aria-describedby=[describes(&id, hint, &wrong)] { (form.value(name)) }
            (below(&id, hint, &wrong))
        }
    }
}

/// A choice among words.
pub(crate) fn choice(
    form: &Filled<'_>,
    name: &str,
    label: &str,
    hint: &str,
    choices: &[(String, String)],
) -> Markup {
    let wrong = form.wrong(name);
    html! {
        div.field {
            label for=(id(name)) { (label) }
            select id=(id(name)) name=(name) aria-invalid=[(!wrong.is_empty()).then_some("true")]
                aria-describedby=[describes(&id(name), hint, &wrong)] {
                @for (value, words) in choices {
                    option value=(value) selected[form.chosen(name, value)] { (words) }
                }
            }
            (below(&id(name), hint, &wrong))
        }
    }
}

/// Words of the API as choices.
pub(crate) fn choices(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(value, words)| ((*value).to_owned(), (*words).to_owned())).collect()
}

/// Yes or no. An unticked box sends nothing, so a "no" is sent before it.
pub(crate) fn tick(form: &Filled<'_>, name: &str, label: &str, hint: &str) -> Markup {
    let wrong = form.wrong(name);
    html! {
        div.field.tick {
            input type="hidden" name=(name) value="false";
            input id=(id(name)) type="checkbox" name=(name) value="true" checked[form.chosen(name, "true")]
                aria-describedby=[describes(&id(name), hint, &wrong)];
            label for=(id(name)) { (label) }
            (below(&id(name), hint, &wrong))
        }
    }
}

/// What Enter does in a form whose first button is another one.
pub(crate) fn enter() -> Markup {
    html! { input.unseen type="submit" value="Save" tabindex="-1" aria-hidden="true"; }
}

/// The start of a form for one of our own pages.
pub(crate) fn hidden(visit: &Visit) -> Markup {
    html! {
        (parts::token(visit))
        // Sent twice, it is done once.
        input type="hidden" name="_once" value=(hex(&random::<16>()));
    }
}

fn id(name: &str) -> String {
    format!("field-{}", path(name).replace(['.', '['], "-").replace(']', ""))
}

fn describes(id: &str, hint: &str, wrong: &[&str]) -> Option<String> {
    let (hint, wrong) = (!hint.is_empty(), !wrong.is_empty());
    let ids: Vec<String> = [(hint, "hint"), (wrong, "wrong")]
        .iter()
        .filter(|(there, _)| *there)
        .map(|(_, what)| format!("{id}-{what}"))
        .collect();
    (!ids.is_empty()).then(|| ids.join(" "))
}

fn below(id: &str, hint: &str, wrong: &[&str]) -> Markup {
    html! {
        @if !hint.is_empty() { p.hint id={ (id) "-hint" } { (hint) } }
        @if !wrong.is_empty() {
            p.wrong id={ (id) "-wrong" } { (wrong.join("; ")) }
        }
    }
}
