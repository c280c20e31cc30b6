//! The stream below what a backend shows of it: hashes, blocks, and how much is held at a time.

use alloc::vec;
use alloc::vec::Vec;
use core::cell::Cell;

use super::block::{BLOCK_LEN, BlockReader, BlockWriter};
use super::{Digest, Sink, Source, record};
use crate::backend::{Direction, KeyRange, Partition, Read, Transaction, Visit};
use crate::error::{Error, Result};

#[test]
fn the_digest_is_the_published_fnv_1a() {
    for (bytes, hash) in [
        ("", 0x6C62_272E_07BB_0142_62B8_2175_6295_C58D_u128),
        ("a", 0xD228_CB69_6F1A_8CAF_7891_2B70_4E4A_8964),
        ("foobar", 0x343E_1662_793C_64BF_6F0D_3597_BA44_6F18),
    ] {
        let mut digest = Digest::EMPTY;
        digest.update(bytes.as_bytes());
        assert_eq!(digest.to_bytes(), hash.to_le_bytes(), "{bytes:?}");
    }
}

#[test]
fn blocks_give_back_the_content_however_it_was_written() {
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
fn blocks_must_be_whole_and_in_their_order() {
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
fn a_block_is_full_or_the_last() {
    let mut sink = Vec::new();
    let mut digest = Digest::EMPTY;
    Sink::write(&mut sink, &blocks_of(b"", 1)[..12]).unwrap();
    for content in [b"ab", b"cd"] {
        digest.update(content);
        sink.extend([2, 0, 0, 0]);
        sink.extend(content);
        sink.extend(digest.to_bytes());
    }
    sink.extend([0; 28]);
    let error = read_blocks(&sink).unwrap_err();
    assert!(
        matches!(error, Error::InvalidStream { offset: 34, reason } if reason.contains("not full")),
        "{error}"
    );
}

#[test]
fn a_block_says_no_length_above_the_limit() {
    let mut stream = blocks_of(b"", 1)[..12].to_vec();
    stream.extend(u32::MAX.to_le_bytes());
    let error = read_blocks(&stream).unwrap_err();
    assert!(
        matches!(error, Error::InvalidStream { offset: 12, reason } if reason.contains("longer")),
        "{error}"
    );
}

#[test]
fn room_is_made_for_what_arrives() {
    let stream = blocks_of(&content(1000), 1000);
    let mut blocks = BlockReader::begin(stream.as_slice()).unwrap();
    let mut value = Vec::new();
    let error = blocks.fill(250 << 20, &mut value).unwrap_err();
    assert_eq!(error.code(), "InvalidStream");
    assert!(value.capacity() <= 2000, "{}", value.capacity());
}

#[test]
fn an_export_holds_one_block() {
    let plenty = Plenty { lent: Cell::new(0) };
    let sunk = Cell::new(0);
    let mut counting = Counting { sunk: &sunk };
    let mut blocks = BlockWriter::begin(&mut counting).unwrap();
    let tally = record::write_all(&plenty, &mut |bytes| {
        blocks.write(bytes)?;
        assert!(plenty.lent.get() <= sunk.get() + BLOCK_LEN + VALUE_LEN, "so much is held back");
        Ok(())
    })
    .unwrap();
    let [partitions, entries, bytes] = tally.totals();
    blocks.end([partitions, entries, bytes]).unwrap();
    assert_eq!((partitions, entries), (1, u64::from(ENTRIES)));
    assert!(sunk.get() > 20 << 20, "the test is of a large stream");
}

#[test]
fn an_import_reads_no_further_than_it_writes() {
    let mut stream = Vec::new();
    let mut blocks = BlockWriter::begin(&mut stream).unwrap();
    let tally = record::write_all(&Plenty { lent: Cell::new(0) }, &mut |bytes| blocks.write(bytes)).unwrap();
    blocks.end(tally.totals()).unwrap();

    let given = Cell::new(0);
    let mut target = Discarding { given: &given, taken: 0 };
    let mut blocks = BlockReader::begin(Giving { rest: &stream, given: &given }).unwrap();
    record::read_all(&mut blocks, &mut target).unwrap();
    assert_eq!(given.get(), stream.len());
    assert!(target.taken > 20 << 20);
}

#[test]
fn an_engine_out_of_order_is_not_exported() {
    let error = record::write_all(&Disordered, &mut |_| Ok(())).map(|_| ()).unwrap_err();
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

/// A snapshot of many values, each made when it is visited.
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

/// A transaction that looks how far the source was read.
struct Discarding<'a> {
    given: &'a Cell<usize>,
    taken: usize,
}

impl Transaction for Discarding<'_> {
    fn put(&mut self, _: &Partition, key: &[u8], value: &[u8]) -> Result<()> {
        self.taken += 7 + key.len() + value.len();
        assert!(self.given.get() <= self.taken + self.taken / 1000 + 2 * BLOCK_LEN, "so much is read ahead");
        Ok(())
    }

    fn delete(&mut self, _: &Partition, _: &[u8]) -> Result<bool> {
        Ok(false)
    }

    fn delete_range(&mut self, _: &Partition, _: KeyRange<'_>) -> Result<u64> {
        Ok(0)
    }
}

/// A snapshot whose keys come the wrong way round.
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

only_scans!(Discarding<'_>, Vec::new(), |_this, _visit| Ok(()));

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
