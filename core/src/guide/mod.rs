//! Guides: one topic each, an example first.
//!
//! | guide | answers |
//! | --- | --- |
//! | [`keys`] | which types are keys, how keys are ordered, how a prefix selects a part of a table |
//! | [`tables`] | how an entity describes its table, and how entities are stored, read and expire |
//! | [`indexes`] | how entities are found by other values than their keys |
//! | [`transactions`] | how several reads or writes become one |
//! | [`migrations`] | how an entity gets other fields, and a table other indexes or keys |
//! | [`rolling_deploys`] | how a new release of a program takes over the database of the old one, and how to go back |
//! | [`change_feed`] | how a program follows what others write |
//! | [`change_log`] | how a program follows what others have written while it was away |
//! | [`async_services`] | which calls block, and how a service on tokio calls them |
//! | [`browser`] | how a Rust program stores data in a browser |
//! | [`backup`] | how a database is copied, moved and restored |
//! | [`backends`] | which backend fits, and how to write one |
//! | [`production`] | what to set up, to watch and to do when something fails |
//!
//! The code in the guides is compiled and run by the tests. Whole programs are in the repository's `examples` folders.

pub mod async_services;
pub mod backends;
pub mod backup;
pub mod browser;
pub mod change_feed;
pub mod change_log;
pub mod indexes;
pub mod keys;
pub mod migrations;
pub mod production;
pub mod rolling_deploys;
pub mod tables;
pub mod transactions;
