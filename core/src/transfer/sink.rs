//! [`Sink`]: where an export goes.

#[cfg(not(feature = "std"))]
use alloc::vec::Vec;

use crate::error::Result;

/// Takes the bytes of a stream. With the feature `std` everything that is [`std::io::Write`] is one; `Vec<u8>` always.
///
/// ```
/// use keyloft::{Result, transfer::{self, Sink}};
///
/// /// How long the stream would be.
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
    /// Takes these bytes, all of them.
    ///
    /// # Errors
    ///
    /// Ends the export; [`Error::Io`](crate::Error::Io) is for what failed outside.
    fn write(&mut self, bytes: &[u8]) -> Result<()>;

    /// Called when all was written: passes on what is held back.
    ///
    /// # Errors
    ///
    /// As [`write`](Sink::write).
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
