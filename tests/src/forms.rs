//! The forms of a page as a browser reads them.

/// A form.
#[derive(Debug, Clone)]
pub struct PageForm {
    /// Where it is sent; `None`: to the page's own address.
    pub action: Option<String>,
    /// Whether it is sent by POST.
    pub is_post: bool,
    /// Whether it is what the page is for.
    pub is_sheet: bool,
    /// What a browser sends as it stands: fields, chosen options, ticked boxes; no buttons.
    pub fields: Vec<Field>,
}

/// A field of a form.
#[derive(Debug, Clone)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// What stands in it.
    pub value: String,
    /// Who fills it in.
    pub kind: FieldKind,
}

/// Who fills a field in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// Somebody types.
    Typed,
    /// Somebody chooses among what is there.
    Chosen,
    /// The page did.
    Hidden,
}

/// Every form of a page.
pub fn forms_of(page: &str) -> Vec<PageForm> {
    page.split("<form")
        .skip(1)
        .map(|form| form_of(form.split("</form>").next().unwrap_or_default()))
        .collect()
}

fn form_of(form: &str) -> PageForm {
    let (head, inside) = form.split_once('>').unwrap_or_default();
    PageForm {
        action: attribute(head, "action"),
        is_post: attribute(head, "method").as_deref() == Some("post"),
        is_sheet: attribute(head, "class").as_deref() == Some("sheet"),
        fields: fields_in(inside),
    }
}

fn fields_in(form: &str) -> Vec<Field> {
    let mut fields = Vec::new();
    let mut options: Option<(String, Option<String>)> = None;
    for (tag, text) in form.split('<').filter_map(|piece| piece.split_once('>')) {
        let mut add = |value: Option<String>, kind| {
            let field =
                attribute(tag, "name").map(|name| Field { name, value: value.unwrap_or_default(), kind });
            fields.extend(field);
        };
        match (tag.split(' ').next().unwrap_or_default(), attribute(tag, "type").as_deref()) {
            ("input", Some("submit")) => {}
            ("input", Some("checkbox" | "radio")) if !tag.contains(" checked") => {}
            ("input", Some("checkbox" | "radio")) => add(attribute(tag, "value"), FieldKind::Chosen),
            ("input", Some("hidden")) => add(attribute(tag, "value"), FieldKind::Hidden),
            ("input", _) => add(attribute(tag, "value"), FieldKind::Typed),
            ("textarea", _) => add(Some(unescaped(text)), FieldKind::Typed),
            ("select", _) => options = attribute(tag, "name").map(|name| (name, None)),
            ("option", _) => {
                if let Some((_, chosen)) = &mut options
                    && (chosen.is_none() || tag.contains(" selected"))
                {
                    *chosen = attribute(tag, "value");
                }
            }
            ("/select", _) => {
                let chosen = options.take().and_then(|(name, chosen)| Some((name, chosen?)));
                fields.extend(chosen.map(|(name, value)| Field { name, value, kind: FieldKind::Chosen }));
            }
            _ => {}
        }
    }
    fields
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    Some(unescaped(tag.split_once(&format!(" {name}=\""))?.1.split('"').next()?))
}

fn unescaped(text: &str) -> String {
    text.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}
