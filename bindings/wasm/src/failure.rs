//! [`Failure`]: what a call ends with when it fails.

use std::error::Error as _;

use keyloft::Error;

use crate::wire::Response;

/// Why a call failed: an error of the library, or one that only this binding has.
#[derive(Debug)]
pub(crate) enum Failure {
    Core(Error),
    Own { code: &'static str, message: String },
}

pub(crate) type Result<T, E = Failure> = std::result::Result<T, E>;

impl Failure {
    /// Something that no caller of the package's JavaScript can ask for.
    pub(crate) fn argument(message: impl Into<String>) -> Self {
        Self::Own { code: "InvalidArgument", message: message.into() }
    }

    /// Writes the code, the message, and those of the causes.
    pub(crate) fn write(&self, out: &mut Response<'_>) {
        match self {
            Self::Core(error) => {
                out.text(error.code());
                out.text(&error.to_string());
                let mut cause = error.source();
                while let Some(error) = cause {
                    out.byte(1);
                    out.text(&error.to_string());
                    cause = error.source();
                }
            }
            Self::Own { code, message } => {
                out.text(code);
                out.text(message);
            }
        }
        out.byte(0);
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Core(error)
    }
}
