//! Packs the migrations' text, which every component carries: without comments and indentation, and compressed, it is
//! a fifth of what it was, and the redirect is held to 500 KB.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// Parts the statements of a migration; it only looks like a comment.
const SEPARATOR: &str = "-- next";

/// Parts one migration from the next.
const END: &str = "\0";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=migrations");
    let files = fs::read_dir("migrations")?.map(|entry| Ok(entry?.path()));
    let mut files: Vec<PathBuf> = files.collect::<io::Result<_>>()?;
    files.sort();
    let texts: Vec<String> =
        files.iter().map(|path| Ok(compact(&fs::read_to_string(path)?))).collect::<io::Result<_>>()?;
    let packed = miniz_oxide::deflate::compress_to_vec(texts.join(END).as_bytes(), 10);
    let out = env::var("OUT_DIR")?;
    fs::write(Path::new(&out).join("migrations.deflate"), packed)?;
    println!("cargo::rustc-env=MIGRATIONS={}", files.len());
    Ok(())
}

fn compact(text: &str) -> String {
    let lines = text.lines().map(str::trim);
    let kept = lines.filter(|line| !line.is_empty() && (!line.starts_with("--") || *line == SEPARATOR));
    kept.collect::<Vec<_>>().join("\n")
}
