//! A seventh table, and the codes of enumerations.

use std::string::{String, ToString};

use serde::{Deserialize, Serialize};

use super::*;
use crate::access::Role;
use crate::backend::Partition;
use crate::error::Error;
use crate::key::StorageKey;
use crate::store::{Index, Schema};

mod seventh {
    //! A list as the system's, of one table with rules and one without.

    #![allow(unreachable_pub)] // the macro is for a public module

    use super::*;

    #[derive(Serialize, Deserialize)]
    pub struct Audit {
        pub by: String,
    }

    #[derive(Serialize, Deserialize)]
    pub struct Mark;

    const BY: Index<Audit, String> = Index::new("by", |audit| Some(audit.by.clone()));

    fn by_whom(partition: Partition) -> Schema<JobId, Audit> {
        Schema::new(partition).index(BY)
    }

    crate::tables::system::list::system_tables! {
        /// What was done.
        audits: JobId => Audit, by_whom;
        /// What needs neither index nor rule.
        marks: JobId => Mark;
    }
}

#[test]
fn a_seventh_table_is_a_key_an_entity_and_a_line() {
    assert_eq!((seventh::Audit::PARTITION, seventh::Mark::PARTITION), ("system_audits", "system_marks"));
    // The stores have these types; there is no backend here to try them on.
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
fn the_partitions_of_the_system_are_known_to_the_grammar_of_names() {
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

fn obey<K: StorageKey>(codes: &[(K, u8)]) {
    for (key, code) in codes {
        assert_eq!(key.encode().as_ref(), [*code]);
        assert_eq!(&K::decode(&[*code]).unwrap(), key);
    }
    assert!(codes.is_sorted_by(|(a, x), (b, y)| a < b && x < y));
    let known = codes.iter().map(|(_, code)| *code).collect::<std::vec::Vec<_>>();
    for bytes in (0..=u8::MAX).filter(|code| !known.contains(code)).map(|code| std::vec![code]) {
        assert!(matches!(K::decode(&bytes), Err(Error::InvalidKey { .. })), "{bytes:?}");
    }
    assert!(K::decode(&[]).is_err() && K::decode(&[0, 0]).is_err());
}

#[test]
fn codes_obey_the_laws_of_keys() {
    obey(&[(Role::User, 0), (Role::Service, 1), (Role::Dba, 2), (Role::System, 3)]);
    obey(&[
        (JobStatus::Running, 0),
        (JobStatus::Completed, 1),
        (JobStatus::Failed, 2),
        (JobStatus::Cancelled, 3),
    ]);
    assert_eq!(JobStatus::Cancelled.to_string(), "cancelled");
}
