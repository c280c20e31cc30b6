//! Keys: their types, their order, and their prefixes.
//!
//! ```
//! use std::sync::Arc;
//!
//! use keyloft::prelude::*;
//! use keyloft_memory::MemoryBackend;
//!
//! #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, StorageKey)]
//! struct Reading {
//!     device: String,
//!     at: i64,
//! }
//!
//! let readings = Table::<Reading, f64>::new(Arc::new(MemoryBackend::new()), "readings");
//! readings.put(&Reading { device: "attic".into(), at: 2_000 }, &21.5)?;
//! readings.put(&Reading { device: "attic".into(), at: -1_000 }, &19.0)?;
//! readings.put(&Reading { device: "attic2".into(), at: 0 }, &3.0)?;
//!
//! let attic = readings.scan_prefix(&Reading::prefix("attic"))?;
//! assert_eq!(attic.iter().map(|(key, _)| key.at).collect::<Vec<_>>(), [-1_000, 2_000]);
//! # Ok::<(), keyloft::Error>(())
//! ```
//!
//! # Choose a key
//!
//! The key decides the order of a table, and so which reads are cheap: one key, a range of keys, and all keys with the same
//! left parts. Put the parts that you select by first, and the parts that you sort by last. For a second order, add an
//! [index](super::indexes).
//!
//! | key | when |
//! | --- | --- |
//! | a predefined id, such as [`UserId`](crate::UserId) or [`JobId`](crate::JobId) | the id is text, and must not be mixed up with other ids |
//! | [`RowId`](crate::RowId) or `Vec<u8>` | the id is bytes |
//! | `u64`, `i64` and the other integers, `bool`, `[u8; N]` | the id is a number or has a fixed width |
//! | [`TotalF64`](crate::TotalF64), [`TotalF32`](crate::TotalF32) | a measured value is the key, or is indexed |
//! | `std::time::SystemTime` | the id is a time |
//! | `chrono::DateTime<Utc>`, `jiff::Timestamp`, `time::UtcDateTime`, `uuid::Uuid` | the program uses these types; each needs the feature with the name of its crate |
//! | `String` | the id is text, and no separate type is needed |
//! | `Option<K>` | a part can be missing; `None` comes first |
//! | [`Reverse<K>`](core::cmp::Reverse) | a part is in falling order |
//! | `()` | the table has [one row](super::tables#keys), such as the program's settings |
//! | an enum with `#[derive(StorageKey)]` | the id is one of several names, or one of several kinds of keys |
//! | a tuple of keys, such as `(UserId, i64)` | a composite that is used in one place |
//! | a struct with `#[derive(StorageKey)]` | a composite whose parts have names |
//! | [`UserRowId`](crate::UserRowId), [`TableId`](crate::TableId) | `{user}:{row}` and `{namespace}:{table}`, readable as text |
//!
//! `usize`, `f32` and `f64` are no keys: the width of the first depends on the target, and the others have no total order.
//! Generic types can't derive the trait. A type that derives it must also derive `Clone`, `Debug`, `PartialEq`, `Eq`,
//! `PartialOrd` and `Ord`. A struct of one field, such as `struct DeviceId(String)`, gives a key its own type and has the
//! bytes of that field.
//!
//! # Enums
//!
//! A derived enum begins with one byte, the variant's discriminant: 0, 1, 2 and so on, or the number that is written.
//! The fields of the variant follow. That number is on the disk, so it must stay: add variants at the end, or write numbers
//! with room between them.
//!
//! ```
//! use keyloft::StorageKey;
//!
//! #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, StorageKey)]
//! enum Priority {
//!     Urgent = 10,
//!     Normal = 20,
//!     Someday = 30,
//! }
//!
//! assert_eq!(*Priority::Normal.encode(), [20]);
//! assert!(Priority::decode(&[15]).is_err());
//! ```
//!
//! # Times
//!
//! Every type of time has the same twelve bytes for the same instant: the seconds since the Unix epoch, then the
//! nanoseconds. The module [`key`](crate::key#timestamps) lists the types. An `i64` in milliseconds, as in Keyloft's own
//! tables, is a shorter key. A type with a time zone is no key: convert it to UTC, and store the zone in the entity.
//!
//! # Order
//!
//! Keys are stored in the order of their bytes, and the encoding keeps the order of the type: negative numbers come before
//! positive ones, and a composite is ordered by its first part, then by the second. Text is ordered by its UTF-8 bytes.
//!
//! ```
//! use keyloft::StorageKey;
//!
//! assert!((-5_i64).encode() < 3_i64.encode());
//! assert!(("attic".to_owned(), 9_u8).encode() < ("attic2".to_owned(), 1_u8).encode());
//! ```
//!
//! To read the newest first, don't negate the time: scan in reverse, which costs the same. Use
//! [`Reverse`](core::cmp::Reverse) in a composite whose parts need different orders, such as tasks by rising priority, and
//! the newest first within each priority.
//!
//! ```
//! use std::cmp::Reverse;
//!
//! use keyloft::StorageKey;
//!
//! type Task = (u8, Reverse<i64>);
//! let keys: [Task; 3] = [(1, Reverse(2_000)), (1, Reverse(1_000)), (2, Reverse(9_000))];
//! assert!(keys.is_sorted_by(|a, b| a.encode() < b.encode()));
//! ```
//!
//! Text is neither normalized nor folded: `é` in one character and `e` with a combining accent are two keys. Normalize text
//! that comes from several sources before it becomes a key. The [names of users](crate::tables::system::users#names) have a
//! rule for this.
//!
//! # Prefixes
//!
//! A [`Prefix`](crate::Prefix) of a composite consists of whole left parts, so `bob` never matches `bobby`. A prefix of
//! text or bytes may end anywhere, as in `JobId::prefix("2026-11-")`. Parts may be given in a [borrowed
//! form](crate::AsKey), such as `&str` for a `String`.
//!
//! ```
//! use keyloft::prelude::*;
//!
//! type Visit = (UserId, u16, i64);
//! let of_bob: Prefix<Visit> = Prefix::of("bob");
//! let of_bob_on_page_7: Prefix<Visit> = Prefix::of(("bob", &7));
//! assert!(of_bob.matches(&("bob".into(), 9, 0)));
//! assert!(!of_bob.matches(&("bobby".into(), 7, 0)));
//! assert!(of_bob_on_page_7.matches(&("bob".into(), 7, -1)));
//!
//! // A range inside a prefix: the visits of Bob to page 7 from time 0 on.
//! let _recent = Query::range(("bob".into(), 7, 0)..).within(of_bob_on_page_7);
//! ```
//!
//! # Limits
//!
//! The encoding of a key has at most 2,048 bytes, on every backend; a longer one is
//! [`KeyTooLong`](crate::ErrorKind::KeyTooLong). Other parts, or another order of the parts, make another key type. A table with
//! rows then refuses the program until a [migration](super::migrations#keys) has given each row its new key.
//!
//! # Custom keys
//!
//! [`StorageKey`](crate::StorageKey) states three laws that an implementation by hand must obey. Check them with a property
//! test, as `core/tests/laws` does.
