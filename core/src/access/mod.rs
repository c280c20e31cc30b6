//! Who may do what: roles, access levels, and views that enforce them.
//!
//! | table | reads | writes |
//! | --- | --- | --- |
//! | system | [`Dba`](Role::Dba), [`System`](Role::System) | the same |
//! | shared or stream, [`Public`](TableAccess::Public) | every role | [`Service`](Role::Service) and above, the owner |
//! | shared or stream, [`Restricted`](TableAccess::Restricted) | [`Service`](Role::Service) and above, the owner | the same |
//! | shared or stream, [`Private`](TableAccess::Private) | the owner alone | the owner alone |
//! | user | each user their own rows, whatever the role | the same |
//!
//! A store itself asks nobody: it is what the program trusts itself with. What acts for somebody asks for a view as
//! that [`Principal`] and gets one that holds these rules, or [`Error::AccessDenied`](crate::Error::AccessDenied).

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
