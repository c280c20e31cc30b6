//! A seventh system table, and the codes of enums.

use std::string::{String, ToString};

use serde::{Deserialize, Serialize};

use super::declare::Declare;
use super::*;
use crate::access::Role;
use crate::error::ErrorKind;
use crate::key::StorageKey;
use crate::store::Index;
use crate::tables::shape::stored;

mod seventh {
    //! A list of system tables: one with a declaration and one without.

    #![allow(unreachable_pub)] // the macro declares public items

    use super::*;

    #[derive(Serialize, Deserialize)]
    pub struct Audit {
        pub by: String,
    }

    stored!(Audit { by: String });

    #[derive(Serialize, Deserialize)]
    pub struct Mark {
        pub at: i64,
    }

    stored!(Mark { at: i64 });

    const BY: Index<Audit, String> = Index::new("by", |audit| Some(audit.by.clone()));

    fn declare(table: &mut impl Declare<Audit>) {
        table.index(&BY);
    }

    crate::tables::system::list::system_tables! {
        /// The audits, with an index.
        audits: JobId => Audit, declare;
        /// The marks, without an index or a rule.
        marks: JobId => Mark;
    }
}

#[test]
fn a_seventh_table_is_a_key_an_entity_and_a_line() {
    assert_eq!((seventh::Audit::PARTITION, seventh::Mark::PARTITION), ("system_audits", "system_marks"));
    // This checks the types only, because this crate has no backend.
    let _ = |backend| {
        let seventh::SystemTables { audits, marks } = seventh::SystemTables::new(backend);
        let _: SystemTableStore<JobId, seventh::Audit> = audits;
        let _: SystemTableStore<JobId, seventh::Mark> = marks;
    };
}

#[test]
fn an_entity_declares_its_schema_in_any_partition() {
    assert_eq!(User::schema_in("x".into()).indexes().count(), 3);
    assert_eq!(Job::schema_in("x".into()).indexes().count(), 3);
    assert_eq!(seventh::Audit::schema_in("x".into()).indexes().count(), 1);
    assert_eq!(seventh::Mark::schema().indexes().count(), 0);
    assert_eq!(User::schema_in("#x".into()).partition().as_str(), "%#x");
}

#[test]
fn the_names_of_system_partitions_are_reserved() {
    let partitions = [
        User::PARTITION,
        TableMetadata::PARTITION,
        Job::PARTITION,
        Namespace::PARTITION,
        Storage::PARTITION,
        LiveQuery::PARTITION,
    ];
    assert_eq!(crate::backend::SYSTEM_TABLES, partitions);
}

fn assert_codes<K: StorageKey>(codes: &[(K, u8)]) {
    for (key, code) in codes {
        assert_eq!(key.encode().as_ref(), [*code]);
        assert_eq!(&K::decode(&[*code]).unwrap(), key);
    }
    assert!(codes.is_sorted_by(|(a, x), (b, y)| a < b && x < y));
    let known = codes.iter().map(|(_, code)| *code).collect::<std::vec::Vec<_>>();
    for bytes in (0..=u8::MAX).filter(|code| !known.contains(code)).map(|code| std::vec![code]) {
        assert!(
            matches!(K::decode(&bytes), Err(error) if matches!(error.kind(), ErrorKind::InvalidKey { .. })),
            "{bytes:?}"
        );
    }
    assert!(K::decode(&[]).is_err() && K::decode(&[0, 0]).is_err());
}

#[test]
fn codes_satisfy_the_laws_of_keys() {
    assert_codes(&[(Role::User, 0), (Role::Service, 1), (Role::Dba, 2), (Role::System, 3)]);
    assert_codes(&[
        (JobStatus::Running, 0),
        (JobStatus::Completed, 1),
        (JobStatus::Failed, 2),
        (JobStatus::Cancelled, 3),
    ]);
    assert_eq!(JobStatus::Cancelled.to_string(), "cancelled");
}
