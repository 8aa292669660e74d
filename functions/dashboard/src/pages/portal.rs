//! A creator's own page: what is theirs, behind a private link that the brand can end (R67).
//!
//! Nothing on it can be changed, and nothing is asked for but what belongs to the creator of the link.

use std::collections::BTreeMap;
use std::rc::Rc;

use maud::{Markup, html};
use tributary_calls::Zone;
use tributary_domain::ids::{CampaignId, CreatorId, EnrollmentId};
use tributary_domain::plan::Terms;
use tributary_storage::codes::{self, Code};
use tributary_storage::enrollments::{self, Enrollment, EnrollmentStatus};
use tributary_storage::links::{self, Link, LinkStatus};
use tributary_storage::{campaigns, keys, plans, reports};
use tributary_web::links::make::url_of;
use tributary_web::rest::{Actor, Scope, base_url, hash_key};
use tributary_web::session::SignedIn;
use tributary_web::{Answer, Context, Problem, Range, Request};
use url::form_urlencoded::{Serializer, byte_serialize};

use super::commission_words::in_words;
use super::creator::{balance_table, figures, statement};
use super::statement::sheet;
use crate::layout;
use crate::parts::{self, Align, Unasked, money, name, state};
use crate::visit::Visit;
use crate::wire::{Balances, Conversion, Creator, LedgerLine, List};

/// Campaigns of one creator on the page.
const MOST_ENROLLMENTS: u32 = 100;

/// A creator's page, or one of its pictures.
pub(crate) async fn answer(request: &Request, secret: &str, below: &[&str]) -> Result<Answer, Problem> {
    let context = Context::get().await?;
    context.migrated().await?;
    let gone =
        || Problem::new(404, "no_such_page", "this link does not work any more; ask the brand for another");
    let key = keys::by_hash(&context.sql, &hash_key(secret)).await?.ok_or_else(gone)?;
    let creator = keys::page_of(&key).ok_or_else(gone)?;
    let actor = Actor { name: key.id.to_string(), scope: Scope::Read };
    let visit = Visit {
        context: Rc::clone(&context),
        request: Request { query: of_the_page(request).into(), ..request.clone() },
        who: SignedIn { actor, form_token: String::new() },
        zone: Zone::of_account(&context).await?,
    };
    let answer = match below {
        [] => page(&visit, &creator).await?,
        ["statement"] => month(&visit, &creator).await?,
        ["links", id, "qr.svg"] => qr(&visit, &creator, id).await?,
        _ => return Err(gone()),
    };
    Ok(answer.header("x-robots-tag", "noindex"))
}

async fn qr(visit: &Visit, creator: &CreatorId, id: &str) -> Result<Answer, Problem> {
    let own = enrollments::of_creator(&visit.context.sql, creator, MOST_ENROLLMENTS).await?;
    let links =
        links::of_enrollments(&visit.context.sql, own.iter().map(|enrollment| &enrollment.id)).await?;
    if !links.iter().any(|link| link.id.as_str() == id) {
        return Err(Problem::not_found("link"));
    }
    visit.ask(&format!("/links/{id}/qr.svg")).await
}

async fn page(visit: &Visit, id: &CreatorId) -> Result<Answer, Problem> {
    let creator: Creator = visit.get(&format!("/creators/{id}")).await?;
    let days = Range::of(&visit.request)?.days_or_recent(visit.context.now());
    let balances: Balances = visit.get(&format!("/creators/{id}/balance")).await?;
    let lines: List<LedgerLine> = visit.get(&format!("/ledger?creatorId={id}&limit=50")).await?;
    let (first, last) = (days.first.to_string(), days.last.to_string());
    let within =
        visit.query_with(&[("creatorId", Some(id.as_str())), ("from", Some(&first)), ("to", Some(&last))]);
    let sold: List<Conversion> = visit.get(&format!("/conversions?{within}")).await?;
    let sql = &visit.context.sql;
    let sales = reports::creator_sales(sql, id, days).await?;
    let clicks = reports::creator_clicks(sql, id, days).await?;
    let body = html! {
        main #main {
            h1 { (name(&creator.name())) }
            p.note { "Your own page. Whoever has its address can see it: keep it to yourself." }
            h2 { "Your links and codes" }
            (own_links(visit, id).await?)
            h2 { "What you brought" }
            p.note { (days.first) " to " (days.last) ", days of UTC" }
            (parts::range_form(visit, Unasked::Recent, &[]))
            (figures(None, days, &sales, clicks))
            (own_sales(visit, &sold.data))
            (parts::pager(visit, sold.next_cursor.as_deref()))
            h2 { "Your balance" }
            (balance_table(&balances))
            h2 { "Statement" }
            p { a href={ (visit.request.path.trim_end_matches('/')) "/statement" } { "By month, to print" } }
            (statement(visit, &lines.data, None))
        }
        footer { (parts::zone(visit)) }
    };
    Ok(layout::answer(200, &creator.name(), &body))
}

/// The creator's month, to print.
async fn month(visit: &Visit, id: &CreatorId) -> Result<Answer, Problem> {
    let creator: Creator = visit.get(&format!("/creators/{id}")).await?;
    let above = visit.request.path.trim_end_matches('/').trim_end_matches("/statement");
    let body = html! {
        main #main {
            p.above { a href=(above) { "‹ Your page" } }
            h1 { "Statement for " (name(&creator.name())) }
            (sheet(visit, id.as_str(), None).await?)
        }
        footer { (parts::zone(visit)) }
    };
    Ok(layout::answer(200, &creator.name(), &body))
}

/// The parameters that the page knows: nobody chooses another creator's rows by an address.
fn of_the_page(request: &Request) -> String {
    let mut pairs = request.query_pairs();
    pairs.retain(|(name, _)| ["from", "to", "cursor", "month"].contains(&name.as_str()));
    Serializer::new(String::new()).extend_pairs(pairs).finish()
}

async fn own_links(visit: &Visit, id: &CreatorId) -> Result<Markup, Problem> {
    let sql = &visit.context.sql;
    let mut own = enrollments::of_creator(sql, id, MOST_ENROLLMENTS).await?;
    own.retain(|enrollment| enrollment.status == EnrollmentStatus::Active);
    if own.is_empty() {
        return Ok(parts::empty("You are in no campaign at the moment.", None));
    }
    let ids = || own.iter().map(|enrollment| &enrollment.id);
    let codes = codes::of_enrollments(sql, ids()).await?;
    let codes: BTreeMap<EnrollmentId, Code> =
        codes.into_iter().map(|code| (code.enrollment_id.clone(), code)).collect();
    let links = links::of_enrollments(sql, ids()).await?;
    let campaigns = campaigns::by_ids(sql, own.iter().map(|enrollment| &enrollment.campaign_id)).await?;
    let plans = plans::by_ids(sql, own.iter().map(|enrollment| &enrollment.plan_id)).await?;
    let named = |id: &CampaignId| campaigns.get(id).map_or("", |campaign| campaign.name.as_str());
    let base = base_url(&visit.context, &visit.request);
    Ok(html! {
        @for enrollment in &own {
            section.sheet {
                h3 { (name(named(&enrollment.campaign_id))) }
                @if let Some(plan) = plans.get(&enrollment.plan_id) {
                    (programme(&plan.terms))
                    p { "You earn: " (in_words(enrollment.commission.as_ref().unwrap_or(&plan.terms.commission))) }
                }
                @if let Some(code) = codes.get(&enrollment.id) { (own_code(code)) }
                @for link in own_and_live(&links, enrollment) {
                    (own_link(visit, link, &url_of(&base, &link.slug), named(&enrollment.campaign_id)))
                }
            }
        }
    })
}

fn own_and_live<'a>(links: &'a [Link], enrollment: &'a Enrollment) -> impl Iterator<Item = &'a Link> {
    links.iter().filter(|link| link.enrollment_id == enrollment.id && link.status == LinkStatus::Active)
}

/// What a creator of a programme elsewhere has to do there (R14).
fn programme(terms: &Terms) -> Markup {
    html! {
        @if let Some(instructions) = &terms.instructions { p { (instructions) } }
        @if let Some(url) = &terms.external_url {
            p { "The programme: " a href=(url) rel="noopener noreferrer" { (url) } }
        }
    }
}

fn own_code(code: &Code) -> Markup {
    html! {
        p { "Code: " @match &code.text {
            Some(text) => (parts::copyable("code", text.as_str())),
            None => "it comes soon",
        } }
    }
}

fn own_link(visit: &Visit, link: &Link, url: &str, campaign: &str) -> Markup {
    let encoded: String = byte_serialize(url.as_bytes()).collect();
    let share = [
        ("WhatsApp", format!("https://wa.me/?text={encoded}")),
        ("Telegram", format!("https://t.me/share/url?url={encoded}")),
        ("Facebook", format!("https://www.facebook.com/sharer/sharer.php?u={encoded}")),
        ("X", format!("https://x.com/intent/post?url={encoded}")),
        ("E-mail", format!("mailto:?body={encoded}")),
    ];
    let picture = format!("{}/links/{}/qr.svg", visit.request.path.trim_end_matches('/'), link.id);
    html! {
        p { "Link: " (parts::copyable("link", url)) }
        p.choices { "Share it by "
            @for (label, address) in &share { a href=(address) rel="noopener noreferrer" { (label) span.unseen { " for " (campaign) } } }
        }
        details {
            summary { "QR code" }
            img.qr src=(picture) alt={ "QR code of " (url) } width="256" height="256" loading="lazy";
            p { a href=(picture) download={ (link.id) ".svg" } { "Save it" } }
        }
    }
}

/// Without the order's number, which is the shop's and its customer's.
fn own_sales(visit: &Visit, sales: &[Conversion]) -> Markup {
    if sales.is_empty() {
        return parts::empty("No sale in this time. Share a link or your code above.", None);
    }
    let rows = html! {
        @for sale in sales {
            tr {
                th scope="row" { (visit.moment(sale.placed_at)) }
                td { (name(sale.campaign_name.as_deref().unwrap_or_default())) }
                td { (state(&sale.status)) }
                td.number { (money(sale.value)) }
                td.number { (money(sale.commission)) }
                td { (state(&sale.approval)) }
            }
        }
    };
    let (text, number) = (Align::Text, Align::Number);
    let head = [
        ("Placed", text),
        ("Campaign", text),
        ("Status", text),
        ("Value", number),
        ("Commission", number),
        ("Approval", text),
    ];
    parts::table("Your sales", &head, &rows)
}
