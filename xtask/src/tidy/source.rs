//! Just enough of Rust's syntax to tell code, literals and comments apart, and to measure a function.

/// A source text three times, each with everything else blanked out and every line in its place.
#[derive(Debug)]
pub(crate) struct Views {
    /// Neither comments nor what stands inside literals.
    pub(crate) code: String,
    /// Code and literals.
    pub(crate) uncommented: String,
    /// Comments alone.
    pub(crate) comments: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Code,
    Literal,
    Comment,
}

impl Views {
    pub(crate) fn of(text: &str) -> Self {
        let mut views = Self { code: String::new(), uncommented: String::new(), comments: String::new() };
        let mut rest = text;
        while !rest.is_empty() {
            let (kind, length) = token(rest);
            let (piece, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
            put(&mut views.code, piece, kind == Kind::Code);
            put(&mut views.uncommented, piece, kind != Kind::Comment);
            put(&mut views.comments, piece, kind == Kind::Comment);
            rest = after;
        }
        views
    }
}

fn put(view: &mut String, piece: &str, visible: bool) {
    if visible {
        view.push_str(piece);
    } else {
        view.extend(piece.chars().map(|each| if each == '\n' { '\n' } else { ' ' }));
    }
}

/// The kind and the length in bytes of the token at the start.
fn token(rest: &str) -> (Kind, usize) {
    if rest.starts_with("//") {
        (Kind::Comment, rest.find('\n').unwrap_or(rest.len()))
    } else if rest.starts_with("/*") {
        (Kind::Comment, block_comment(rest))
    } else if let Some(length) = raw_string(rest) {
        (Kind::Literal, length)
    } else if rest.starts_with('"') {
        (Kind::Literal, quoted(rest, '"'))
    } else if let Some(length) = character(rest) {
        (Kind::Literal, length)
    } else {
        let word = rest.find(|each: char| !is_word(each)).unwrap_or(rest.len());
        (Kind::Code, if word > 0 { word } else { rest.chars().next().map_or(1, char::len_utf8) })
    }
}

pub(crate) fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

fn block_comment(rest: &str) -> usize {
    let mut depth = 0_usize;
    let mut previous = ' ';
    for (at, each) in rest.char_indices() {
        match (previous, each) {
            ('/', '*') => depth += 1,
            ('*', '/') => depth = depth.saturating_sub(1),
            _ => {
                previous = each;
                continue;
            }
        }
        if depth == 0 {
            return at + 1;
        }
        previous = ' ';
    }
    rest.len()
}

fn raw_string(rest: &str) -> Option<usize> {
    let after = rest.strip_prefix(['b', 'c']).unwrap_or(rest).strip_prefix('r')?;
    let content = after.trim_start_matches('#');
    let hashes = after.len() - content.len();
    let content = content.strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let start = rest.len() - content.len();
    Some(content.find(&end).map_or(rest.len(), |at| start + at + end.len()))
}

/// The length of a literal between two such marks, backslashes minded.
fn quoted(rest: &str, mark: char) -> usize {
    let mut escaped = false;
    for (at, each) in rest.char_indices().skip(1) {
        match each {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if each == mark => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// A character literal, as opposed to a lifetime.
fn character(rest: &str) -> Option<usize> {
    let mut characters = rest.strip_prefix('\'')?.chars();
    let first = characters.next()?;
    (first == '\\' || characters.next() == Some('\'')).then(|| quoted(rest, '\''))
}

/// A function and where it stands.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Function<'a> {
    pub(crate) name: &'a str,
    /// The line of `fn`, from 1.
    pub(crate) line: usize,
    /// From the line of `fn` to the closing brace, both counted.
    pub(crate) lines: usize,
}

/// Every function with a body, from the view `code`.
pub(crate) fn functions(code: &str) -> Vec<Function<'_>> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("fn ") {
        let (before, from) = code.split_at_checked(at).unwrap_or((code, ""));
        if before.chars().next_back().is_some_and(is_word) {
            continue;
        }
        let signature = from.strip_prefix("fn ").unwrap_or(from).trim_start();
        let name = signature.split(|each: char| !is_word(each)).next().unwrap_or_default();
        if let Some(length) = body_end(from)
            && !name.is_empty()
        {
            let lines = from.get(..length).unwrap_or(from).lines().count();
            found.push(Function { name, line: before.matches('\n').count() + 1, lines });
        }
    }
    found
}

/// Where the function at the start ends; `None` for one without a body.
fn body_end(from: &str) -> Option<usize> {
    let (mut braces, mut brackets) = (0_usize, 0_usize);
    for (at, each) in from.char_indices() {
        match each {
            '(' | '[' => brackets += 1,
            ')' | ']' => brackets = brackets.saturating_sub(1),
            ';' if braces == 0 && brackets == 0 => return None,
            '{' => braces += 1,
            '}' if braces <= 1 => return (braces == 1).then_some(at + 1),
            '}' => braces -= 1,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_literals_and_comments_are_told_apart() {
        let text = "let a = \"// no \\\" SELECT\"; // yes 'x\nlet b = '\"'; /* a /* b */ c */ fn f<'a>() {}\n\
                    let c = r#\"a \" b\"#; let r#type = b\"x\"; 'é'";
        let views = Views::of(text);
        assert_eq!(views.code.lines().count(), 3);
        assert!(views.uncommented.contains("SELECT") && !views.code.contains("SELECT"));
        assert!(views.comments.contains("// yes 'x") && !views.uncommented.contains("yes"));
        assert!(views.code.contains("fn f<'a>() {}") && views.comments.contains("/* a /* b */ c */"));
        assert!(views.code.contains("let r#type = b") && !views.code.contains("a \" b"));
        assert!(!views.code.contains('é'));
    }

    #[test]
    fn functions_are_measured_and_declarations_are_not() {
        let text = "trait T {\n    fn declared(&self) -> [u8; 4];\n}\nfn one() {}\n\nasync fn two(\n    a: u8,\n) \
                    {\n    if a > 1 { b() }\n}\nlet pointer: fn (u8) = f;\n";
        let code = Views::of(text).code;
        assert_eq!(
            functions(&code),
            [Function { name: "one", line: 4, lines: 1 }, Function { name: "two", line: 6, lines: 5 }]
        );
    }
}
