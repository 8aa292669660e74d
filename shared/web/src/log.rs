//! Structured log lines for the operator: one JSON object a line, on standard error (R74).
//!
//! No secret and no personal data goes in here: callers pass ids and words of their own.

use serde_json::{Value, json};

/// Writes one line.
pub fn line(level: &str, event: &str, fields: &Value) {
    let mut line = json!({ "level": level, "event": event });
    if let (Some(members), Value::Object(more)) = (line.as_object_mut(), fields) {
        members.extend(more.clone());
    }
    eprintln!("{line}");
}

/// Something that an operator should look at.
pub fn error(event: &str, fields: &Value) {
    line("error", event, fields);
}

/// Something worth knowing.
pub fn warn(event: &str, fields: &Value) {
    line("warn", event, fields);
}
