//! Layers: backends that wrap another backend. [`Staged`] is a transaction over a snapshot.
//!
//! | type | effect |
//! | --- | --- |
//! | [`Observed`](crate::layers) | reports every committed change |
//! | [`Logged`] | writes every change to a log in the database |
//! | [`Followed`](crate::layers) | does both: it reports the changes in the log, also those of other processes |
//! | [`Scoped`] | confines all access to one part of the backend |
//! | [`ReadOnly`] | refuses writes |
//! | [`Instrumented`](crate::layers) | counts and times what passes through it |
//!
//! A custom layer delegates the methods that it does not change, with [`delegate_reads!`](crate::delegate_reads) and
//! [`delegate_writes!`](crate::delegate_writes).

#[cfg(feature = "std")]
mod instrumented;
mod logged;
#[cfg(feature = "std")]
mod observed;
mod read_only;
mod scoped;
mod staged;

#[cfg(feature = "std")]
pub use instrumented::{Instrumented, Metrics};
pub use logged::{
    ChangeKind, ChangeLog, LogBatch, LogEntry, LogScope, Logged, LoggedChange, LoggedValue, OldValue,
    Retention,
};
#[cfg(all(feature = "std", any(not(target_family = "wasm"), target_feature = "atomics")))]
pub use observed::Follower;
#[cfg(feature = "std")]
pub use observed::{
    CallbackSubscription, Feed, Filter, Followed, Observed, RawChange, RawEvent, Subscription,
};
pub use read_only::ReadOnly;
pub use scoped::Scoped;
pub use staged::Staged;
