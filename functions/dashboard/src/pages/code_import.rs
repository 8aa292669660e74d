//! Codes that the shop has already, taken up from a file, and a file of the campaign's people to fill in.

use std::collections::BTreeMap;

use maud::html;
use tributary_domain::ids::{CampaignId, CreatorId};
use tributary_storage::codes;
use tributary_storage::creators;
use tributary_storage::enrollments::{self, Enrollment, EnrollmentStatus, Filter};
use tributary_web::csv_row::{self, Cell};
use tributary_web::{Answer, Problem};

use super::creators::names;
use crate::layout::{Title, page as framed};
use crate::parts;
use crate::visit::Visit;
use crate::wire::Campaign;

/// Lines of a file: as many as one call takes up.
const MOST_LINES: u32 = 1_000;

pub(crate) async fn page(visit: &Visit, id: &str) -> Result<Answer, Problem> {
    let campaign: Campaign = visit.get(&format!("/campaigns/{id}")).await?;
    let people = format!("/dashboard/campaigns/{id}/people");
    let body = html! {
        p { "For creators who have codes in the shop already. Each keeps the code that the file names; one that they had here before still credits." }
        ol {
            li { a href={ "/dashboard/campaigns/" (id) "/codes.csv" } download { "Take the file of this campaign's people" } ", and write each code beside its creator. Leave out who keeps theirs." }
            li { "Give it back here. Its columns are creatorId and code; others are passed over." }
        }
        form.sheet method="post" enctype="multipart/form-data" action={ "/dashboard/act/codes/import?campaignId=" (id) } {
            (parts::form_fields(visit, &people, "{data} codes are taken up."))
            div.field {
                label for="file" { "The file" }
                input id="file" type="file" name="_file" accept=".csv,text/csv" aria-describedby="file-hint";
                p.hint #file-hint { "CSV, as spreadsheets save it." }
            }
            div.field {
                label for="lines" { "or its lines" }
                textarea id="lines" name="_file" rows="4" dir="auto" autocomplete="off" placeholder="creatorId,code" {}
            }
            button { "Take the codes up" }
        }
    };
    Ok(framed(visit, &Title::below(&campaign.name, &people, "Codes from a file"), &body))
}

/// The campaign's people with their codes of today, in the columns that the import reads.
pub(crate) async fn template(visit: &Visit, id: &str) -> Result<Answer, Problem> {
    let key = CampaignId::parse(id).map_err(|_| Problem::not_found("campaign"))?;
    let sql = &visit.context.sql;
    let found =
        enrollments::list(sql, &key, &Filter::all(EnrollmentStatus::Active), None, MOST_LINES).await?;
    let names = names(creators::by_ids(sql, found.iter().filter_map(|each| each.creator_id.as_ref())).await?);
    let codes = codes::of_enrollments(sql, found.iter().map(|each| &each.id)).await?;
    let texts: BTreeMap<_, _> =
        codes.iter().filter_map(|code| Some((&code.enrollment_id, code.text.as_ref()?.as_str()))).collect();
    let head = ["creatorId", "name", "code"].map(|name| Cell::text(Some(name))).to_vec();
    let rows = found.iter().filter_map(|each| line(each, &names, texts.get(&each.id).copied()));
    let file = csv_row::write(std::iter::once(head).chain(rows));
    Ok(Answer::bytes(200, "text/csv; charset=utf-8", file)
        .header("content-disposition", format!("attachment; filename=\"codes-{id}.csv\"")))
}

fn line<'a>(
    enrollment: &'a Enrollment,
    names: &'a BTreeMap<CreatorId, String>,
    code: Option<&'a str>,
) -> Option<Vec<Cell<'a>>> {
    let creator = enrollment.creator_id.as_ref()?;
    let called = names.get(creator).map(String::as_str);
    Some(vec![Cell::Number(creator.to_string()), Cell::text(called), Cell::text(code)])
}
