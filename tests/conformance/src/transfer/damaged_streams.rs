//! Damaged streams are refused, and the target does not change.

use std::sync::Arc;

use keyloft::{StorageBackend, transfer};

use super::{export, filled};
use crate::Fixture;
use crate::reading::{Entries, Reading};
use crate::writing::Commit;

pub(crate) fn every_cut_is_refused(fixture: &dyn Fixture) {
    let target = Target::of(fixture);
    let stream = export(&filled(fixture));
    for len in 0..stream.len() {
        target.refuses(&stream[..len], &format!("cut after {len} bytes"));
    }
    target.takes(&stream);
}

pub(crate) fn every_flipped_bit_is_refused(fixture: &dyn Fixture) {
    let target = Target::of(fixture);
    let mut stream = export(&filled(fixture));
    for place in 0..stream.len() {
        for bit in 0..8 {
            stream[place] ^= 1 << bit;
            target.refuses(&stream, &format!("bit {bit} of byte {place} flipped"));
            stream[place] ^= 1 << bit;
        }
    }
    target.takes(&stream);
}

pub(crate) fn every_removed_or_doubled_byte_is_refused(fixture: &dyn Fixture) {
    let target = Target::of(fixture);
    let stream = export(&filled(fixture));
    for place in 0..stream.len() {
        let (before, after) = stream.split_at(place);
        target.refuses(&[before, &after[1..]].concat(), &format!("byte {place} left out"));
        target.refuses(&[before, &after[..1], after].concat(), &format!("byte {place} doubled"));
    }
}

pub(crate) fn anything_after_the_end_is_refused(fixture: &dyn Fixture) {
    let target = Target::of(fixture);
    let stream = export(&filled(fixture));
    for tail in [b"\0".as_slice(), b"\n", &[0; 28], &stream] {
        target.refuses(&[&stream, tail].concat(), &format!("followed by {} bytes", tail.len()));
    }
}

pub(crate) fn blocks_of_another_stream_are_refused(fixture: &dyn Fixture) {
    let of = |byte: u8| {
        let backend = fixture.open();
        backend.put_one("long", b"k", &vec![byte; 150_000]);
        export(&backend)
    };
    let target = Target::of(fixture);
    let (one, other) = (of(1), of(2));
    let block = 4 + (1 << 16) + 16;
    for place in [12, 12 + block] {
        let mut mixed = one.clone();
        mixed[place..place + block].copy_from_slice(&other[place..place + block]);
        target.refuses(&mixed, &format!("with a block of another at {place}"));
    }
    target.takes(&one);
}

/// Returns a backend with data, which no refused stream may change.
struct Target {
    backend: Arc<dyn StorageBackend>,
    before: Vec<(String, Entries)>,
}

impl Target {
    fn of(fixture: &dyn Fixture) -> Self {
        let backend = fixture.open();
        backend.put_one("users", b"alice", b"of before");
        backend.put_one("kept", b"k", b"v");
        let before = backend.dump();
        Self { backend, before }
    }

    #[track_caller]
    fn refuses(&self, stream: &[u8], what: &str) {
        match transfer::import_replacing(&self.backend, || Ok(stream)) {
            Err(error) => assert_eq!(error.code(), "InvalidStream", "{what}"),
            Ok(_) => panic!("a stream {what} was imported"),
        }
        assert_eq!(self.backend.dump(), self.before, "{what}");
    }

    /// Checks that the undamaged stream is accepted.
    #[track_caller]
    fn takes(&self, stream: &[u8]) {
        transfer::import_replacing(&self.backend, || Ok(stream)).unwrap();
        assert_ne!(self.backend.dump(), self.before);
    }
}
