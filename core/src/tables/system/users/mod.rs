//! `system_users`: the users.
//!
//! No two users have the same name, in any case. A user with `deleted_at` is soft-deleted, and another user may take the
//! name. Then the deletion can't be undone until one of the two users is renamed.
//!
//! ```
//! use std::sync::Arc;
//! use keyloft::prelude::*;
//! use keyloft::tables::system::{User, users};
//!
//! let users = User::store(Arc::new(keyloft_memory::MemoryBackend::new()));
//! users.insert(&"1".into(), &User::new("1", "alice", Role::User, 1_000))?;
//! assert_eq!(users.find_by_username("ALICE")?.map(|user| user.user_id), Some("1".into()));
//!
//! let taken = users.insert(&"2".into(), &User::new("2", "Alice", Role::Dba, 2_000));
//! assert_eq!(taken.unwrap_err().code(), "UniqueViolation");
//!
//! users.update(&"1".into(), |user| {
//!     user.deleted_at = Some(3_000);
//!     Ok(())
//! })?;
//! users.insert(&"2".into(), &User::new("2", "Alice", Role::Dba, 4_000))?;
//! assert_eq!(users.find_all(&users::ROLE, &Role::Dba)?.len(), 1);
//! # Ok::<(), keyloft::Error>(())
//! ```

mod auth_type;
mod index;
mod storage_mode;
mod store;
mod user;

pub use auth_type::AuthType;
pub(super) use index::schema;
pub use index::{ROLE, STORAGE, USERNAME};
pub use storage_mode::StorageMode;
pub use store::UserReader;
pub use user::User;
