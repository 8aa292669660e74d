//! A marketer: somebody who is signed in and works with the pages, without scripts.

use url::form_urlencoded::Serializer;

use crate::forms::{FieldKind, forms_of};
use crate::{App, Reply, Shopper};

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub struct Marketer {
    browser: Shopper,
}

impl Marketer {
    /// Signs in with a key.
    #[track_caller]
    pub fn sign_in(app: &App, key: &str) -> Self {
        Self::sign_in_at(&app.url, key)
    }

    /// Signs in with a key, to an app at this address.
    #[track_caller]
    pub fn sign_in_at(url: &str, key: &str) -> Self {
        let browser = Shopper::at(url, "198.51.100.60").with("content-type", FORM);
        let reply = browser.send("POST", "/dashboard/sign-in", form(&[("key", key)]).as_bytes()).expect(303);
        Self { browser: browser.with("cookie", &cookie(&reply)) }
    }

    /// The cookie of the session, as a thief would have it.
    pub fn with_cookie(app: &App, cookie: &str) -> Self {
        let browser = Shopper::at(&app.url, "198.51.100.61").with("content-type", FORM);
        Self { browser: browser.with("cookie", cookie) }
    }

    /// The cookie of the session.
    pub fn cookie(&self) -> &str {
        self.browser.header("cookie").unwrap_or_default()
    }

    /// Opens a page.
    pub fn open(&self, path: &str) -> Reply {
        self.browser.open(path)
    }

    /// What a page says.
    #[track_caller]
    pub fn read(&self, path: &str) -> String {
        self.open(path).expect(200).text()
    }

    /// Sends a form with these fields alone.
    pub fn send(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        self.browser.send("POST", path, form(fields).as_bytes())
    }

    /// Fills in a form that stands on `page` and sends it to `action`.
    #[track_caller]
    pub fn submit(&self, page: &str, action: &str, fields: &[(&str, &str)]) -> Reply {
        let token = value_of(&self.read(page), "_csrf").expect("a form with its token");
        let mut fields = fields.to_vec();
        fields.push(("_csrf", &token));
        self.send(action, &fields)
    }

    /// Presses the button of the first form on `page` that goes to `action`: all that the form holds is sent, with
    /// `fields` typed in.
    #[track_caller]
    pub fn press(&self, page: &str, action: &str, fields: &[(&str, &str)]) -> Reply {
        let held = fields_of(&self.read(page), action);
        let mut sent: Vec<(&str, &str)> =
            held.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        sent.retain(|(name, _)| fields.iter().all(|(typed, _)| typed != name));
        sent.extend(fields);
        self.send(action, &sent)
    }

    /// Saves the form of a page that edits something: all that stands in it is sent as a browser does, with `fields`
    /// typed in. A button's own name is one of the fields.
    #[track_caller]
    pub fn save(&self, page: &str, fields: &[(&str, &str)]) -> Reply {
        let mut sent = sheet_of(&self.read(page));
        sent.retain(|(name, _)| fields.iter().all(|(typed, _)| typed != name));
        sent.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let sent: Vec<(&str, &str)> =
            sent.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.send(page, &sent)
    }

    /// The same for a form that takes a file.
    #[track_caller]
    pub fn upload(&self, page: &str, action: &str, file: &str) -> Reply {
        let part = |name: &str, value: &str| {
            format!("--the-edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let held = fields_of(&self.read(page), action);
        let parts: Vec<String> = held.iter().map(|(name, value)| part(name, value)).collect();
        let body = format!("{}{}--the-edge--\r\n", parts.concat(), part("_file", file));
        let browser = self.browser.clone().with("content-type", "multipart/form-data; boundary=the-edge");
        browser.send("POST", action, body.as_bytes())
    }

    /// What the page says to which the answer to a form leads, its notice first of all.
    #[track_caller]
    pub fn follow(&self, reply: &Reply) -> String {
        assert_eq!(reply.status, 303, "{}", reply.text());
        let to = reply.header("location").expect("a next page").to_owned();
        let both = format!("{}; {}", self.cookie(), cookie(reply));
        self.browser.clone().with("cookie", &both).open(&to).expect(200).text()
    }
}

const FORM: &str = "application/x-www-form-urlencoded";

fn form(fields: &[(&str, &str)]) -> String {
    Serializer::new(String::new()).extend_pairs(fields).finish()
}

fn cookie(reply: &Reply) -> String {
    let set = reply.header("set-cookie").unwrap_or_default();
    set.split(';').next().unwrap_or_default().to_owned()
}

/// The value of the first field of this name on a page.
pub fn value_of(page: &str, name: &str) -> Option<String> {
    let (_, after) = page.split_once(&format!("name=\"{name}\" value=\""))?;
    after.split('"').next().map(str::to_owned)
}

/// What the hidden fields of the first form hold that goes to `action`.
#[track_caller]
pub fn fields_of(page: &str, action: &str) -> Vec<(String, String)> {
    let form = forms_of(page).into_iter().find(|form| form.action.as_deref() == Some(action));
    let form = form.unwrap_or_else(|| panic!("no form to {action} on {page}"));
    let hidden = form.fields.into_iter().filter(|field| field.kind == FieldKind::Hidden);
    hidden.map(|field| (field.name, field.value)).collect()
}

/// What a browser sends of the form that a page is for, as it stands there.
#[track_caller]
pub fn sheet_of(page: &str) -> Vec<(String, String)> {
    let sheet = forms_of(page).into_iter().find(|form| form.is_sheet);
    let sheet = sheet.unwrap_or_else(|| panic!("no form on {page}"));
    sheet.fields.into_iter().map(|field| (field.name, field.value)).collect()
}

/// The figure of a tile.
pub fn tile(page: &str, name: &str) -> Option<String> {
    let (_, after) = page.split_once(&format!("<dt>{name}</dt><dd>"))?;
    let (cell, _) = after.split_once("</dd>")?;
    Some(text_of(cell))
}

/// The cells of a table's rows, as text, by the table's label.
pub fn rows(page: &str, label: &str) -> Vec<Vec<String>> {
    let Some((_, after)) = page.split_once(&format!("aria-label=\"{label}\"")) else { return Vec::new() };
    let table = after.split("</table>").next().unwrap_or_default();
    let body = table.split("<tbody>").nth(1).unwrap_or_default();
    let cells = |row: &str| {
        let ends = row.replace("</th>", "</td>").replace("<th", "<td");
        ends.split("</td>").filter(|cell| cell.contains("<td")).map(text_of).collect()
    };
    body.split("</tr>").filter(|row| row.contains("<tr")).map(cells).collect()
}

/// Markup without its marks.
fn text_of(markup: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for letter in markup.chars() {
        match letter {
            '<' => inside = true,
            '>' => inside = false,
            letter if !inside => text.push(letter),
            _ => {}
        }
    }
    text.trim().to_owned()
}

/// The number in a figure such as `1 234.50 EUR`, in the smallest unit that it shows.
pub fn number(figure: &str) -> i64 {
    let sign = if figure.starts_with('\u{2212}') { -1 } else { 1 };
    let amount = figure.split('\u{a0}').next().unwrap_or_default();
    let digits: String = amount.chars().filter(char::is_ascii_digit).collect();
    sign * digits.parse::<i64>().unwrap_or(0)
}
