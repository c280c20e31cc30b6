//! The form of requests and responses: numbers are little-endian, bytes and text follow their length in four bytes.

use serde::de::DeserializeOwned;

use crate::failure::{Failure, Result};

/// The arguments of a call, read from the front.
pub(crate) struct Request<'a> {
    rest: &'a [u8],
}

impl<'a> Request<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(crate) fn byte(&mut self) -> Result<u8> {
        let [byte] = self.take()?;
        Ok(byte)
    }

    pub(crate) fn flag(&mut self) -> Result<bool> {
        Ok(self.byte()? != 0)
    }

    pub(crate) fn u32(&mut self) -> Result<u32> {
        self.take().map(u32::from_le_bytes)
    }

    pub(crate) fn i64(&mut self) -> Result<i64> {
        self.take().map(i64::from_le_bytes)
    }

    /// Reads a number of items.
    pub(crate) fn count(&mut self) -> Result<usize> {
        usize::try_from(self.u32()?).map_err(|_| malformed())
    }

    pub(crate) fn bytes(&mut self) -> Result<&'a [u8]> {
        let len = self.count()?;
        let (bytes, rest) = self.rest.split_at_checked(len).ok_or_else(malformed)?;
        self.rest = rest;
        Ok(bytes)
    }

    pub(crate) fn text(&mut self) -> Result<&'a str> {
        str::from_utf8(self.bytes()?).map_err(|_| malformed())
    }

    pub(crate) fn optional<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<Option<T>> {
        if self.flag()? { read(self).map(Some) } else { Ok(None) }
    }

    /// Reads the code of a variant of one of the system's enumerations.
    pub(crate) fn variant<T: DeserializeOwned>(&mut self) -> Result<T> {
        let code: [u8; 1] = self.take()?;
        postcard::from_bytes(&code).map_err(|_| malformed())
    }

    /// Returns everything that has not been read.
    pub(crate) fn rest(self) -> &'a [u8] {
        self.rest
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N]> {
        let (bytes, rest) = self.rest.split_first_chunk().ok_or_else(malformed)?;
        self.rest = rest;
        Ok(*bytes)
    }
}

fn malformed() -> Failure {
    Failure::argument("the request is malformed")
}

/// The answer of a call, appended to a buffer.
pub(crate) struct Response<'a> {
    out: &'a mut Vec<u8>,
}

impl<'a> Response<'a> {
    pub(crate) fn new(out: &'a mut Vec<u8>) -> Self {
        Self { out }
    }

    pub(crate) fn byte(&mut self, byte: u8) {
        self.out.push(byte);
    }

    pub(crate) fn flag(&mut self, flag: bool) {
        self.byte(u8::from(flag));
    }

    pub(crate) fn u32(&mut self, number: u32) {
        self.out.extend_from_slice(&number.to_le_bytes());
    }

    pub(crate) fn u64(&mut self, number: u64) {
        self.out.extend_from_slice(&number.to_le_bytes());
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.u32(length(bytes));
        self.out.extend_from_slice(bytes);
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    /// Writes bytes that end the response, and so need no length.
    pub(crate) fn last(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }

    /// Reserves memory for this many bytes, and for the length and the flags beside them.
    ///
    /// # Errors
    ///
    /// `OutOfMemory`.
    pub(crate) fn reserve(&mut self, bytes: usize) -> Result<()> {
        let more = bytes + 16;
        if self.out.try_reserve(more).is_err() && self.out.try_reserve_exact(more).is_err() {
            return Err(Failure::out_of_memory());
        }
        Ok(())
    }

    /// Returns the position of the next byte.
    pub(crate) fn position(&self) -> usize {
        self.out.len()
    }

    /// Takes back everything from this position on.
    pub(crate) fn rewind(&mut self, position: usize) {
        self.out.truncate(position);
    }

    /// Writes a number over the four bytes at this position.
    pub(crate) fn set_u32(&mut self, position: usize, number: u32) {
        if let Some(bytes) = self.out.get_mut(position..).and_then(<[u8]>::first_chunk_mut) {
            *bytes = number.to_le_bytes();
        }
    }

    /// Returns the buffer.
    #[cfg(feature = "persistent")]
    pub(crate) fn buffer(&mut self) -> &mut Vec<u8> {
        self.out
    }
}

/// Returns the length, which has 32 bits because the module's addresses have.
pub(crate) fn length(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).unwrap_or(u32::MAX)
}
