//! [`Source`]: the origin of an import.

use crate::error::Result;

/// An origin of the bytes of a stream.
///
/// With the feature `std`, every [`std::io::Read`] is a source. Without it, only `&[u8]` is.
pub trait Source {
    /// Copies the next bytes to the beginning of `buffer`, which is not empty. Returns their number.
    ///
    /// The number is 0 only at the end of the stream.
    ///
    /// # Errors
    ///
    /// Any error, which ends the import. Use [`ErrorKind::Io`](crate::ErrorKind::Io) for an error of the operating system.
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize>;
}

#[cfg(feature = "std")]
impl<R: std::io::Read + ?Sized> Source for R {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        loop {
            match std::io::Read::read(self, buffer) {
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                read => return Ok(read?),
            }
        }
    }
}

#[cfg(not(feature = "std"))]
impl Source for &[u8] {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let (now, later) = self.split_at_checked(buffer.len()).unwrap_or((self, &[]));
        for (slot, byte) in buffer.iter_mut().zip(now) {
            *slot = *byte;
        }
        *self = later;
        Ok(now.len())
    }
}
