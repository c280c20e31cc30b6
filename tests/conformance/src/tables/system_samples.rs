//! Samples of each entity of the system: one with every field, and one without the optional fields.

use keyloft::prelude::*;
use keyloft::tables::system::{
    AuthType, Job, JobStatus, JobType, LiveQuery, Namespace, Storage, StorageMode, StorageType,
    TableMetadata, TableType, User,
};

/// 2026-01-01. An entity with two times has two different ones.
const NOW: i64 = 1_767_225_600_000;

pub(crate) fn full_user() -> User {
    User {
        user_id: "did:example:7".into(),
        username: "Ålice".into(),
        password_hash: "$argon2id$v=19".into(),
        role: Role::Dba,
        email: Some("alice@example.org".into()),
        auth_type: AuthType::OAuth,
        auth_data: Some(r#"{"issuer":"example"}"#.into()),
        storage_mode: StorageMode::Region,
        storage_id: Some("fra".into()),
        created_at: NOW,
        updated_at: NOW + 1,
        last_seen: Some(NOW + 2),
        deleted_at: Some(NOW + 3),
    }
}

pub(crate) fn empty_user() -> User {
    // The table refuses an empty name.
    User::new("", "a", Role::User, 0)
}

pub(crate) fn full_table() -> TableMetadata {
    TableMetadata {
        table_id: TableId::from_strings("app:x", "notes:1"),
        table_type: TableType::Shared,
        created_at: NOW,
        storage_location: "s3://bucket/app/notes".into(),
        storage_id: Some("fra".into()),
        use_user_storage: true,
        flush_policy: r#"{"rows":1000}"#.into(),
        schema_version: 300,
        deleted_retention_hours: u32::MAX,
        access_level: Some(TableAccess::Private),
        owner: Some("alice".into()),
    }
}

pub(crate) fn empty_table() -> TableMetadata {
    TableMetadata::new(TableId::from_strings("", ""), TableType::User, -1)
}

pub(crate) fn full_job() -> Job {
    Job {
        job_type: JobType::Restore,
        namespace_id: "app".into(),
        table_name: Some("notes".into()),
        status: JobStatus::Cancelled,
        parameters: Some("{}".into()),
        result: Some("12 rows".into()),
        trace: Some("began; ended".into()),
        memory_used: Some(u64::MAX),
        cpu_used: Some(1_500),
        created_at: NOW,
        started_at: Some(NOW + 1),
        completed_at: Some(NOW + 2),
        node_id: "node-1".into(),
        error_message: Some("disk full".into()),
    }
}

pub(crate) fn empty_job() -> Job {
    Job { started_at: None, ..Job::new(JobType::Flush, "", "", i64::MIN) }
}

pub(crate) fn full_namespace() -> Namespace {
    Namespace { name: "app".into(), created_at: NOW, options: Some("{}".into()), table_count: 0 }
}

pub(crate) fn empty_namespace() -> Namespace {
    Namespace::new("a", 0)
}

pub(crate) fn full_storage() -> Storage {
    Storage {
        storage_name: "Frankfurt".into(),
        description: Some("close by".into()),
        storage_type: StorageType::S3,
        base_directory: "s3://bucket".into(),
        credentials: Some("hunter2".into()),
        shared_tables_template: "{namespace}/{table}".into(),
        user_tables_template: "{user}".into(),
        created_at: NOW,
        updated_at: NOW + 1,
    }
}

pub(crate) fn empty_storage() -> Storage {
    Storage::new("", StorageType::Filesystem, "", 0)
}

pub(crate) fn full_live_query() -> LiveQuery {
    LiveQuery {
        options: Some("{}".into()),
        last_update: NOW + 1,
        changes: 1 << 40,
        ..LiveQuery::new(
            "tab-1",
            "q-1",
            TableId::from_strings("app", "notes"),
            "alice",
            "SELECT * FROM app.notes",
            "node-1",
            NOW,
        )
    }
}

pub(crate) fn empty_live_query() -> LiveQuery {
    LiveQuery::new("", "", TableId::from_strings("", ""), "", "", "", 0)
}
