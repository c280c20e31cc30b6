//! [`Fault`]: an operation of a storage that fails.

use std::fmt;
use std::io;

use crate::random::Random;

/// A kind of operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Read,
    Write,
    Length,
    Sync,
}

impl Kind {
    pub(crate) const ALL: [Self; 4] = [Self::Read, Self::Write, Self::Length, Self::Sync];
}

/// A fault: the operation that fails first, and its error.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fault {
    pub(crate) kind: Kind,
    /// The number of operations of the kind that succeed before.
    pub(crate) after: u64,
    /// `true` if all later operations of the kind fail too.
    pub(crate) forever: bool,
    /// `true` for "no space left on device", otherwise it is an input/output error.
    pub(crate) full: bool,
    /// `true` if a part of a failed write is written.
    pub(crate) short: bool,
}

impl Fault {
    pub(crate) fn any(random: &mut Random, kind: Kind, after: u64) -> Self {
        let (forever, full, short) = (random.one_in(2), random.one_in(2), random.one_in(2));
        Self { kind, after, forever, full, short }
    }

    /// Returns `true` if the operation of the kind with this number, from 0, fails.
    pub(crate) fn strikes(&self, kind: Kind, number: u64) -> bool {
        kind == self.kind && (number == self.after || self.forever && number > self.after)
    }

    /// Returns the system's error.
    pub(crate) fn error(&self) -> io::Error {
        // The numbers of EIO and ENOSPC on Linux. Elsewhere the kind alone says it.
        match (cfg!(target_os = "linux"), self.full) {
            (true, false) => io::Error::from_raw_os_error(5),
            (true, true) => io::Error::from_raw_os_error(28),
            (false, false) => io::Error::other("the cable is out"),
            (false, true) => io::ErrorKind::StorageFull.into(),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, after, forever, full, short } = self;
        let error = if *full { "ENOSPC" } else { "EIO" };
        let (forever, short) =
            (if *forever { "for good" } else { "once" }, if *short { ", short" } else { "" });
        write!(f, "{kind:?} {after} fails {forever} with {error}{short}")
    }
}
