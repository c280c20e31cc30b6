//! [`Vector`]: a value with its bytes.

type ReadsBack = Box<dyn Fn(&[u8]) -> bool>;

/// A value with its bytes.
pub(super) struct Vector {
    /// The kind and the name.
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
    /// Returns true if the bytes are read back as the value.
    pub(super) reads_back: ReadsBack,
}

impl Vector {
    pub(super) fn new(
        kind: &str,
        name: &str,
        bytes: Vec<u8>,
        reads_back: impl Fn(&[u8]) -> bool + 'static,
    ) -> Self {
        assert!(!name.contains(char::is_whitespace), "`{name}` would not be one word");
        Self { name: format!("{kind} {name}"), bytes, reads_back: Box::new(reads_back) }
    }
}

pub(super) fn to_hex(bytes: &[u8]) -> String {
    if bytes.is_empty() { "-".to_owned() } else { hex::encode(bytes) }
}

pub(super) fn from_hex(hex: &str) -> Vec<u8> {
    if hex == "-" { Vec::new() } else { hex::decode(hex).unwrap() }
}
