//! A seventh table, and the codes of enumerations.

use std::string::{String, ToString};

use serde::{Deserialize, Serialize};

use super::*;
use crate::access::Role;
use crate::error::Error;
use crate::store::Index;

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
fn a_schema_is_found_by_both_types() {
    assert_eq!(schema_of::<UserId, User>("x".into()).indexes().len(), 3);
    assert_eq!(schema_of::<JobId, Job>("x".into()).indexes().len(), 3);
    assert_eq!(seventh::schema_of::<JobId, seventh::Audit>("x".into()).indexes().len(), 1);
    assert_eq!(seventh::schema_of::<JobId, seventh::Mark>("x".into()).indexes().len(), 0);
    // A table of the same entities under other keys is not the system's.
    assert_eq!(schema_of::<JobId, User>("x".into()).indexes().len(), 0);
    assert_eq!(schema_of::<UserId, Job>("x".into()).indexes().len(), 0);
    assert_eq!(schema_of::<UserId, User>("#x".into()).partition().as_str(), "%#x");
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
