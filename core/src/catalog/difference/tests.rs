//! The remedies of differences.

use alloc::string::String;
use alloc::vec::Vec;

use super::{Difference, NEWER, REKEY};
use crate::catalog::TableDefinition;
use crate::key::{KeyShape, StorageKey};

fn definition(key: KeyShape, version: u32) -> TableDefinition {
    TableDefinition {
        key,
        entity: None,
        version,
        has_envelope: true,
        indexes: Vec::new(),
        key_fields: Vec::new(),
        expires: None,
    }
}

fn remedy(program: u32, stored: u32) -> &'static str {
    let (program, stored) = (definition(u32::shape(), program), definition(<(String, u32)>::shape(), stored));
    Difference::between(&program, &stored).found().unwrap().1
}

#[test]
fn only_a_program_that_is_not_older_is_told_to_change_the_keys() {
    assert_eq!(remedy(1, 1), REKEY);
    assert_eq!(remedy(2, 1), REKEY);
    assert_eq!(remedy(1, 2), NEWER);
}
