//! The parts of a stream: the digest, the blocks, and the memory that an export or import needs.

use alloc::string::ToString;
use alloc::vec;
use alloc::vec::Vec;
use core::cell::Cell;

use super::block::{BLOCK_LEN, BlockReader, BlockWriter};
use super::digest::Hasher;
use super::{Sink, Source, record};
use crate::backend::{Direction, KeyRange, Partition, Read, Visit};
use crate::error::{ErrorKind, Result};

/// The expected digests are those of the reference implementation, xxHash 0.8.4, whose code has a path for each range of
/// lengths.
#[test]
fn the_digest_is_xxh3_of_128_bits() {
    for (len, expected) in [
        (0, "99aa06d3014798d86001c324468d497f"),
        (16, "ddf6c1254d70f76794eaa17b20756f46"),
        (17, "263f67af63088041735fe434ded90c3c"),
        (128, "dd9e5aa9bd51cc9cc6bd21ecc865f29f"),
        (129, "00433635cf8d872e7f4accb76587485b"),
        (240, "89e3a0a2ee355d25d10beb4e0599e4b3"),
        (241, "75f4da43f23cce5a541b19226f0052e8"),
        (1024, "8bbb9f7af37f2f52dc5acf0b043c445b"),
        (65_536, "b084f8868341a84a0563d19d53652969"),
        (200_000, "18f8def6d63c09461fc56f582c180436"),
    ] {
        let bytes: Vec<u8> = (0..=u8::MAX).map(|byte| byte.wrapping_mul(7)).cycle().take(len).collect();
        for piece in [1, 63, 64, 65, 1000, usize::MAX] {
            let mut hasher = Hasher::new();
            for piece in bytes.chunks(piece) {
                hasher.update(piece);
                // A digest in between, as after every block, changes nothing.
                let _ = hasher.digest();
            }
            assert_eq!(hasher.digest().to_string(), expected, "{len} bytes in pieces of {piece}");
        }
    }
}

#[test]
fn blocks_return_the_content_in_pieces_of_any_length() {
    for len in [0, 1, BLOCK_LEN - 1, BLOCK_LEN, BLOCK_LEN + 1, 3 * BLOCK_LEN, 3 * BLOCK_LEN + 5] {
        let content = content(len);
        let stream = blocks_of(&content, usize::MAX);
        for piece in [7, 1000, BLOCK_LEN, BLOCK_LEN + 1] {
            assert!(stream == blocks_of(&content, piece), "{len} bytes in pieces of {piece}");
        }
        assert!(read_blocks(&stream).unwrap() == content, "{len} bytes");
    }
}

#[test]
fn blocks_out_of_order_are_refused() {
    let content = content(2 * BLOCK_LEN + 100);
    let stream = blocks_of(&content, usize::MAX);
    let (header, rest) = stream.split_at(12);
    let (first, rest) = rest.split_at(4 + BLOCK_LEN + 16);
    let (second, rest) = rest.split_at(4 + BLOCK_LEN + 16);
    let (third, end) = rest.split_at(4 + 100 + 16);

    for (what, parts) in [
        ("swapped", vec![header, second, first, third, end]),
        ("left out", vec![header, first, third, end]),
        ("the last left out", vec![header, first, second]),
        ("repeated", vec![header, first, first, second, third, end]),
        ("a short one first", vec![header, third, first, second, end]),
        ("two ends", vec![header, first, second, third, end, end]),
        ("after the end", vec![header, first, second, end, third]),
    ] {
        let error = read_blocks(&parts.concat()).unwrap_err();
        assert_eq!(error.code(), "InvalidStream", "{what}");
    }
    assert!(read_blocks(&[header, first, second, third, end].concat()).unwrap() == content);
}

#[test]
fn a_short_block_that_is_not_the_last_is_refused() {
    let mut sink = Vec::new();
    let mut hasher = Hasher::new();
    Sink::write(&mut sink, &blocks_of(b"", 1)[..12]).unwrap();
    for content in [b"ab", b"cd"] {
        hasher.update(content);
        sink.extend([2, 0, 0, 0]);
        sink.extend(content);
        sink.extend(hasher.digest().to_bytes());
    }
    sink.extend([0; 28]);
    let error = read_blocks(&sink).unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::InvalidStream { offset: 34, reason } if reason.contains("not full")),
        "{error}"
    );
}

#[test]
fn a_block_above_the_limit_is_refused() {
    let mut stream = blocks_of(b"", 1)[..12].to_vec();
    stream.extend(u32::MAX.to_le_bytes());
    let error = read_blocks(&stream).unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::InvalidStream { offset: 12, reason } if reason.contains("longer")),
        "{error}"
    );
}

#[test]
fn a_false_length_allocates_nothing() {
    let stream = blocks_of(&content(1000), 1000);
    let mut blocks = BlockReader::begin(stream.as_slice()).unwrap();
    let mut value = Vec::new();
    let error = blocks.fill(250 << 20, &mut value).unwrap_err();
    assert_eq!(error.code(), "InvalidStream");
    assert!(value.capacity() <= 2000, "{}", value.capacity());
}

#[test]
fn an_export_holds_one_block_in_memory() {
    let plenty = Plenty { lent: Cell::new(0) };
    let sunk = Cell::new(0);
    let mut counting = Counting { sunk: &sunk };
    let mut blocks = BlockWriter::begin(&mut counting).unwrap();
    let tally = record::write_all(&plenty, &mut |_, _, _| Ok(true), &mut |bytes| {
        blocks.write(bytes)?;
        assert!(plenty.lent.get() <= sunk.get() + BLOCK_LEN + VALUE_LEN, "more than a block is held back");
        Ok(())
    })
    .unwrap();
    let [partitions, entries, bytes] = tally.totals();
    blocks.end([partitions, entries, bytes]).unwrap();
    assert_eq!((partitions, entries), (1, u64::from(ENTRIES)));
    assert!(sunk.get() > 20 << 20, "the stream is large");
}

#[test]
fn an_import_reads_no_more_than_a_block_ahead() {
    let mut stream = Vec::new();
    let mut blocks = BlockWriter::begin(&mut stream).unwrap();
    let tally = record::write_all(&Plenty { lent: Cell::new(0) }, &mut |_, _, _| Ok(true), &mut |bytes| {
        blocks.write(bytes)
    })
    .unwrap();
    blocks.end(tally.totals()).unwrap();

    let given = Cell::new(0);
    let mut taken = 0;
    let mut blocks = BlockReader::begin(Giving { rest: &stream, given: &given }).unwrap();
    record::read_all(&mut blocks, &mut |_, key, value| {
        taken += 7 + key.len() + value.len();
        assert!(given.get() <= taken + taken / 1000 + 2 * BLOCK_LEN, "more than a block is read ahead");
        Ok(())
    })
    .unwrap();
    assert_eq!(given.get(), stream.len());
    assert!(taken > 20 << 20);
}

#[test]
fn entries_out_of_order_are_not_exported() {
    let error =
        record::write_all(&Disordered, &mut |_, _, _| Ok(true), &mut |_| Ok(())).map(|_| ()).unwrap_err();
    assert_eq!(error.code(), "Corrupted");
}

fn content(len: usize) -> Vec<u8> {
    (0..=u8::MAX).cycle().zip(0..251_u8).map(|(a, b)| a ^ b.rotate_left(3)).cycle().take(len).collect()
}

fn blocks_of(content: &[u8], piece: usize) -> Vec<u8> {
    let mut stream = Vec::new();
    let mut blocks = BlockWriter::begin(&mut stream).unwrap();
    content.chunks(piece.min(content.len()).max(1)).for_each(|piece| blocks.write(piece).unwrap());
    blocks.end([0; 3]).unwrap();
    stream
}

fn read_blocks(stream: &[u8]) -> Result<Vec<u8>> {
    let mut blocks = BlockReader::begin(stream)?;
    let mut content = Vec::new();
    while let Some(byte) = blocks.byte()? {
        content.push(byte);
    }
    blocks.end()?;
    Ok(content)
}

const VALUE_LEN: usize = 10_000;
const ENTRIES: u16 = 2_500;

/// A snapshot of many values, each generated when it is visited.
struct Plenty {
    lent: Cell<usize>,
}

struct Counting<'a> {
    sunk: &'a Cell<usize>,
}

impl Sink for Counting<'_> {
    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        assert!(bytes.len() <= BLOCK_LEN);
        self.sunk.set(self.sunk.get() + bytes.len());
        Ok(())
    }
}

struct Giving<'a> {
    rest: &'a [u8],
    given: &'a Cell<usize>,
}

impl Source for Giving<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        assert!(buffer.len() <= BLOCK_LEN);
        let given = Source::read(&mut self.rest, buffer)?;
        self.given.set(self.given.get() + given);
        Ok(given)
    }
}

/// A snapshot whose keys are out of order.
struct Disordered;

macro_rules! only_scans {
    ($type:ty, $partitions:expr, |$this:ident, $visit:ident| $scan:expr) => {
        impl Read for $type {
            fn get(&self, _: &Partition, _: &[u8], _: &mut dyn FnMut(&[u8])) -> Result<bool> {
                Ok(false)
            }

            fn scan(
                &self,
                _: &Partition,
                _: KeyRange<'_>,
                _: Direction,
                $visit: &mut Visit<'_>,
            ) -> Result<()> {
                let $this = self;
                $scan
            }

            fn partitions(&self) -> Result<Vec<Partition>> {
                Ok($partitions)
            }
        }
    };
}

only_scans!(Disordered, vec!["a".into()], |_this, visit| {
    for key in [b"1", b"3", b"2"] {
        if visit(key, b"").is_break() {
            break;
        }
    }
    Ok(())
});

only_scans!(Plenty, vec!["plenty".into()], |this, visit| {
    let value = content(VALUE_LEN);
    for key in 0..ENTRIES {
        this.lent.set(this.lent.get() + VALUE_LEN);
        if visit(&key.to_be_bytes(), &value).is_break() {
            break;
        }
    }
    Ok(())
});
