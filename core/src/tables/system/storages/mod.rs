//! `system_storages`: the storages of table files.
//!
//! A storage that a table or a user refers to can't be deleted. A table or a user may refer to a storage that does not
//! exist.
//!
//! ```
//! use std::sync::Arc;
//! use keyloft::prelude::*;
//! use keyloft::tables::system::{Storage, StorageType, SystemTables, TableMetadata, TableType};
//!
//! let system = SystemTables::new(Arc::new(keyloft_memory::MemoryBackend::new()));
//! let bucket = Storage {
//!     credentials: Some("secret".into()),
//!     ..Storage::new("Frankfurt", StorageType::S3, "s3://bucket/data", 1_000)
//! };
//! system.storages.insert(&"fra".into(), &bucket)?;
//! assert!(!format!("{bucket} {bucket:?}").contains("secret"));
//!
//! let notes = TableId::from_strings("app", "notes");
//! let metadata = TableMetadata::new(notes.clone(), TableType::User, 2_000);
//! system.tables.insert(&notes, &TableMetadata { storage_id: Some("fra".into()), ..metadata })?;
//! let refused = system.storages.delete(&"fra".into()).unwrap_err();
//! assert_eq!(
//!     refused.to_string(),
//!     "key `fra` in partition `system_storages` can't be deleted: table `app:notes` uses it"
//! );
//! # Ok::<(), keyloft::Error>(())
//! ```

mod rules;
mod storage;
mod storage_type;

pub(super) use rules::declare;
pub use storage::Storage;
pub use storage_type::StorageType;
