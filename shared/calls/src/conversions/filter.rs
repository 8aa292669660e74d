//! The filters of conversions in a query, shared by the list, the performance table and the exports.

use tributary_domain::FieldErrors;
use tributary_domain::conversion::Approval;
use tributary_domain::field_error::Invalid;
use tributary_domain::ids::{CampaignId, ConversionId, CreatorId, OrderId, PlanId};
use tributary_domain::order::Status;
use tributary_storage::conversions::{Filter, Sort};
use tributary_web::{Problem, Range, Request};

/// As many as a query of a usual server's 32 KiB can name.
const MOST_IDS: usize = 1_000;

/// Reads every filter, `ids` among them.
///
/// # Errors
/// 422 that names every wrong one.
pub(crate) fn read(request: &Request) -> Result<Filter, Problem> {
    let mut errors = FieldErrors::default();
    let orders = request.query("ids").and_then(|text| errors.keep("ids", ids(&text)));
    let filter = Filter { orders, ..fields(request, &mut errors) };
    errors.into_result()?;
    Ok(filter)
}

/// Reads every filter but `ids`.
///
/// # Errors
/// 422 that names every wrong one.
pub(crate) fn read_without_ids(request: &Request) -> Result<Filter, Problem> {
    let mut errors = FieldErrors::default();
    let filter = fields(request, &mut errors);
    errors.into_result()?;
    Ok(filter)
}

fn fields(request: &Request, errors: &mut FieldErrors) -> Filter {
    let range = Range::read(request, errors);
    Filter {
        campaign: field(request, "campaignId", CampaignId::parse, errors),
        creator: field(request, "creatorId", CreatorId::parse, errors),
        plan: field(request, "planId", PlanId::parse, errors),
        status: field(request, "status", status, errors),
        approval: field(request, "approval", approval, errors),
        from: range.from,
        before: range.before,
        orders: None,
        sort: field(request, "sort", sort, errors).unwrap_or_default(),
    }
}

fn sort(text: &str) -> Result<Sort, Invalid> {
    Sort::parse(text).map_err(|detail| Invalid::new("unknown_sort", detail))
}

fn field<T>(
    request: &Request,
    name: &str,
    parse: impl Fn(&str) -> Result<T, Invalid>,
    errors: &mut FieldErrors,
) -> Option<T> {
    request.query(name).and_then(|text| errors.keep(name, parse(&text)))
}

fn status(text: &str) -> Result<Status, Invalid> {
    let known = Status::ALL.map(Status::as_str).join(", ");
    Status::try_from(text).map_err(|_| Invalid::new("unknown_status", format!("must be one of {known}")))
}

fn approval(text: &str) -> Result<Approval, Invalid> {
    let known = Approval::ALL.map(Approval::as_str).join(", ");
    Approval::try_from(text).map_err(|_| Invalid::new("unknown_approval", format!("must be one of {known}")))
}

fn ids(text: &str) -> Result<Vec<OrderId>, Invalid> {
    let ids = text
        .split(',')
        .map(|id| ConversionId::parse(id.trim()).map(|id| OrderId::from(&id)))
        .collect::<Result<Vec<_>, _>>()?;
    if ids.len() > MOST_IDS {
        return Err(Invalid::new("too_many", format!("at most {MOST_IDS}")));
    }
    Ok(ids)
}
