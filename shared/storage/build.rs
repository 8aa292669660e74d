//! Takes comments and indentation out of the migrations' text, which every component carries: they were a quarter of
//! it, and the redirect is held to 500 KB.

use std::error::Error;
use std::path::Path;
use std::{env, fs};

/// Parts the statements of a migration; it only looks like a comment.
const SEPARATOR: &str = "-- next";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=migrations");
    let out = env::var("OUT_DIR")?;
    for entry in fs::read_dir("migrations")? {
        let path = entry?.path();
        let name = path.file_name().ok_or("a file without a name")?;
        fs::write(Path::new(&out).join(name), compact(&fs::read_to_string(&path)?))?;
    }
    Ok(())
}

fn compact(text: &str) -> String {
    let lines = text.lines().map(str::trim);
    let kept = lines.filter(|line| !line.is_empty() && (!line.starts_with("--") || *line == SEPARATOR));
    kept.collect::<Vec<_>>().join("\n")
}
