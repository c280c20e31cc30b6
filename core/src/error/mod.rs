//! [`Error`](struct@Error): the error type of the library.

mod context;
mod declare;
mod kinds;
mod of_kind;
mod place;
mod reason;

use alloc::boxed::Box;

pub use self::kinds::{CODES, ErrorKind};
pub use self::of_kind::Error;
pub use self::place::Place;
pub use self::reason::{DecodeReason, EncodeReason};

/// `Result` with the library's [`Error`](struct@Error).
pub type Result<T, E = Error> = core::result::Result<T, E>;

/// An error of an engine or of the operating system, kept as the [`source`](core::error::Error::source) of an
/// [`Error`](struct@Error).
pub type Source = Box<dyn core::error::Error + Send + Sync>;
