//! [`Trace`]: the operations so far, to report and repeat a failure.

use std::fmt::{Debug, Display};

use keyloft::Result;

/// The operations of one seed so far.
pub(crate) struct Trace {
    seed: u64,
    operations: Vec<String>,
}

impl Trace {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, operations: Vec::new() }
    }

    pub(crate) fn note(&mut self, operation: String) {
        self.operations.push(operation);
    }

    pub(crate) fn len(&self) -> usize {
        self.operations.len()
    }

    /// Keeps only the first operations, of this number.
    pub(crate) fn truncate(&mut self, len: usize) {
        self.operations.truncate(len);
    }

    /// Panics with all operations if the result differs from that of the model.
    #[track_caller]
    pub(crate) fn same<T: PartialEq + Debug>(&self, what: impl Display, found: &T, expected: &T) {
        if found != expected {
            self.fail(format_args!("{what}:\n   found {found:?}\nexpected {expected:?}"));
        }
    }

    #[track_caller]
    pub(crate) fn ok<T>(&self, what: impl Display, result: Result<T>) -> T {
        match result {
            Ok(value) => value,
            Err(error) => self.fail(format_args!("{what}: {error}")),
        }
    }

    #[track_caller]
    fn fail(&self, what: impl Display) -> ! {
        panic!("with seed {} after {}\n{what}", self.seed, self.operations.join("\n      "))
    }
}
