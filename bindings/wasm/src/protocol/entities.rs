//! The entities and the enumerations of the system, as JavaScript knows them.

use keyloft::tables::system::{
    AuthType, Job, JobStatus, JobType, LiveQuery, Namespace, Storage, StorageMode, StorageType,
    TableMetadata, TableType, User,
};
use keyloft::{Role, TableAccess, TableId};
use serde::{Serialize, de::DeserializeOwned};

use super::trace::{Shape, trace};

/// The time that stands for the present in the defaults.
pub(super) const NOW: i64 = 1_234_567_890_123;

/// An entity of the system.
pub(super) struct Entity {
    /// The name of its type in TypeScript.
    pub(super) name: &'static str,
    /// Its name in messages, with an article.
    pub(super) title: &'static str,
    /// The field that JavaScript adds for a key that the entity does not store.
    pub(super) key: Option<&'static str>,
    /// The fields that have no default.
    pub(super) required: &'static [&'static str],
    /// The stored fields, in their order.
    pub(super) fields: Vec<(&'static str, Shape)>,
    /// An entity with nothing but defaults in the other fields, in JSON.
    pub(super) defaults: serde_json::Value,
}

fn entity<E: Serialize + DeserializeOwned>(
    name: &'static str,
    title: &'static str,
    key: Option<&'static str>,
    required: &'static [&'static str],
    defaults: &E,
) -> Entity {
    let Shape::Struct(fields) = trace::<E>() else { panic!("{name} is not a struct") };
    let defaults = serde_json::to_value(defaults).expect("the entities of the system can be told in JSON");
    Entity { name, title, key, required, fields, defaults }
}

/// Returns the entities of the system.
pub(super) fn entities() -> [Entity; 6] {
    let table = || TableId::from_strings("", "");
    [
        entity("User", "a user", None, &["user_id", "username"], &User::new("", "", Role::User, NOW)),
        entity(
            "TableMetadata",
            "a table",
            None,
            &["table_id", "table_type"],
            &TableMetadata::new(table(), TableType::User, NOW),
        ),
        entity(
            "Job",
            "a job",
            Some("job_id"),
            &["job_type", "namespace_id"],
            &Job::new(JobType::Flush, "", "", NOW),
        ),
        entity("Namespace", "a namespace", None, &["name"], &Namespace::new("", NOW)),
        entity(
            "Storage",
            "a storage",
            Some("storage_id"),
            &["storage_name", "storage_type", "base_directory"],
            &Storage::new("", StorageType::Filesystem, "", NOW),
        ),
        entity(
            "LiveQuery",
            "a live query",
            Some("live_query_id"),
            &["connection_id", "namespace_id", "table_name", "query_id", "user_id", "query"],
            &LiveQuery::new("", "", table(), "", "", "", NOW),
        ),
    ]
}

/// An enumeration of the system.
pub(super) struct Enumeration {
    /// Its documentation.
    pub(super) doc: &'static str,
    /// Its name.
    pub(super) name: &'static str,
    /// The name of the array of its variants in TypeScript.
    pub(super) array: &'static str,
    /// Its variants, in the order of their codes.
    pub(super) variants: &'static [&'static str],
}

fn enumeration<E: DeserializeOwned>(array: &'static str, doc: &'static str) -> Enumeration {
    let Shape::Enum(name, variants) = trace::<E>() else { panic!("{array} is not of an enumeration") };
    Enumeration { doc, name, array, variants }
}

/// Returns the enumerations of the system.
pub(super) fn enumerations() -> [Enumeration; 8] {
    [
        enumeration::<Role>("ROLES", "The privileges of a user, in ascending order."),
        enumeration::<TableAccess>("TABLE_ACCESSES", "The access level of a table that several users see."),
        enumeration::<AuthType>("AUTH_TYPES", "The way in which a user signs in."),
        enumeration::<StorageMode>("STORAGE_MODES", "The setting that decides where a user's rows are kept."),
        enumeration::<TableType>("TABLE_TYPES", "The kind of rows that a table holds."),
        enumeration::<JobType>("JOB_TYPES", "The kind of work that a job does."),
        enumeration::<JobStatus>("JOB_STATUSES", "The state of a job."),
        enumeration::<StorageType>("STORAGE_TYPES", "The kind of a storage."),
    ]
}
