//! [`Key`]: the bytes of a key. A short key is inline.

use std::sync::Arc;

/// The most bytes that are kept inline. They make a [`Key`] 40 bytes long.
///
/// A search is faster if the bytes are in the node and not behind a pointer. Most ids fit, and so do UUIDs in text
/// form.
const INLINE_LEN: usize = 38;

/// The bytes of a key.
#[derive(Clone)]
pub(crate) enum Key {
    Inline { len: u8, bytes: [u8; INLINE_LEN] },
    Shared(Arc<[u8]>),
}

impl Key {
    pub(crate) fn is_inline(&self) -> bool {
        matches!(self, Self::Inline { .. })
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Inline { len, bytes } => bytes.get(..usize::from(*len)).unwrap_or(bytes),
            Self::Shared(bytes) => bytes,
        }
    }
}

impl From<&[u8]> for Key {
    fn from(key: &[u8]) -> Self {
        let mut bytes = [0; INLINE_LEN];
        match (u8::try_from(key.len()), bytes.get_mut(..key.len())) {
            (Ok(len), Some(inline)) => {
                inline.copy_from_slice(key);
                Self::Inline { len, bytes }
            }
            _ => Self::Shared(key.into()),
        }
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::{INLINE_LEN, Key};

    #[test]
    fn inline_and_shared_keys_keep_their_bytes() {
        let mut keys: Vec<Vec<u8>> = vec![vec![], vec![0], vec![0, 0], vec![0xFF]];
        for len in INLINE_LEN - 1..=INLINE_LEN + 2 {
            keys.extend([vec![7; len], [vec![7; len - 1], vec![8]].concat()]);
        }
        for a in &keys {
            assert_eq!(Key::from(a.as_slice()).as_bytes(), a);
            for b in &keys {
                assert_eq!(Key::from(a.as_slice()) == Key::from(b.as_slice()), a == b);
            }
        }
    }
}
