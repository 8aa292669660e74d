//! `PUT /enrollments/{id}/code`: a code by hand, or `TBD` (R7). History is kept: an older code still credits.

use serde_json::{Value, json};
use tributary_domain::FieldErrors;
use tributary_domain::code::{CodeStatus, CodeText};
use tributary_storage::codes::{self, Code, Holder, Made, Origin, Setting};
use tributary_storage::enrollments::{Enrollment, EnrollmentStatus};
use tributary_storage::{SqlError, Statement};
use tributary_web::Problem;
use tributary_web::codes::{link_keys_of, plan_and_store, to_wire};
use tributary_web::rest::bodies::NewCodeText;
use tributary_web::rest::{Call, Change, Outcome};

use super::batch::new_code;
use super::{Belongings, find};

/// What a code is set to.
pub(super) enum Text {
    /// It is to be typed in later.
    ToBeDecided,
    /// This.
    Is(CodeText),
}

/// The word for a code that is to be decided.
const TO_BE_DECIDED: &str = "TBD";

/// Reads the body.
pub(super) fn read(call: &Call) -> Result<Text, Problem> {
    let wanted: NewCodeText = call.request.json()?;
    if wanted.text.trim().eq_ignore_ascii_case(TO_BE_DECIDED) {
        return Ok(Text::ToBeDecided);
    }
    let mut errors = FieldErrors::default();
    let text = errors.keep("text", CodeText::parse(&wanted.text));
    errors.into_result()?;
    Ok(text.map_or(Text::ToBeDecided, Text::Is))
}

pub(crate) async fn put_code(call: &Call) -> Result<Outcome, Problem> {
    let text = read(call)?;
    let enrollment = find(call).await?;
    set(call, &enrollment, text, Vec::new()).await
}

/// Sets the code of an enrollment, which `first` may have to make.
pub(super) async fn set(
    call: &Call,
    enrollment: &Enrollment,
    text: Text,
    first: Vec<Statement>,
) -> Result<Outcome, Problem> {
    if enrollment.status == EnrollmentStatus::Removed {
        return Err(Problem::conflict("enrollment_removed", "enroll the creator again first"));
    }
    let sql = &call.context.sql;
    let (plan, store) = plan_and_store(call, &enrollment.plan_id).await?;
    let none = std::collections::BTreeSet::new();
    let setting = Setting { plan: &plan, store: &store, key: call.context.keys.current(), reserved: &none };
    let current = codes::of_enrollments(sql, [&enrollment.id]).await?.pop();
    let (own, made) = match text {
        Text::ToBeDecided => (None, Made::to_be_decided()),
        Text::Is(text) => {
            let holder = codes::holder(sql, &store.id, &text).await?;
            (own(holder, enrollment)?, Made::with_text(text, &setting))
        }
    };
    let now = call.context.now();
    let step = Step::of(current.clone(), own, made, |made| {
        new_code(call, enrollment, &plan, (made, Origin::Typed), now)
    });
    let body = answer(call, enrollment, step.code()).await?;
    let change = Change::new("code.set", enrollment.id.as_str(), body)
        .with_all(first)
        .with_all(step.statements(current.as_ref(), now)?)
        .run_again_when_taken([
            "codes.store_id, codes.text",
            "codes.enrollment_id",
            "enrollments.campaign_id",
        ])
        .audited(current.as_ref().map(to_wire), Some(to_wire(step.code())))
        .forget(link_keys_of(call, [&enrollment.id]).await?);
    Ok(change.into())
}

/// The code that has this text already, if it is the enrollment's own.
fn own(holder: Option<Holder>, enrollment: &Enrollment) -> Result<Option<Code>, Problem> {
    match holder {
        Some(holder) if holder.code.enrollment_id != enrollment.id => Err(taken(&holder)),
        holder => Ok(holder.map(|holder| holder.code)),
    }
}

fn taken(holder: &Holder) -> Problem {
    let names: Vec<&str> =
        [&holder.first_name, &holder.last_name].into_iter().filter_map(|name| name.as_deref()).collect();
    let campaign = &holder.campaign;
    let who = match (&holder.code.creator_id, names.join(" ")) {
        (None, _) => format!("the campaign {campaign} itself"),
        (Some(id), name) if name.is_empty() => format!("{id} in the campaign {campaign}"),
        (Some(id), name) => format!("{name} ({id}) in the campaign {campaign}"),
    };
    let since = if holder.code.is_current { "has" } else { "had, and is still credited by," };
    let detail = format!("{who} {since} this code (enrollment {})", holder.code.enrollment_id);
    Problem::conflict("code_taken", detail)
}

/// What is to be done.
enum Step {
    /// Nothing: this is the code.
    Stay(Code),
    /// The code of today has no text yet: it becomes this.
    Become(Code),
    /// A new one comes in the place of the code of today.
    Insert(Code),
    /// An older one comes back.
    Return(Code),
}

impl Step {
    fn of(current: Option<Code>, own: Option<Code>, made: Made, new: impl FnOnce(Made) -> Code) -> Self {
        match (current, own) {
            (Some(current), Some(own)) if current.id == own.id && !is_out_of_use(current.status) => {
                Self::Stay(current)
            }
            (Some(current), Some(own)) if current.id == own.id => Self::Become(changed(current, new(made))),
            (_, Some(own)) => Self::Return(changed(own, new(made))),
            (Some(current), None) if current.text.is_none() => Self::Become(changed(current, new(made))),
            (_, None) => Self::Insert(new(made)),
        }
    }

    fn code(&self) -> &Code {
        match self {
            Self::Stay(code) | Self::Become(code) | Self::Insert(code) | Self::Return(code) => code,
        }
    }

    fn statements(
        &self,
        current: Option<&Code>,
        now: tributary_domain::Timestamp,
    ) -> Result<Vec<Statement>, SqlError> {
        let mut statements = Vec::new();
        if let (Self::Insert(_) | Self::Return(_), Some(current)) = (self, current) {
            statements.push(codes::retire(&current.id, now));
        }
        let one = std::slice::from_ref(self.code());
        match self {
            Self::Stay(_) => {}
            Self::Become(_) | Self::Return(_) => statements.extend(codes::replace_all(one)?),
            Self::Insert(_) => statements.extend(codes::insert_all(one)?),
        }
        Ok(statements)
    }
}

/// Typing in the text of such a code has it tried again.
const fn is_out_of_use(status: CodeStatus) -> bool {
    matches!(status, CodeStatus::Failed | CodeStatus::Disabled)
}

/// A kept code with what a new one would be. It keeps its id and its day.
fn changed(kept: Code, new: Code) -> Code {
    Code { id: kept.id, created_at: kept.created_at, in_shop: kept.in_shop, ..new }
}

async fn answer(call: &Call, enrollment: &Enrollment, code: &Code) -> Result<Value, Problem> {
    let mut belongings = Belongings::of(call, std::iter::once(enrollment)).await?;
    belongings.codes.insert(enrollment.id.clone(), code.clone());
    Ok(belongings.to_wire(call, [enrollment]).pop().unwrap_or_else(|| json!({})))
}
