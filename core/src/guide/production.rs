//! Running in production: what to set up before a program has users, and what to do when something fails.
//!
//! ```
//! use std::sync::Arc;
//! use std::time::Instant;
//!
//! use keyloft::layers::Instrumented;
//! use keyloft::prelude::*;
//! use keyloft_memory::MemoryBackend;
//!
//! // In a program: `RedbBackend::options().on_recovery(…).create("app.redb")?`.
//! let engine = MemoryBackend::new();
//! let start = Instant::now();
//! let backend = Arc::new(Instrumented::new(engine, move || start.elapsed()));
//!
//! let visits = Table::<UserId, u64>::new(backend.clone(), "visits");
//! visits.migrate()?; // every table, at the start
//! visits.put(&"ada".into(), &1)?;
//!
//! // For the status page, or for a metrics endpoint.
//! let metrics = backend.metrics();
//! assert_eq!((metrics.failures, metrics.waiting), (0, 0));
//! println!("{} commits, {:?} each", metrics.commits, metrics.commit / u32::try_from(metrics.commits.max(1))?);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # At the start
//!
//! 1. *Open one backend*, and share it: handles are cheap, openings are not. A file that was not closed is recovered by reading
//!    all of it. `Options::on_recovery` of `keyloft-redb` reports that, and `quick_recovery` makes it short, at a price for each commit.
//! 2. *Migrate every table* before the first request: [`migrate`](crate::EntityStore::migrate) does nothing if there is nothing to do.
//!    With several instances, read [rolling deploys](super::rolling_deploys) first.
//! 3. *Choose who shares the file.* By default one process has it. With `Sharing::SingleWriter`, the command `keyloft`, a report or a
//!    backup reads it beside the running program.
//!
//! # Backups
//!
//! | way | while it runs | result |
//! | --- | --- | --- |
//! | `keyloft backup app.redb day.backup` | with a shared file, or on a server | a checked file, which every backend reads |
//! | [`export`](crate::transfer::export), in the program | always | the same |
//! | `checkpoint` and a copy of the file | writers must stop | a redb file |
//!
//! An export is one snapshot. Writers go on, and a redb file grows by what they replace until it ends. Restore a backup from time to
//! time, and compare the digests: `keyloft restore` does both. The guide to [backups](super::backup) has the details.
//!
//! # What to watch
//!
//! [`Instrumented`](crate::layers::Instrumented) measures any backend. With the feature `tracing` it also writes spans and long scans
//! to the log of the program.
//!
//! | number | look when | because |
//! | --- | --- | --- |
//! | `commit` / `commits` | it rises | the disk is slow, or many writers share a sync |
//! | `wait` / `commits`, `waiting` | it exceeds the time of a commit | bodies are long: move work out of them |
//! | `reruns` / `commits` | it exceeds a tenth | transactions conflict: make them shorter, or touch fewer keys |
//! | `failures` | it rises | the log has the codes |
//! | `oldest_snapshot` | it exceeds minutes | a held snapshot or an open page of a report keeps replaced data alive |
//! | the free space of the disk | it falls below the size of the database | `compact`, migrations and growth need room |
//!
//! `keyloft stats` shows what takes the space of a file, and [`Scrub`](crate::scrub::Scrub), or `keyloft scrub --rate 20`, reads
//! everything in the background, to find damage while there is still a backup without it. Once a week is enough for most disks.
//!
//! # When a call fails
//!
//! The [code](crate::Error::code) of an error says what kind of answer it needs:
//!
//! | code | answer |
//! | --- | --- |
//! | `AlreadyExists`, `NotFound`, `UniqueViolation`, `Invalid`, `AccessDenied`, … | one for the caller: the request does not fit the data |
//! | `Conflict`, `WriterBusy`, `Unreachable` | try again later; nothing was written |
//! | `CommitUnknown` | read what the transaction should have written, then decide; it is there whole, or not at all |
//! | `StorageFull` | make room, then `reopen` |
//! | `SyncFailed`, `StorageFailed` | the disk has failed: look at the system's log, then `reopen` |
//! | `Corrupted` | stop the writers; `keyloft scrub` lists the damage; restore a backup, or repair as [below](super::backup#after-damage) |
//! | `DefinitionMismatch`, `NewerVersion`, `IndexNotBuilt` | another release has the database: see [rolling deploys](super::rolling_deploys) |
//! | `DatabaseLocked` | another process has the file for itself |
//!
//! # Limits
//!
//! A key has at most 2 KiB, a value 256 MiB. One transaction writes at a time, except on PostgreSQL; its body must not wait for anything
//! but the database. redb keeps up to 1 GiB of pages in memory: `Options::cache_bytes` sets that. A redb file does not shrink by itself.
//! Nothing is encrypted.
//!
//! # Growing out of a file
//!
//! `keyloft export app.redb | keyloft import postgres://app@db/app` moves everything to a server, with the same digest. The program
//! changes the line that makes its backend.
