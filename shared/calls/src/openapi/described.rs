//! What a call takes and answers, put together from types.

use serde_json::{Map, Value, json};
use utoipa::{PartialSchema, ToSchema};

/// Named schemas.
pub(super) type Schemas = Vec<(String, Value)>;

/// What one call takes and answers.
pub(super) struct Described {
    /// Method and path, as its route has them: `POST /stores`.
    pub(super) call: &'static str,
    /// What it reads of query and headers.
    pub(super) parameters: Vec<Value>,
    /// Its body.
    pub(super) body: Option<Value>,
    /// Its answers by status.
    pub(super) answers: Map<String, Value>,
    /// The schemas that it takes.
    pub(super) taken: Schemas,
    /// The schemas that it gives.
    pub(super) given: Schemas,
}

/// Begins a description: `call("GET /stores").lists::<Store>()`.
pub(super) fn call(call: &'static str) -> Described {
    let (parameters, answers) = (Vec::new(), Map::new());
    Described { call, parameters, body: None, answers, taken: Schemas::new(), given: Schemas::new() }
}

impl Described {
    /// Reads these parameters.
    pub(super) fn reads(mut self, parameters: impl IntoIterator<Item = Value>) -> Self {
        self.parameters.extend(parameters);
        self
    }

    /// Takes JSON, such as the example. The examples are sent to the running application by its tests, where
    /// `str_...` stands for the id of a store, and so on.
    pub(super) fn takes<T: ToSchema>(mut self, example: &Value) -> Self {
        let schema = named::<T>(&mut self.taken);
        let content = json!({"application/json": {"schema": schema, "example": example}});
        self.body = Some(json!({"required": true, "content": content}));
        self
    }

    /// The same, but it may come without a body.
    pub(super) fn may_take<T: ToSchema>(self, example: &Value) -> Self {
        let mut this = self.takes::<T>(example);
        if let Some(Value::Object(body)) = &mut this.body {
            body.insert("required".to_owned(), json!(false));
        }
        this
    }

    /// Takes a file, such as the example; one of several kinds where it is called more than once.
    pub(super) fn takes_file(mut self, kind: &str, example: &str) -> Self {
        let content = json!({"schema": {"type": "string"}, "example": example});
        let body = self.body.get_or_insert_with(|| json!({"required": true, "content": {}}));
        if let Some(Value::Object(contents)) = body.get_mut("content") {
            contents.insert(kind.to_owned(), content);
        }
        self
    }

    /// Answers JSON.
    pub(super) fn gives<T: ToSchema>(mut self, status: u16) -> Self {
        let schema = named::<T>(&mut self.given);
        self.answer(status, "application/json", &schema)
    }

    /// Answers a page of rows, and reads which.
    pub(super) fn lists<T: ToSchema>(mut self) -> Self {
        let rows = named::<T>(&mut self.given);
        let schema = json!({
            "type": "object",
            "required": ["data", "nextCursor"],
            "additionalProperties": false,
            "properties": {
                "data": {"type": "array", "items": rows},
                "nextCursor": {"type": ["string", "null"], "description": "the next page; `null` where there is none"},
            },
        });
        self.paged().answer(200, "application/json", &schema)
    }

    /// Reads which page of its rows is meant.
    pub(super) fn paged(self) -> Self {
        self.reads([limit(), cursor()])
    }

    /// Answers all rows at once.
    pub(super) fn gives_all<T: ToSchema>(mut self, status: u16) -> Self {
        let rows = named::<T>(&mut self.given);
        let schema = json!({
            "type": "object",
            "required": ["data"],
            "additionalProperties": false,
            "properties": {"data": {"type": "array", "items": rows}},
        });
        self.answer(status, "application/json", &schema)
    }

    /// Answers a file, of one of several kinds where it is called more than once.
    pub(super) fn gives_file(self, kind: &str) -> Self {
        self.answer(200, kind, &json!({"type": "string"}))
    }

    /// Answers nothing but a status and perhaps a header.
    pub(super) fn gives_nothing(mut self, status: u16, description: &str) -> Self {
        self.answers.insert(status.to_string(), json!({"description": description}));
        self
    }

    fn answer(mut self, status: u16, kind: &str, schema: &Value) -> Self {
        let known = self
            .answers
            .entry(status.to_string())
            .or_insert_with(|| json!({"description": "Done", "content": {}}));
        if let Some(Value::Object(contents)) = known.get_mut("content") {
            contents.insert(kind.to_owned(), json!({"schema": schema}));
        }
        self
    }
}

/// A reference to a type's schema, which goes among the others with those that it needs.
fn named<T: ToSchema>(schemas: &mut Schemas) -> Value {
    let mut found = vec![(T::name().into_owned(), T::schema())];
    T::schemas(&mut found);
    schemas.extend(found.into_iter().map(|(name, schema)| (name, value_of(&schema))));
    json!({"$ref": format!("#/components/schemas/{}", T::name())})
}

fn value_of(schema: &impl serde::Serialize) -> Value {
    serde_json::to_value(schema).unwrap_or_default()
}

/// A query parameter of a type. Empty, as the forms of pages send it, it is as if it was absent.
pub(super) fn query<T: PartialSchema>(name: &str, description: &str) -> Value {
    let schema = value_of(&T::schema());
    json!({"name": name, "in": "query", "description": description, "schema": schema, "allowEmptyValue": true})
}

/// A query parameter that the call cannot do without.
pub(super) fn needed<T: PartialSchema>(name: &str, description: &str) -> Value {
    let mut parameter = query::<T>(name, description);
    if let Value::Object(members) = &mut parameter {
        members.insert("required".to_owned(), json!(true));
    }
    parameter
}

/// A query parameter that is one of some words.
pub(super) fn one_of(name: &str, words: &[&str], description: &str) -> Value {
    let schema = json!({"type": "string", "enum": words});
    json!({"name": name, "in": "query", "description": description, "schema": schema, "allowEmptyValue": true})
}

/// By time, one way or the other.
pub(super) fn sort() -> Value {
    one_of("sort", &["newest", "oldest"], "which come first; `newest` where it is absent")
}

/// A header.
pub(super) fn header(name: &str, description: &str) -> Value {
    let schema = json!({"type": "string", "minLength": 1, "maxLength": 255});
    json!({"name": name, "in": "header", "description": description, "schema": schema})
}

/// A time range.
pub(super) fn range() -> [Value; 2] {
    let said = |name, description| json!({"name": name, "in": "query", "description": description, "schema": {"type": "string"}, "example": "2026-11-21"});
    [
        said("from", "a day of UTC or an RFC 3339 time: the first inside"),
        said("to", "a day, which is the last inside; or an RFC 3339 time, which is the first outside"),
    ]
}

fn limit() -> Value {
    let schema = json!({"type": "integer", "minimum": 1, "maximum": 100, "default": 50});
    json!({"name": "limit", "in": "query", "description": "how many rows", "schema": schema})
}

fn cursor() -> Value {
    json!({"name": "cursor", "in": "query", "description": "the `nextCursor` of the page before", "schema": {"type": "string"}})
}
