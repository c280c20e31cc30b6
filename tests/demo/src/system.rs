//! The entries of the six system tables.

use keyloft::prelude::*;
use keyloft::tables::system::{
    AuthType, Job, JobType, LiveQuery, Namespace, Storage, StorageType, TableMetadata, TableType, User,
};

/// The namespace of three tables: the cities, each user's favourites, and the users who are viewing a city.
pub(crate) const NAMESPACE: &str = "atlas";
pub(crate) const CITIES: (&str, &str) = (NAMESPACE, "cities");
pub(crate) const FAVOURITES: (&str, &str) = (NAMESPACE, "favourites");
pub(crate) const VIEWERS: (&str, &str) = (NAMESPACE, "viewers");

const PEOPLE: [(&str, &str, Role); 5] = [
    ("u-1001", "Alice", Role::User),
    ("u-1002", "Bob", Role::User),
    ("u-1003", "bobby", Role::User),
    ("u-2001", "Importer", Role::Service),
    ("u-9001", "Root", Role::Dba),
];

pub(crate) fn table((namespace, name): (&str, &str)) -> TableId {
    TableId::from_strings(namespace, name)
}

/// Fills the six tables. Returns the number of their entries.
pub(crate) fn fill(system: &SystemTables, now: i64) -> Result<u64> {
    for (id, name, role) in PEOPLE {
        let user = User {
            email: Some(format!("{}@example.org", name.to_lowercase())),
            auth_type: AuthType::Password,
            password_hash: format!("$argon2id$v=19$m=19456,t=2,p=1${id}"),
            ..User::new(id, name, role, now)
        };
        system.users.insert(&id.into(), &user)?;
    }
    let disk = Storage::new("Local disk", StorageType::Filesystem, "/var/lib/atlas", now);
    system.storages.put(&"disk".into(), &disk)?;
    let bucket = Storage {
        description: Some("Copies, kept for a year".into()),
        credentials: Some(r#"{"key":"atlas","secret":"hunter2"}"#.into()),
        ..Storage::new("Archive", StorageType::S3, "s3://atlas-archive", now)
    };
    system.storages.put(&"archive".into(), &bucket)?;

    system.namespaces.put(&NAMESPACE.into(), &Namespace::new(NAMESPACE, now))?;
    for (id, kind) in
        [(CITIES, TableType::Shared), (FAVOURITES, TableType::User), (VIEWERS, TableType::Stream)]
    {
        let id = table(id);
        let metadata = TableMetadata {
            storage_location: format!("/var/lib/atlas/{}", id.table_name()),
            storage_id: Some("disk".into()),
            access_level: (kind == TableType::Shared).then_some(TableAccess::Public),
            ..TableMetadata::new(id.clone(), kind, now)
        };
        system.tables.put(&id, &metadata)?;
    }
    for (number, job_type) in (1..).zip([JobType::Backup, JobType::Compact, JobType::Cleanup]) {
        let job = Job::new(job_type, NAMESPACE, "node-1", now + number * 60_000);
        system.jobs.put(&format!("2026-11-23T{number:02}").into(), &job)?;
    }
    for (number, (user, _, _)) in (1..).zip(PEOPLE.iter().take(2)) {
        let sql = "SELECT name FROM cities WHERE country = 'IS'";
        let query = LiveQuery::new(
            format!("c-{number}"),
            format!("q-{number}"),
            table(CITIES),
            *user,
            sql,
            "node-1",
            now,
        );
        system.live_queries.put(&format!("{user}-c-{number}").into(), &query)?;
    }
    Ok(system.users.count()?
        + system.storages.count()?
        + system.namespaces.count()?
        + system.tables.count()?
        + system.jobs.count()?
        + system.live_queries.count()?)
}
