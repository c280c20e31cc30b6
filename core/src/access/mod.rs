//! Access control: roles, access levels, and views that enforce them.
//!
//! ```
//! use std::sync::Arc;
//!
//! use keyloft::prelude::*;
//! use keyloft_memory::MemoryBackend;
//!
//! let backend: Arc<dyn StorageBackend> = Arc::new(MemoryBackend::new());
//! let notes = UserTableStore::new(backend.clone(), &TableId::from_strings("app", "notes"));
//! let row = UserTableRow::new(Row::new().with("text", "milk"), 1_000);
//!
//! let (ada, bob) = (Principal::new("ada", Role::User), Principal::new("bob", Role::User));
//! let of_ada = notes.write_as(&ada);
//! backend.transaction(|tx| of_ada.within(tx).put(&"1".into(), &row))?;
//! assert_eq!(of_ada.count()?, 1);
//! assert_eq!(notes.read_as(&bob).count()?, 0);
//! # Ok::<(), keyloft::Error>(())
//! ```
//!
//! | table | reads | writes |
//! | --- | --- | --- |
//! | system, and every [`Table`](crate::Table) | [`Dba`](Role::Dba), [`System`](Role::System) | the same |
//! | shared or stream, [`Public`](TableAccess::Public) | every role | [`Service`](Role::Service) and above, the owner |
//! | shared or stream, [`Restricted`](TableAccess::Restricted) | [`Service`](Role::Service) and above, the owner | the same |
//! | shared or stream, [`Private`](TableAccess::Private) | the owner alone | the owner alone |
//! | user | every user, but only the user's rows | the same |
//!
//! A store checks no rights: it is for code that the program trusts. Code that acts for a user requests a view for that
//! [`Principal`]. It receives a view that enforces these rules, or
//! [`ErrorKind::AccessDenied`](crate::ErrorKind::AccessDenied).
//!
//! Only a user table has views of one user's rows, and its rows are [`Row`](crate::Row)s. A table of the program's own
//! entities has no such view: put the user's id first in its key, and read by the user's prefix.

mod cross_user;
mod principal;
mod role;
mod table_access;
mod view;

pub use cross_user::CrossUserTableStore;
pub use principal::Principal;
pub use role::Role;
pub use table_access::TableAccess;
pub use view::{ReadView, WriteView};
