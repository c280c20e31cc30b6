//! [`Failure`]: the error of a call.

use std::error::Error as _;

use keyloft::{Error, ErrorKind};

use crate::wire::Response;

/// The error of a call. It is behind a pointer, because every step of every call passes it on: a large type would cost code
/// each time, for a rare case.
#[derive(Debug)]
pub(crate) struct Failure(Box<Cause>);

/// An error of the library, or one of this binding alone.
#[derive(Debug)]
enum Cause {
    Core(Error),
    Own { code: &'static str, message: String },
}

pub(crate) type Result<T, E = Failure> = std::result::Result<T, E>;

impl Failure {
    /// Returns an error with a code that the library does not have.
    #[cold]
    pub(crate) fn own(code: &'static str, message: &str) -> Self {
        Self(Box::new(Cause::Own { code, message: message.to_owned() }))
    }

    /// Returns the error of a request that the package's JavaScript does not make.
    #[cold]
    pub(crate) fn argument(message: &str) -> Self {
        Self::own("InvalidArgument", message)
    }

    /// Returns the error of a result that is larger than the memory.
    #[cold]
    pub(crate) fn out_of_memory() -> Self {
        let message = "the result is larger than the memory: read less at once, or delete some data";
        Self::own("OutOfMemory", message)
    }

    /// Returns the error of the library, or this one if it is the binding's.
    pub(crate) fn into_core(self) -> Result<Error> {
        match *self.0 {
            Cause::Core(error) => Ok(error),
            own @ Cause::Own { .. } => Err(Self(Box::new(own))),
        }
    }

    /// Writes the code, the message, and the messages of the causes.
    pub(crate) fn write(&self, out: &mut Response<'_>) {
        match &*self.0 {
            Cause::Core(error) => {
                out.text(error.code());
                out.text(&error.to_string());
                let mut cause = error.source();
                while let Some(error) = cause {
                    out.byte(1);
                    out.text(&error.to_string());
                    cause = error.source();
                }
            }
            Cause::Own { code, message } => {
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
        Self(Box::new(Cause::Core(error)))
    }
}

impl From<ErrorKind> for Failure {
    fn from(kind: ErrorKind) -> Self {
        Error::from(kind).into()
    }
}

/// Returns an error to throw: bytes in the form of a response, because there is no database yet to respond.
#[cfg(any(feature = "persistent", feature = "durable-object"))]
pub(crate) fn thrown(failure: impl Into<Failure>) -> wasm_bindgen::JsValue {
    let mut bytes = Vec::new();
    failure.into().write(&mut Response::new(&mut bytes));
    bytes.into()
}
