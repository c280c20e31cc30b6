//! [`Source`]: where an import comes from.

use crate::error::Result;

/// Gives the bytes of a stream. With the feature `std` everything that is [`std::io::Read`] is one; `&[u8]` always.
pub trait Source {
    /// Puts the next bytes at the beginning of `buffer`; how many they are, 0 at the end only. The buffer is not empty.
    ///
    /// # Errors
    ///
    /// Ends the import; [`Error::Io`](crate::Error::Io) is for what failed outside.
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
