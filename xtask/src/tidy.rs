//! `cargo xtask tidy`: the invariants of the code base, each a function that returns what breaks it.

mod features;
mod source;
mod tree;

use crate::build;
use anyhow::{Result, bail};
use source::{functions, is_word};
use std::ffi::OsString;
use std::path::Path;
use tree::Tree;

const HELP: &str = "\
Usage: cargo xtask tidy

Checks what docs/ARCHITECTURE.md promises about the code: who may depend on what, where SQL and the
Spin SDK may stand, no floats for money, tests for every function and every feature, sizes.";

type Rule = fn(&Tree) -> Vec<String>;

const RULES: [Rule; 11] = [
    domain_is_pure,
    time_and_chance_come_in_as_arguments,
    sql_stands_in_storage_alone,
    the_spin_sdk_stands_at_the_edge,
    money_is_never_a_float,
    every_function_is_known,
    a_call_writes_nothing_itself,
    features::every_feature_is_proved,
    files_and_functions_are_small,
    nothing_is_left_undone,
    no_path_of_one_machine,
];

/// Checks the repository.
pub(crate) fn run(arguments: Vec<OsString>) -> Result<()> {
    use lexopt::prelude::{Long, Short};
    if let Some(argument) = lexopt::Parser::from_args(arguments).next()? {
        match argument {
            Long("help") | Short('h') => {
                println!("{HELP}");
                return Ok(());
            }
            _ => return Err(argument.unexpected().into()),
        }
    }
    check(&build::root()?)
}

/// Checks the tree under `root` and prints each thing that is wrong.
pub(crate) fn check(root: &Path) -> Result<()> {
    let tree = Tree::load(root)?;
    let wrong: Vec<String> = RULES.iter().flat_map(|rule| rule(&tree)).collect();
    for line in &wrong {
        eprintln!("{line}");
    }
    if !wrong.is_empty() {
        bail!("{} broken invariants", wrong.len());
    }
    eprintln!("tidy: {} files, {} invariants hold", tree.files.len(), RULES.len());
    Ok(())
}

/// What `domain` may use: values and pure functions. A crate that reads a clock, a file, a socket or the
/// system's randomness has no place here.
const PURE_CRATES: [&str; 17] = [
    "base64",
    "chrono",
    "deunicode",
    "hmac",
    "idna_adapter",
    "iso_currency",
    "percent-encoding",
    "rust_decimal",
    "serde",
    "serde_json",
    "sha2",
    "subtle",
    "thiserror",
    "unicode-normalization",
    "url",
    "utoipa",
    "uuid",
];

fn domain_is_pure(tree: &Tree) -> Vec<String> {
    let path = "shared/domain/Cargo.toml";
    let Some(manifest) = tree.file(path) else { return vec![format!("{path}:1: is missing")] };
    let Ok(table) = manifest.text.parse::<toml::Table>() else {
        return vec![format!("{path}:1: cannot be read")];
    };
    let mut tables = vec![&table];
    if let Some(targets) = table.get("target").and_then(toml::Value::as_table) {
        tables.extend(targets.values().filter_map(toml::Value::as_table));
    }
    let named =
        tables.into_iter().flat_map(|table| ["dependencies", "build-dependencies"].map(|key| table.get(key)));
    named
        .flatten()
        .filter_map(toml::Value::as_table)
        .flat_map(toml::Table::keys)
        .filter(|name| !PURE_CRATES.contains(&name.as_str()))
        .map(|name| {
            let line = line_of(&manifest.text, name);
            format!("{path}:{line}: {name} is not known to be free of I/O; domain has the rules alone")
        })
        .collect()
}

fn line_of(text: &str, start: &str) -> usize {
    text.lines().position(|line| line.starts_with(start)).map_or(1, |index| index + 1)
}

fn time_and_chance_come_in_as_arguments(tree: &Tree) -> Vec<String> {
    let sources =
        ["SystemTime::now", "Instant::now", "Utc::now", "Local::now", "rand::", "getrandom", "now_v7"];
    matching(
        tree,
        &["shared/domain/", "shared/platforms/"],
        &sources,
        |_| false,
        |word| format!("{word}: time and randomness come in as arguments"),
    )
}

fn sql_stands_in_storage_alone(tree: &Tree) -> Vec<String> {
    let mut wrong = Vec::new();
    for (file, views) in tree.rust(&["functions/", "shared/"]) {
        if file.path.starts_with("shared/storage/") {
            continue;
        }
        for (index, line) in views.uncommented.lines().enumerate() {
            if is_sql(line) {
                wrong.push(format!("{}:{}: SQL stands in shared/storage alone", file.path, index + 1));
            }
        }
    }
    wrong
}

fn is_sql(line: &str) -> bool {
    ["SELECT ", "INSERT INTO ", "DELETE FROM ", "CREATE TABLE ", "PRAGMA "]
        .iter()
        .any(|start| line.contains(start))
        || (line.contains("UPDATE ") && has_word(line, "SET"))
}

fn the_spin_sdk_stands_at_the_edge(tree: &Tree) -> Vec<String> {
    matching(tree, &[""], &["spin_sdk"], may_name_the_sdk, |_| {
        "spin_sdk is named only in functions/*/src/lib.rs, storage's Spin adapter, web's context and client"
            .to_owned()
    })
}

fn may_name_the_sdk(path: &str) -> bool {
    let entry = path.strip_prefix("functions/").and_then(|rest| rest.split_once('/'));
    entry.is_some_and(|(_, rest)| rest == "src/lib.rs")
        || ["shared/storage/src/spin", "shared/web/src/context", "shared/web/src/client", "tests/guests/"]
            .iter()
            .any(|start| path.starts_with(start))
}

fn money_is_never_a_float(tree: &Tree) -> Vec<String> {
    let folders = ["shared/domain/", "shared/platforms/", "shared/storage/"];
    matching(tree, &folders, &["f32", "f64"], |_| false, |word| format!("{word}: money is never a float"))
}

/// What a call changes is committed with its line in the audit log, or not at all.
fn a_call_writes_nothing_itself(tree: &Tree) -> Vec<String> {
    matching(
        tree,
        &["shared/calls/"],
        &["execute(", "transaction("],
        |_| false,
        |word| format!("{word}): a call gives back a Change, which is committed with its audit line"),
    )
}

/// Every place where one of the words stands in code, in these folders, outside of the excepted files.
fn matching(
    tree: &Tree,
    folders: &[&str],
    words: &[&str],
    excepted: fn(&str) -> bool,
    rule: fn(&str) -> String,
) -> Vec<String> {
    let mut wrong = Vec::new();
    for (file, views) in tree.rust(folders).filter(|(file, _)| !excepted(&file.path)) {
        for (index, line) in views.code.lines().enumerate() {
            for word in words.iter().filter(|word| has_word(line, word)) {
                wrong.push(format!("{}:{}: {}", file.path, index + 1, rule(word)));
            }
        }
    }
    wrong
}

/// Whether `word` stands in `line` as a word of its own.
fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, found)| {
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        let after = line.get(at + found.len()..).and_then(|text| text.chars().next());
        let open = |each: Option<char>| !each.is_some_and(is_word);
        open(before) && (open(after) || !found.ends_with(is_word))
    })
}

fn every_function_is_known(tree: &Tree) -> Vec<String> {
    let manifest = tree.file("spin.toml").map_or("", |file| &file.text);
    let components = build::components(manifest).unwrap_or_default();
    let readme = tree.file("README.md").map_or("", |file| &file.text);
    let mut wrong = Vec::new();
    for name in tree.functions() {
        if !components.iter().any(|component| component == name) {
            wrong.push(format!("spin.toml:1: functions/{name} is not a component"));
        }
        if !readme.contains(&format!("`functions/{name}`")) {
            wrong.push(format!("README.md:1: functions/{name} is not in the map"));
        }
        let tests = format!("tests/tests/{name}.rs");
        if tree.file(&tests).is_none() {
            wrong.push(format!("functions/{name}/src/lib.rs:1: has no black-box test {tests}"));
        }
    }
    for component in components.iter().filter(|component| !tree.functions().contains(&component.as_str())) {
        wrong.push(format!("spin.toml:1: component {component} has no folder functions/{component}"));
    }
    wrong
}

const MOST_LINES_OF_A_FILE: usize = 600;
const MOST_LINES_OF_A_FUNCTION: usize = 80;

fn files_and_functions_are_small(tree: &Tree) -> Vec<String> {
    let mut wrong = Vec::new();
    for (file, views) in tree.rust(&["functions/", "shared/"]) {
        let lines = file.text.lines().count();
        if lines > MOST_LINES_OF_A_FILE {
            wrong.push(format!("{}:1: {lines} lines; {MOST_LINES_OF_A_FILE} are the most", file.path));
        }
        for function in functions(&views.code) {
            if function.lines > MOST_LINES_OF_A_FUNCTION {
                let (name, lines) = (function.name, function.lines);
                wrong.push(format!(
                    "{}:{}: {name} has {lines} lines; {MOST_LINES_OF_A_FUNCTION} are the most",
                    file.path, function.line
                ));
            }
        }
    }
    wrong
}

fn nothing_is_left_undone(tree: &Tree) -> Vec<String> {
    // Put together here, so that this file does not break its own rule.
    let marks = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")];
    let mut wrong = Vec::new();
    for file in &tree.files {
        let text = file.views.as_ref().map_or(&file.text, |views| &views.comments);
        for (index, line) in text.lines().enumerate() {
            for mark in marks.iter().filter(|mark| has_word(line, mark)) {
                wrong.push(format!("{}:{}: {mark}: do it or make an issue", file.path, index + 1));
            }
        }
    }
    wrong
}

fn no_path_of_one_machine(tree: &Tree) -> Vec<String> {
    let paths = [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/"), concat!("/Us", "ers/")];
    let mut wrong = Vec::new();
    for file in &tree.files {
        for (index, line) in file.text.lines().enumerate() {
            for path in paths.iter().filter(|path| starts_a_path(line, path)) {
                wrong.push(format!("{}:{}: {path} is a path of one machine", file.path, index + 1));
            }
        }
    }
    wrong
}

/// Whether the path stands there as its own start, and not inside a longer one or an address.
fn starts_a_path(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(at, _)| {
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        !before.is_some_and(|each| is_word(each) || matches!(each, '.' | '-' | '}' | ')' | '>' | '~' | '/'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(rule: Rule, files: &[(&str, &str)], expected: &[&str]) {
        let wrong = rule(&Tree::of(files));
        let places: Vec<String> =
            wrong.iter().map(|line| line.split(':').take(2).collect::<Vec<_>>().join(":")).collect();
        assert_eq!(places, expected, "{wrong:#?}");
    }

    #[test]
    fn domain_has_no_io_crate() {
        let path = "shared/domain/Cargo.toml";
        check(
            domain_is_pure,
            &[(path, "[dependencies]\nserde = \"1\"\n[dev-dependencies]\ntokio = \"1\"\n")],
            &[],
        );
        let target = "[dependencies]\n[target.'cfg(unix)'.dependencies]\ntokio = \"1\"\n";
        check(domain_is_pure, &[(path, target)], &["shared/domain/Cargo.toml:3"]);
        check(domain_is_pure, &[], &["shared/domain/Cargo.toml:1"]);
    }

    #[test]
    fn clocks_and_chance_are_seen_in_code_alone() {
        let text = "// SystemTime::now\nlet a = Utc::now();\nlet b = operand::c;\nuse rand::random;\n";
        check(
            time_and_chance_come_in_as_arguments,
            &[("shared/domain/src/a.rs", text), ("shared/web/src/context.rs", text)],
            &["shared/domain/src/a.rs:2", "shared/domain/src/a.rs:4"],
        );
    }

    #[test]
    fn sql_is_seen_in_literals_outside_of_storage() {
        let text = "// SELECT x FROM y\nlet a = \"SELECT id FROM t\";\nlet b = \"UPDATE t SET a = 1\";\n\
                    let c = \"Select a plan, or UPDATE it\";\n";
        check(
            sql_stands_in_storage_alone,
            &[
                ("functions/api/src/a.rs", text),
                ("shared/storage/src/a.rs", text),
                ("tests/tests/a.rs", text),
            ],
            &["functions/api/src/a.rs:2", "functions/api/src/a.rs:3"],
        );
    }

    #[test]
    fn the_sdk_is_named_at_the_edge() {
        let text = "use spin_sdk::http;\n";
        let allowed =
            ["functions/api/src/lib.rs", "shared/storage/src/spin.rs", "shared/storage/src/spin/kv.rs"];
        let more =
            ["shared/web/src/context.rs", "shared/web/src/client/send.rs", "tests/guests/probe/src/lib.rs"];
        let refused = ["functions/api/src/orders.rs", "shared/domain/src/lib.rs", "tests/tests/api.rs"];
        let files: Vec<(&str, &str)> =
            [allowed, more, refused].concat().into_iter().map(|path| (path, text)).collect();
        let expected = refused.map(|path| format!("{path}:1"));
        check(the_spin_sdk_stands_at_the_edge, &files, &expected.each_ref().map(String::as_str));
    }

    #[test]
    fn floats_are_seen_as_words() {
        let text = "fn a(b: f64) {}\nlet xf64 = 1; // f32\n";
        check(money_is_never_a_float, &[("shared/domain/src/a.rs", text)], &["shared/domain/src/a.rs:1"]);
        check(money_is_never_a_float, &[("xtask/src/a.rs", text)], &[]);
    }

    #[test]
    fn a_call_that_writes_past_its_audit_line_is_named() {
        let text = "let a = sql.execute(statement).await?;\nsql.transaction(all);\nexecuted(a);\n";
        check(
            a_call_writes_nothing_itself,
            &[("shared/calls/src/keys/a.rs", text), ("shared/storage/src/a.rs", text)],
            &["shared/calls/src/keys/a.rs:1", "shared/calls/src/keys/a.rs:2"],
        );
    }

    #[test]
    fn a_function_is_a_component_in_the_map_and_tested() {
        let manifest = "[component.api]\nsource = \"a\"\n[component.ghost]\nsource = \"a\"\n";
        let files = [
            ("functions/api/src/lib.rs", ""),
            ("functions/codes/src/lib.rs", ""),
            ("spin.toml", manifest),
            ("README.md", "| `functions/api` |"),
            ("tests/tests/api.rs", ""),
        ];
        let expected = ["spin.toml:1", "README.md:1", "functions/codes/src/lib.rs:1", "spin.toml:1"];
        check(every_function_is_known, &files, &expected);
    }

    #[test]
    fn long_files_and_functions_are_named() {
        let body = "\n".repeat(MOST_LINES_OF_A_FUNCTION);
        let long = format!("fn short() {{}}\nfn long() {{{body}}}\n");
        check(files_and_functions_are_small, &[("shared/a.rs", &long)], &["shared/a.rs:2"]);
        let lines = "\n".repeat(MOST_LINES_OF_A_FILE + 1);
        check(
            files_and_functions_are_small,
            &[("shared/a.rs", &lines), ("xtask/a.rs", &lines)],
            &["shared/a.rs:1"],
        );
    }

    #[test]
    fn marks_of_unfinished_work_are_seen_in_comments_and_documents() {
        let mark = concat!("TO", "DO");
        let code = format!("let a = \"{mark}\";\n// {mark} later\n// {mark}S\n");
        let document = format!("fine\n{mark}: this\n");
        check(
            nothing_is_left_undone,
            &[("shared/a.rs", &code), ("docs/a.md", &document)],
            &["shared/a.rs:2", "docs/a.md:2"],
        );
    }

    #[test]
    fn a_path_of_one_machine_is_told_from_an_address() {
        let folder = concat!("/wo", "rk/");
        let text = format!("see {folder}notes\nhttps://shop.example{folder}a\nnet{folder}b\n`{folder}c`\n");
        check(no_path_of_one_machine, &[("docs/a.md", &text)], &["docs/a.md:1", "docs/a.md:4"]);
    }
}
