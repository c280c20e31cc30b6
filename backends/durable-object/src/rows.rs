//! [`Rows`]: a page of entries in one buffer.

/// The length that stands for a value that is left out.
const LEFT_OUT: u32 = u32::MAX;

/// The number of the digits of a length.
const DIGITS: usize = 8;

/// A page of entries, one after the other in one buffer, so that a page costs one call of the runtime.
///
/// An entry is the length of its key and the length of its value, eight hexadecimal digits each, then the key and the value.
/// SQLite can write them so. The length `ffffffff` stands for a value that is left out.
#[derive(Debug, Default)]
pub struct Rows {
    bytes: Vec<u8>,
    /// The position of the first entry.
    start: usize,
    len: u32,
}

impl Rows {
    /// Adds an entry. `None` is a value that is left out, because the page would be too large with it. The backend gets it with
    /// [`ObjectStorage::get`](crate::ObjectStorage::get) when it needs it.
    pub fn push(&mut self, key: &[u8], value: Option<&[u8]>) {
        let len = |bytes: &[u8]| u32::try_from(bytes.len()).unwrap_or(LEFT_OUT);
        let lens = format!("{:08x}{:08x}", len(key), value.map_or(LEFT_OUT, len));
        self.bytes.extend_from_slice(lens.as_bytes());
        self.bytes.extend_from_slice(key);
        self.bytes.extend_from_slice(value.unwrap_or_default());
        self.len += 1;
    }

    /// Returns the number of entries.
    pub fn len(&self) -> u32 {
        self.len
    }

    /// Returns `true` if there is no entry.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Returns how many entries of the average size of these take this many bytes.
    pub(crate) fn fitting(&self, bytes: usize) -> u32 {
        let entries = usize::try_from(self.len).unwrap_or(usize::MAX).saturating_mul(bytes);
        u32::try_from(entries.checked_div(self.bytes.len()).unwrap_or(bytes)).unwrap_or(u32::MAX)
    }

    /// Returns the entries in a buffer, which their number precedes. Returns `None` if it is missing.
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    pub(crate) fn packed(bytes: Vec<u8>) -> Option<Self> {
        let len = number(*bytes.first_chunk()?)?;
        Some(Self { bytes, start: DIGITS, len })
    }

    pub(crate) fn entries(&self) -> Iter<'_> {
        Iter { rest: self.bytes.get(self.start..).unwrap_or_default() }
    }
}

/// Returns the number that the digits stand for.
fn number(digits: [u8; DIGITS]) -> Option<u32> {
    digits.iter().try_fold(0, |number, digit| Some(number << 4 | char::from(*digit).to_digit(16)?))
}

/// The entries of a page: keys, and values that are not left out.
pub(crate) struct Iter<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Iter<'a> {
    type Item = (&'a [u8], Option<&'a [u8]>);

    fn next(&mut self) -> Option<Self::Item> {
        let (key_len, rest) = self.rest.split_first_chunk()?;
        let (value_len, rest) = rest.split_first_chunk()?;
        let (key, rest) = rest.split_at_checked(usize::try_from(number(*key_len)?).ok()?)?;
        let value_len = number(*value_len)?;
        if value_len == LEFT_OUT {
            self.rest = rest;
            return Some((key, None));
        }
        let (value, rest) = rest.split_at_checked(usize::try_from(value_len).ok()?)?;
        self.rest = rest;
        Some((key, Some(value)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_read_back() {
        let entries = [(&b"a"[..], Some(&b"1"[..])), (b"", Some(b"")), (b"large", None), (b"z", Some(b"2"))];
        let mut rows = Rows::default();
        for (key, value) in entries {
            rows.push(key, value);
        }
        assert_eq!(rows.len(), 4);
        assert_eq!(rows.entries().collect::<Vec<_>>(), entries);
    }
}
