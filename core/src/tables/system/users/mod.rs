//! `system_users`: the users.
//!
//! No two users have the same name, in any case. A user with `deleted_at` is soft-deleted, and another user may take the
//! name. Then the deletion can't be undone until one of the two users is renamed.
//!
//! # Names
//!
//! A write of a user is [`Invalid`](crate::ErrorKind::Invalid) if the name
//!
//! - is empty,
//! - begins or ends with white space, or
//! - contains a character without width: one with Unicode's property `Default_Ignorable_Code_Point`, such as the zero-width
//!   space, the joiners, the soft hyphen, the variation selectors and the marks of direction.
//!
//! Names are not normalized. `é` as one character (NFC) and `é` as `e` with a combining accent (NFD) are two names, and
//! look the same. A program whose names come from several sources normalizes them to NFC before it writes or looks up a
//! user, for example with the crate `unicode-normalization` or JavaScript's `normalize()`. Letters of different scripts that
//! look alike, such as the Latin and the Cyrillic `а`, are different too.
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
//! let hidden = users.insert(&"2".into(), &User::new("2", "alice\u{200B}", Role::User, 2_000));
//! assert_eq!(hidden.unwrap_err().code(), "Invalid");
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
mod name;
mod storage_mode;
mod store;
mod user;

pub use auth_type::AuthType;
pub(super) use index::declare;
pub use index::{ROLE, STORAGE, USERNAME};
pub use storage_mode::StorageMode;
pub use store::UserReader;
pub use user::User;
