//! The mending of a journal whose last transaction is torn.
//!
//! A power loss can keep the end of a record and lose pages before it, because a disk writes the pages of one sync in any order.
//! fjall discards a record without an end, but refuses to open a journal with a record whose checksum is wrong, although that
//! transaction was never acknowledged. If it is the last one, it is cut off here. If others follow it, the journal is damaged,
//! and fjall's refusal stands.
//!
//! A record is a start, with the number of its items; the items; and an end, with their checksum.

use std::fs::{self, File};
use std::hash::Hasher as _;
use std::io::{self, BufReader, ErrorKind, Read};
use std::path::{Path, PathBuf};

use twox_hash::xxhash3_64::Hasher;

const START: u8 = 1;
const ITEM: u8 = 2;
const END: u8 = 3;
const CLEAR: u8 = 4;
/// The bytes after the checksum of an end.
const TRAILER: &[u8] = b"FJL\x03";

/// Cuts off the last record of the newest journal, if it is torn. Returns `true` if it was.
pub(crate) fn mend(folder: &Path) -> io::Result<bool> {
    let Some(path) = newest(folder)? else { return Ok(false) };
    let Some(len) = len_without_torn(&path)? else { return Ok(false) };
    let journal = File::options().write(true).open(&path)?;
    journal.set_len(len)?;
    journal.sync_all()?;
    Ok(true)
}

/// Returns the journal with the highest number. Others were synced before it was begun.
fn newest(folder: &Path) -> io::Result<Option<PathBuf>> {
    let mut newest = None;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        let number =
            name.and_then(|name| name.strip_suffix(".jnl")).and_then(|number| number.parse::<u64>().ok());
        newest = newest.max(number.map(|number| (number, path)));
    }
    Ok(newest.map(|(_, path)| path))
}

/// Returns the length of the records before the last one, if that one is torn.
fn len_without_torn(path: &Path) -> io::Result<Option<u64>> {
    let mut records = Records { reader: BufReader::new(File::open(path)?), position: 0 };
    let mut torn_at = None;
    loop {
        let begin = records.position;
        match records.next() {
            Ok(Record::Whole) if torn_at.is_some() => return Ok(None),
            Ok(Record::Whole) => {}
            Ok(Record::Broken) => torn_at = torn_at.or(Some(begin)),
            Ok(Record::Other) => return Ok(torn_at),
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(torn_at),
            Err(error) => return Err(error),
        }
    }
}

enum Record {
    Whole,
    /// It has an end, but another number of items or another checksum.
    Broken,
    /// Something that fjall ends its reading at.
    Other,
}

struct Records {
    reader: BufReader<File>,
    position: u64,
}

impl Records {
    fn next(&mut self) -> io::Result<Record> {
        let mut items = Hasher::new();
        if self.take::<1>(None)? != [START] {
            return Ok(Record::Other);
        }
        let expected = u32::from_le_bytes(self.take(None)?);
        let _number: [u8; 8] = self.take(None)?;
        let mut count = 0;
        loop {
            let [tag] = self.take(None)?;
            match tag {
                ITEM => self.item(&mut items)?,
                CLEAR => {
                    items.write(&[tag]);
                    let _keyspace: [u8; 8] = self.take(Some(&mut items))?;
                }
                END => {
                    let checksum = u64::from_le_bytes(self.take(None)?);
                    let trailer: [u8; TRAILER.len()] = self.take(None)?;
                    return Ok(match (trailer == *TRAILER, count == expected, checksum == items.finish()) {
                        (false, _, _) => Record::Other,
                        (true, true, true) => Record::Whole,
                        (true, _, _) => Record::Broken,
                    });
                }
                _ => return Ok(Record::Other),
            }
            count += 1;
        }
    }

    /// Reads the rest of an item: two bytes, the number of the keyspace, the length of the key, that of the value twice, the
    /// key, the value.
    fn item(&mut self, items: &mut Hasher) -> io::Result<()> {
        items.write(&[ITEM]);
        let _kinds: [u8; 2] = self.take(Some(items))?;
        let _keyspace: [u8; 8] = self.take(Some(items))?;
        let key = u16::from_le_bytes(self.take(Some(items))?);
        let _value: [u8; 4] = self.take(Some(items))?;
        let stored = u32::from_le_bytes(self.take(Some(items))?);
        let mut left = u64::from(key) + u64::from(stored);
        let mut bytes = [0; 4096];
        while left > 0 {
            let len = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
            let part = bytes.get_mut(..len).unwrap_or_default();
            self.reader.read_exact(part)?;
            items.write(part);
            let read = u64::try_from(len).unwrap_or(left);
            left -= read;
            self.position += read;
        }
        Ok(())
    }

    fn take<const N: usize>(&mut self, items: Option<&mut Hasher>) -> io::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.reader.read_exact(&mut bytes)?;
        self.position = self.position.saturating_add(u64::try_from(N).unwrap_or(u64::MAX));
        if let Some(items) = items {
            items.write(&bytes);
        }
        Ok(bytes)
    }
}
