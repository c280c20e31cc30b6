//! [`Access`]: what somebody asks for.

/// What somebody asks for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    Read,
    Write,
}
