//! [`Sink`]: the destination of an export.

#[cfg(not(feature = "std"))]
use alloc::vec::Vec;

use crate::error::Result;

/// A destination for the bytes of a stream.
///
/// With the feature `std`, every [`std::io::Write`] is a sink. Without it, only `Vec<u8>` is.
///
/// ```
/// use keyloft::{Result, transfer::{self, Sink}};
///
/// /// Counts the bytes of the stream.
/// struct Length(usize);
///
/// impl Sink for Length {
///     fn write(&mut self, bytes: &[u8]) -> Result<()> {
///         self.0 += bytes.len();
///         Ok(())
///     }
/// }
///
/// let mut length = Length(0);
/// transfer::export(&keyloft_memory::MemoryBackend::new(), &mut length)?;
/// assert_eq!(length.0, 40);
/// # Ok::<(), keyloft::Error>(())
/// ```
pub trait Sink {
    /// Writes all of `bytes`.
    ///
    /// # Errors
    ///
    /// Any error, which ends the export. Use [`ErrorKind::Io`](crate::ErrorKind::Io) for an error of the operating system.
    fn write(&mut self, bytes: &[u8]) -> Result<()>;

    /// Writes buffered bytes to the destination. An export calls it once, after the last [`write`](Sink::write).
    ///
    /// # Errors
    ///
    /// Any error, which ends the export.
    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

#[cfg(feature = "std")]
impl<W: std::io::Write + ?Sized> Sink for W {
    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        Ok(self.write_all(bytes)?)
    }

    fn flush(&mut self) -> Result<()> {
        Ok(std::io::Write::flush(self)?)
    }
}

#[cfg(not(feature = "std"))]
impl Sink for Vec<u8> {
    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.extend_from_slice(bytes);
        Ok(())
    }
}
