//! Constructors of [`Error`](struct@super::Error) from other errors.

#[cfg(feature = "std")]
use alloc::boxed::Box;

use alloc::string::ToString as _;

use super::{DecodeReason, Error, ErrorKind, Place};

#[cfg(feature = "std")]
impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        ErrorKind::Io { place: Place::Stream, source: Box::new(error) }.into()
    }
}

impl Error {
    /// Creates the error of a stored value that can't be decoded.
    ///
    /// A value of a newer version is an [`ErrorKind::NewerVersion`], whose remedy is a newer program, and one with a wrong checksum
    /// is [`ErrorKind::Corrupted`].
    ///
    /// ```
    /// use keyloft::error::{DecodeReason, Place};
    /// use keyloft::{Error, Partition};
    ///
    /// let place = Place::entity(&Partition::from("notes"), "7");
    /// let error = Error::decode(place, DecodeReason::TrailingBytes(2));
    /// assert!(error.to_string().starts_with("key `7` in partition `notes`: the value can't be decoded"));
    /// ```
    pub fn decode(place: Place, reason: DecodeReason) -> Self {
        Self::from(match reason {
            DecodeReason::NewerVersion { found, known } => ErrorKind::NewerVersion { place, found, known },
            DecodeReason::WrongChecksum => ErrorKind::Corrupted { place, detail: reason.to_string() },
            reason => ErrorKind::Decode { place, reason },
        })
    }
}
