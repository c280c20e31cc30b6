//! Blocks: the pieces of a stream's content. A digest of all content so far follows each block.

use alloc::vec::Vec;
use core::mem;

use super::digest::Hasher;
use super::{Digest, Sink, Source};
use crate::error::{Error, ErrorKind, Result};

/// The first bytes of a stream. A copy in text mode damages the byte above ASCII or the line end, so an import detects
/// it.
const MAGIC: [u8; 8] = *b"\x89KLOFT\r\n";
const VERSION: u32 = 2;

/// The length of the content of every block but the last.
pub(super) const BLOCK_LEN: usize = 1 << 16;

/// Cuts content into blocks and writes them to a sink.
pub(super) struct BlockWriter<'a, W: ?Sized> {
    sink: &'a mut W,
    block: Vec<u8>,
    hasher: Hasher,
}

impl<'a, W: Sink + ?Sized> BlockWriter<'a, W> {
    pub(super) fn begin(sink: &'a mut W) -> Result<Self> {
        sink.write(&MAGIC)?;
        sink.write(&VERSION.to_le_bytes())?;
        Ok(Self { sink, block: Vec::with_capacity(BLOCK_LEN), hasher: Hasher::new() })
    }

    pub(super) fn write(&mut self, mut content: &[u8]) -> Result<()> {
        loop {
            let room = BLOCK_LEN - self.block.len();
            let (now, later) = content.split_at_checked(room).unwrap_or((content, &[]));
            self.block.extend_from_slice(now);
            if later.is_empty() {
                return Ok(());
            }
            self.write_block()?;
            content = later;
        }
    }

    pub(super) fn end(mut self, totals: [u64; 3]) -> Result<Digest> {
        if !self.block.is_empty() {
            self.write_block()?;
        }
        self.sink.write(&0_u32.to_le_bytes())?;
        for total in totals {
            self.sink.write(&total.to_le_bytes())?;
        }
        self.sink.flush()?;
        Ok(self.hasher.digest())
    }

    fn write_block(&mut self) -> Result<()> {
        self.hasher.update(&self.block);
        let len = u32::try_from(self.block.len()).unwrap_or(u32::MAX);
        self.sink.write(&len.to_le_bytes())?;
        self.sink.write(&self.block)?;
        self.sink.write(&self.hasher.digest().to_bytes())?;
        self.block.clear();
        Ok(())
    }
}

/// Reads blocks from a source and returns the content of those whose digests match.
pub(super) struct BlockReader<S> {
    source: S,
    /// The number of bytes read from the source.
    offset: u64,
    /// The offset in the stream at which the block's content begins.
    block_offset: u64,
    block: Vec<u8>,
    /// The number of the block's bytes that the caller has taken.
    taken: usize,
    hasher: Hasher,
    /// The totals at the end of the stream, once they are read.
    totals: Option<[u64; 3]>,
}

impl<S: Source> BlockReader<S> {
    pub(super) fn begin(source: S) -> Result<Self> {
        let mut reader = Self {
            source,
            offset: 0,
            block_offset: 0,
            block: Vec::new(),
            taken: 0,
            hasher: Hasher::new(),
            totals: None,
        };
        if reader.number(8)? != u64::from_le_bytes(MAGIC) {
            return Err(invalid(0, "it does not begin as an export does"));
        }
        if reader.number(4)? != u64::from(VERSION) {
            return Err(invalid(8, "this program reads format 2 only"));
        }
        Ok(reader)
    }

    /// Returns the next byte of the content, or `None` at its end.
    pub(super) fn byte(&mut self) -> Result<Option<u8>> {
        if self.taken == self.block.len() && !self.next_block()? {
            return Ok(None);
        }
        let byte = self.block.get(self.taken).copied();
        self.taken += 1;
        Ok(byte)
    }

    /// Returns the number in the next `len` bytes of the content. It is an error if the content ends before them.
    pub(super) fn length(&mut self, len: usize) -> Result<usize> {
        let mut number = 0;
        for place in 0..len {
            let byte = self.byte()?.ok_or_else(|| self.invalid(ENDS_IN_RECORD))?;
            number |= usize::from(byte) << (8 * place);
        }
        Ok(number)
    }

    /// Replaces `out` by the next `len` bytes of the content. It is an error if the content ends before them.
    ///
    /// `out` grows as bytes are read. A false length in a damaged stream therefore can't exhaust the memory.
    pub(super) fn fill(&mut self, len: usize, out: &mut Vec<u8>) -> Result<()> {
        out.clear();
        while out.len() < len {
            if self.taken == self.block.len() && !self.next_block()? {
                return Err(self.invalid(ENDS_IN_RECORD));
            }
            let rest = self.block.get(self.taken..).unwrap_or_default();
            let piece = rest.get(..len - out.len()).unwrap_or(rest);
            out.extend_from_slice(piece);
            self.taken += piece.len();
        }
        Ok(())
    }

    /// Returns the totals at the end of the stream and the digest of its content. The content must have been read.
    pub(super) fn end(&self) -> Result<([u64; 3], Digest)> {
        let totals = self.totals.ok_or_else(|| self.invalid("it does not end here"))?;
        Ok((totals, self.hasher.digest()))
    }

    /// Creates the error of a fault in the bytes that were taken last.
    pub(super) fn invalid(&self, reason: &'static str) -> Error {
        invalid(self.block_offset + u64::try_from(self.taken).unwrap_or(u64::MAX), reason)
    }

    /// Reads the next block and returns `true`, or reads the end of the stream and returns `false`.
    fn next_block(&mut self) -> Result<bool> {
        if self.totals.is_some() {
            return Ok(false);
        }
        let at = self.offset;
        let len = usize::try_from(self.number(4)?).unwrap_or(usize::MAX);
        if len == 0 {
            self.read_end()?;
            return Ok(false);
        }
        if len > BLOCK_LEN {
            return Err(invalid(at, "a block is longer than 65536 bytes"));
        }
        if !self.block.is_empty() && self.block.len() < BLOCK_LEN {
            return Err(invalid(at, "a block that is not full is followed by another"));
        }
        self.block_offset = self.offset;
        self.taken = 0;
        let mut block = mem::take(&mut self.block);
        block.resize(len, 0);
        self.read(&mut block)?;
        self.hasher.update(&block);
        self.block = block;
        let mut digest = [0; 16];
        self.read(&mut digest)?;
        if digest != self.hasher.digest().to_bytes() {
            return Err(invalid(at, "a block is damaged or out of place"));
        }
        Ok(true)
    }

    fn read_end(&mut self) -> Result<()> {
        let mut totals = [0; 3];
        for total in &mut totals {
            *total = self.number(8)?;
        }
        if self.source.read(&mut [0])? != 0 {
            return Err(invalid(self.offset, "bytes follow its end"));
        }
        self.totals = Some(totals);
        Ok(())
    }

    /// Reads a number of `len` bytes from the source.
    fn number(&mut self, len: usize) -> Result<u64> {
        let mut bytes = [0; 8];
        self.read(bytes.get_mut(..len).unwrap_or_default())?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn read(&mut self, mut buffer: &mut [u8]) -> Result<()> {
        while !buffer.is_empty() {
            let read = self.source.read(buffer)?;
            if read == 0 {
                return Err(invalid(self.offset, "it is cut off"));
            }
            self.offset += u64::try_from(read).unwrap_or(u64::MAX);
            buffer = buffer.get_mut(read..).unwrap_or_default();
        }
        Ok(())
    }
}

const ENDS_IN_RECORD: &str = "it ends inside a record";

fn invalid(offset: u64, reason: &'static str) -> Error {
    Error::from(ErrorKind::InvalidStream { offset, reason })
}
