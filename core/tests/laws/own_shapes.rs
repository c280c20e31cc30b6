//! The shapes of the library's own entities: their JSON is that of serde.

use keyloft::prelude::*;
use keyloft::shape::{HasShape, Shape};
use keyloft::tables::system::{
    Job, JobType, LiveQuery, Namespace, Storage, StorageType, TableMetadata, TableType, User,
};
use serde::Serialize;
use serde_json::Value as Json;

fn assert_same<T: HasShape + Serialize>(entity: &T) {
    let payload = postcard::to_extend(entity, Vec::new()).unwrap();
    let shape = Shape::of::<T>();
    let json = shape.read(&payload).unwrap().to_json();
    assert_eq!(serde_json::from_str::<Json>(&json).unwrap(), serde_json::to_value(entity).unwrap());
}

#[test]
fn a_system_table_is_read_by_its_shape() {
    let mut user = User::new("7", "ada", Role::Dba, 1_000);
    user.email = Some("ada@example.org".into());
    user.last_seen = Some(-1);
    assert_same(&user);
    let mut table = TableMetadata::new(TableId::from_strings("app", "notes"), TableType::Stream, 1_000);
    table.access_level = Some(TableAccess::Restricted);
    table.owner = Some("ada".into());
    assert_same(&table);
    let mut job = Job::new(JobType::Backup, "app", "node", 1_000);
    job.memory_used = Some(7);
    assert_same(&job);
    assert_same(&Namespace::new("app", 1_000));
    assert_same(&Storage::new("fra", StorageType::S3, "bucket", 1_000));
    assert_same(&LiveQuery::new(
        "c",
        "q",
        TableId::from_strings("app", "notes"),
        "ada",
        "all",
        "node",
        1_000,
    ));
}

#[test]
fn a_row_of_each_kind_of_table_is_read_by_its_shape() {
    let row = || Row::from_iter([("title".to_owned(), Value::from("milk"))]);
    assert_same(&UserTableRow::new(row(), 1_000));
    assert_same(&SharedTableRow::new(row(), 1_000));
    assert_same(&StreamTableRow::new(row(), 1_000, 60_000));
}
