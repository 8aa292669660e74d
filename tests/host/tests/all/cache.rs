//! Compiling takes time once.

use crate::app::Place;
use std::fs;

const COMPILING: &str = "Compiling component \"probe\"";

/// Starts, asks for something, stops; whether it compiled.
fn run(place: Place) -> (bool, Place) {
    let app = place.start();
    assert_eq!(app.granted("/here"), "/here");
    app.terminate();
    let end = app.end();
    (end.errors.contains(COMPILING), end.place)
}

#[test]
fn a_second_start_compiles_nothing() {
    let (compiled, place) = run(Place::with_rights("").with_its_own_cache());
    assert!(compiled);
    let (compiled, _) = run(place);
    assert!(!compiled);
}

#[test]
fn a_damaged_entry_is_compiled_again() {
    let (_, place) = run(Place::with_rights("").with_its_own_cache());
    for entry in fs::read_dir(place.cache()).unwrap() {
        let path = entry.unwrap().path();
        let mut bytes = fs::read(&path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(path, bytes).unwrap();
    }
    let (compiled, place) = run(place);
    assert!(compiled);
    let (compiled, _) = run(place);
    assert!(!compiled);
}
