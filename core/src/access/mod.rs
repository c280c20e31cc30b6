//! Access control: roles, access levels, and views that enforce them.
//!
//! | table | reads | writes |
//! | --- | --- | --- |
//! | system | [`Dba`](Role::Dba), [`System`](Role::System) | the same |
//! | shared or stream, [`Public`](TableAccess::Public) | every role | [`Service`](Role::Service) and above, the owner |
//! | shared or stream, [`Restricted`](TableAccess::Restricted) | [`Service`](Role::Service) and above, the owner | the same |
//! | shared or stream, [`Private`](TableAccess::Private) | the owner alone | the owner alone |
//! | user | every user, but only the user's rows | the same |
//!
//! A store checks no rights: it is for code that the program trusts. Code that acts for a user requests a view for that
//! [`Principal`]. It receives a view that enforces these rules, or
//! [`Error::AccessDenied`](crate::Error::AccessDenied).

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
