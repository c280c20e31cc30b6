//! The bytes of keys, envelopes, entities, indexes and partitions equal those in `golden.txt`, for ever.
//!
//! A line has a kind, a name, and the bytes in hex, or `-` for no bytes. Add lines, but never change one: somebody's disk
//! has its bytes. For a new vector, the failing test prints the line to add.

mod keys;
mod values;
mod vector;

use std::collections::BTreeMap;

use crate::every_target;
use vector::Vector;

const FILE: &str = include_str!("../../../golden.txt");

#[every_target]
fn every_vector_has_the_golden_bytes() {
    let lines = lines();
    let wrong: Vec<String> = vectors()
        .iter()
        .filter(|vector| lines.get(&vector.name).map(Vec::as_slice) != Some(&*vector.bytes))
        .map(|vector| format!("{} {}", vector.name, vector::to_hex(&vector.bytes)))
        .collect();
    assert!(wrong.is_empty(), "golden.txt lacks these lines:\n{}", wrong.join("\n"));
}

#[every_target]
fn every_golden_line_is_read_back() {
    let vectors: BTreeMap<String, Vector> =
        vectors().into_iter().map(|vector| (vector.name.clone(), vector)).collect();
    for (name, bytes) in lines() {
        let vector = vectors.get(&name).unwrap_or_else(|| panic!("no vector checks the line `{name}`"));
        assert!((vector.reads_back)(&bytes), "the bytes of `{name}` are not read back as its value");
    }
}

fn vectors() -> Vec<Vector> {
    let mut vectors = keys::vectors();
    vectors.extend(values::vectors());
    let mut names: Vec<&str> = vectors.iter().map(|vector| vector.name.as_str()).collect();
    names.sort_unstable();
    let twice = names.windows(2).find(|pair| pair[0] == pair[1]);
    assert_eq!(twice, None, "two vectors have the same name");
    vectors
}

/// Returns the golden bytes by kind and name.
fn lines() -> BTreeMap<String, Vec<u8>> {
    let lines = FILE.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut by_name = BTreeMap::new();
    for line in lines {
        let (name, hex) = line.rsplit_once(' ').unwrap();
        let twice = by_name.insert(name.to_owned(), vector::from_hex(hex));
        assert_eq!(twice, None, "`{name}` has two lines");
    }
    by_name
}
