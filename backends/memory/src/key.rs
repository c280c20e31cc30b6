//! [`Key`]: a key's bytes, kept in place if they are few.

use std::sync::Arc;

/// What is kept in place. A search that finds the bytes in the node itself, and not behind a pointer, is the faster
/// one; ids, UUIDs in text included, are hardly ever longer.
const IN_PLACE: usize = 38;

/// A key's bytes.
#[derive(Clone)]
pub(crate) enum Key {
    Short { len: u8, bytes: [u8; IN_PLACE] },
    Long(Arc<[u8]>),
}

impl Key {
    pub(crate) fn is_short(&self) -> bool {
        matches!(self, Self::Short { .. })
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Short { len, bytes } => bytes.get(..usize::from(*len)).unwrap_or(bytes),
            Self::Long(bytes) => bytes,
        }
    }
}

impl From<&[u8]> for Key {
    fn from(key: &[u8]) -> Self {
        let mut bytes = [0; IN_PLACE];
        match (u8::try_from(key.len()), bytes.get_mut(..key.len())) {
            (Ok(len), Some(place)) => {
                place.copy_from_slice(key);
                Self::Short { len, bytes }
            }
            _ => Self::Long(key.into()),
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
    use super::{IN_PLACE, Key};

    #[test]
    fn both_forms_keep_the_bytes() {
        let mut keys: Vec<Vec<u8>> = vec![vec![], vec![0], vec![0, 0], vec![0xFF]];
        for len in IN_PLACE - 1..=IN_PLACE + 2 {
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
