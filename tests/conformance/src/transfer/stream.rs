//! Streams in the format that the documentation of [`keyloft::transfer`] describes, made without the library.

use twox_hash::XxHash3_128;

/// The records of a stream.
#[derive(Clone, Default)]
pub(super) struct Content {
    bytes: Vec<u8>,
    totals: [u64; 3],
}

impl Content {
    pub(super) fn partition(self, name: &[u8]) -> Self {
        let len = u16::try_from(name.len()).unwrap();
        let mut content = self.raw(&[1]).raw(&len.to_le_bytes()).raw(name);
        content.totals[0] += 1;
        content
    }

    pub(super) fn entry(self, key: &[u8], value: &[u8]) -> Self {
        let lens = (u16::try_from(key.len()).unwrap(), u32::try_from(value.len()).unwrap());
        let mut content = self.entry_of(lens.0, lens.1).raw(key).raw(value);
        content.totals[1] += 1;
        content.totals[2] += u64::from(lens.0) + u64::from(lens.1);
        content
    }

    /// Adds the lengths of an entry, without its bytes.
    pub(super) fn entry_of(self, key_len: u16, value_len: u32) -> Self {
        self.raw(&[2]).raw(&key_len.to_le_bytes()).raw(&value_len.to_le_bytes())
    }

    pub(super) fn raw(mut self, bytes: &[u8]) -> Self {
        self.bytes.extend_from_slice(bytes);
        self
    }

    /// Adds to the totals of partitions, entries and bytes, without adding records.
    pub(super) fn with_more(mut self, more: [u64; 3]) -> Self {
        for (total, more) in self.totals.iter_mut().zip(more) {
            *total += more;
        }
        self
    }

    /// Returns the complete stream, with the right digests.
    pub(super) fn stream(&self) -> Vec<u8> {
        let mut stream = b"\x89KLOFT\r\n\x02\0\0\0".to_vec();
        let mut end = 0;
        for block in self.bytes.chunks(1 << 16) {
            end += block.len();
            let digest = XxHash3_128::oneshot(&self.bytes[..end]);
            stream.extend(u32::try_from(block.len()).unwrap().to_le_bytes());
            stream.extend(block);
            stream.extend(digest.to_le_bytes());
        }
        stream.extend([0; 4]);
        stream.extend(self.totals.iter().flat_map(|total| total.to_le_bytes()));
        stream
    }
}
