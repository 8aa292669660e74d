//! `docs/FEATURES.md`: what it claims has a test, and the test says what it proves.
//!
//! An entry is a list item that starts with a requirement's number. Below or beside its text stand the tests
//! that prove it, each as a path and a name in one pair of backticks:
//!
//! ```text
//! - **R20** A known link always redirects.
//!   - `tests/tests/redirect.rs: a_known_link_redirects_without_the_database`
//! ```
//!
//! An entry without tests is marked `*planned*` right after its number.

use super::has_word;
use super::source::is_word;
use super::tree::Tree;

const PATH: &str = "docs/FEATURES.md";

struct Entry<'a> {
    requirement: &'a str,
    line: usize,
    planned: bool,
    /// Path, name, line.
    tests: Vec<(&'a str, &'a str, usize)>,
}

pub(crate) fn every_feature_is_proved(tree: &Tree) -> Vec<String> {
    let Some(features) = tree.file(PATH) else { return vec![format!("{PATH}:1: is missing")] };
    let mut wrong = Vec::new();
    for entry in entries(&features.text) {
        let (requirement, line) = (entry.requirement, entry.line);
        for (path, name, line) in &entry.tests {
            if !has_test(tree, path, name) {
                wrong.push(format!("{PATH}:{line}: there is no test {name} in {path}"));
            }
        }
        if entry.planned != entry.tests.is_empty() {
            wrong.push(format!(
                "{PATH}:{line}: {requirement} needs tests, or the mark *planned*, and not both"
            ));
        } else if !entry.planned && !is_proved(tree, requirement) {
            wrong.push(format!("{PATH}:{line}: no test says `// {requirement}`"));
        }
    }
    wrong
}

fn entries(text: &str) -> Vec<Entry<'_>> {
    let mut entries: Vec<Entry<'_>> = Vec::new();
    let mut in_example = false;
    for (index, line) in text.lines().enumerate() {
        let line_number = index + 1;
        in_example ^= line.starts_with("```");
        if in_example {
            continue;
        }
        if let Some((requirement, rest)) = entry_start(line) {
            let planned = rest.trim_start().starts_with("*planned*");
            entries.push(Entry { requirement, line: line_number, planned, tests: Vec::new() });
        } else if line.starts_with('#') {
            // A heading ends an entry: what follows is prose.
            entries.push(Entry { requirement: "", line: line_number, planned: true, tests: Vec::new() });
        }
        if let Some(entry) = entries.last_mut().filter(|entry| !entry.requirement.is_empty()) {
            entry.tests.extend(tests_of(line).map(|(path, name)| (path, name, line_number)));
        }
    }
    entries.retain(|entry| !entry.requirement.is_empty());
    entries
}

fn entry_start(line: &str) -> Option<(&str, &str)> {
    let (requirement, rest) = line.strip_prefix("- **")?.split_once("**")?;
    let number = requirement.strip_prefix('R')?;
    number.chars().all(|each| each.is_ascii_digit()).then_some((requirement, rest))
}

fn tests_of(line: &str) -> impl Iterator<Item = (&str, &str)> {
    line.split('`').skip(1).step_by(2).filter_map(|quoted| {
        quoted.split_once(".rs: ").map(|(path, name)| {
            let length = path.len() + ".rs".len();
            (quoted.get(..length).unwrap_or(path), name.trim())
        })
    })
}

fn has_test(tree: &Tree, path: &str, name: &str) -> bool {
    let Some(views) = tree.file(path).and_then(|file| file.views.as_ref()) else { return false };
    !name.is_empty()
        && name.chars().all(is_word)
        && views.code.lines().any(|line| line.contains(&format!("fn {name}(")))
}

fn is_proved(tree: &Tree, requirement: &str) -> bool {
    tree.files.iter().filter_map(|file| file.views.as_ref()).any(|views| {
        ["#[test]", "::test]", "::test("].iter().any(|mark| views.code.contains(mark))
            && views.comments.lines().any(|line| has_word(line, requirement))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TESTS: (&str, &str) =
        ("tests/tests/a.rs", "// R20, R22\n#[tokio::test]\nasync fn it_works() {}\n// R2\nfn helper() {}\n");

    #[track_caller]
    fn check(features: &str, expected: &[&str]) {
        let wrong = every_feature_is_proved(&Tree::of(&[(PATH, features), TESTS]));
        assert_eq!(wrong, expected);
    }

    #[test]
    fn a_claim_with_a_test_that_says_so_holds() {
        check("# F\n- **R20** It redirects.\n  - `tests/tests/a.rs: it_works`\n", &[]);
        check("- **R22** Bots (`a.rs`): `tests/tests/a.rs: it_works`\n", &[]);
        check("- **R99** *planned* Later.\n", &[]);
        check("```text\n- **R00** An example.\n  - `a.rs: b`\n```\n", &[]);
    }

    #[test]
    fn a_claim_without_its_test_is_named() {
        check(
            "- **R20** It.\n  - `tests/tests/a.rs: it_fails`\n  - `tests/tests/b.rs: it_works`\n",
            &[
                "docs/FEATURES.md:2: there is no test it_fails in tests/tests/a.rs",
                "docs/FEATURES.md:3: there is no test it_works in tests/tests/b.rs",
            ],
        );
        check(
            "- **R21** It.\n  - `tests/tests/a.rs: it_works`\n",
            &["docs/FEATURES.md:1: no test says `// R21`"],
        );
        let both = "docs/FEATURES.md:1: R20 needs tests, or the mark *planned*, and not both";
        check("- **R20** It.\n", &[both]);
        check("- **R20** *planned* It: `tests/tests/a.rs: it_works`\n", &[both]);
    }
}
