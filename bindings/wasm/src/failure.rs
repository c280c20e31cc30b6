//! [`Failure`]: what a call ends with when it fails.

use std::error::Error as _;

use keyloft::Error;

use crate::wire::Response;

/// Why a call failed. It is behind a pointer because it is passed on at every step of every call, and is hardly ever
/// there: what is large costs code each time.
#[derive(Debug)]
pub(crate) struct Failure(Box<Why>);

/// An error of the library, or one that only this binding has.
#[derive(Debug)]
enum Why {
    Core(Error),
    Own { code: &'static str, message: String },
}

pub(crate) type Result<T, E = Failure> = std::result::Result<T, E>;

impl Failure {
    /// A failure that Rust's callers do not know.
    #[cold]
    pub(crate) fn own(code: &'static str, message: &str) -> Self {
        Self(Box::new(Why::Own { code, message: message.to_owned() }))
    }

    /// Something that no caller of the package's JavaScript can ask for.
    #[cold]
    pub(crate) fn argument(message: &str) -> Self {
        Self::own("InvalidArgument", message)
    }

    /// What a database holds, asked for all at once.
    #[cold]
    pub(crate) fn out_of_memory() -> Self {
        let message =
            "what the database holds is more than there is memory for: ask for less at once, or delete some";
        Self::own("OutOfMemory", message)
    }

    /// The error of the library, if it is one.
    pub(crate) fn into_core(self) -> Result<Error> {
        match *self.0 {
            Why::Core(error) => Ok(error),
            own @ Why::Own { .. } => Err(Self(Box::new(own))),
        }
    }

    /// Writes the code, the message, and those of the causes.
    pub(crate) fn write(&self, out: &mut Response<'_>) {
        match &*self.0 {
            Why::Core(error) => {
                out.text(error.code());
                out.text(&error.to_string());
                let mut cause = error.source();
                while let Some(error) = cause {
                    out.byte(1);
                    out.text(&error.to_string());
                    cause = error.source();
                }
            }
            Why::Own { code, message } => {
                out.text(code);
                out.text(message);
            }
        }
        out.byte(0);
    }
}

impl From<Error> for Failure {
    #[cold]
    #[inline(never)]
    fn from(error: Error) -> Self {
        Self(Box::new(Why::Core(error)))
    }
}
