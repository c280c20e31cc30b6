//! [`Crash`]: the bytes that a loss of power leaves, of the operations that no sync has made durable.

use std::ops::Range;

use super::Op;
use crate::random::Random;

/// The unit that a disk writes whole.
const SECTOR: usize = 512;

/// The kinds of crashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Crash {
    /// Nothing of it is on the disk.
    Nothing,
    /// All of it is.
    All,
    /// The first operations are.
    First,
    /// All but one are.
    AllButOne,
    /// Some are, in their order.
    Some,
    /// Some are, in any order.
    AnyOrder,
    /// Some are, and writes among them are torn between sectors.
    Torn,
    /// Only the writes to the first page are.
    HeaderAlone,
}

impl Crash {
    pub(crate) const ALL: [Self; 8] = [
        Self::Nothing,
        Self::All,
        Self::First,
        Self::AllButOne,
        Self::Some,
        Self::AnyOrder,
        Self::Torn,
        Self::HeaderAlone,
    ];
}

/// Returns the operations that reach the disk, of those since the last sync, in the order in which they do.
pub(crate) fn selection(crash: Crash, pending: &[Op], random: &mut Random) -> Vec<Op> {
    let mut kept: Vec<Op> = match crash {
        Crash::Nothing => Vec::new(),
        Crash::All => pending.to_vec(),
        Crash::First => pending.iter().take(random.index(pending.len() + 1)).cloned().collect(),
        Crash::AllButOne => {
            let lost = random.index(pending.len());
            let kept = pending.iter().enumerate().filter(|(place, _)| *place != lost);
            kept.map(|(_, op)| op.clone()).collect()
        }
        Crash::HeaderAlone => {
            let is_header = |op: &&Op| matches!(op, Op::Write { offset: 0..4096, .. });
            pending.iter().filter(is_header).cloned().collect()
        }
        Crash::Some | Crash::AnyOrder | Crash::Torn => {
            let of = 2 + random.below(3);
            pending.iter().filter(|_| !random.one_in(of)).cloned().collect()
        }
    };
    if crash == Crash::AnyOrder {
        random.shuffle(&mut kept);
    }
    if crash == Crash::Torn {
        kept = kept.into_iter().map(|op| torn(op, random)).collect();
    }
    kept
}

/// Tears a write between two of its sectors, half of the time: its beginning or its end is written.
fn torn(op: Op, random: &mut Random) -> Op {
    let Op::Write { offset, data } = &op else { return op };
    let sectors = data.len() / SECTOR;
    if sectors < 2 || random.one_in(2) {
        return op;
    }
    let cut = (1 + random.index(sectors - 1)) * SECTOR;
    let (kept, offset): (Range<usize>, usize) =
        if random.one_in(2) { (0..cut, *offset) } else { (cut..data.len(), offset + cut) };
    match data.get(kept) {
        Some(part) => Op::Write { offset, data: part.into() },
        None => op,
    }
}

/// Applies operations to an image. A write beyond the end, whose length was lost, is lost too.
pub(crate) fn apply<'a>(image: &mut Vec<u8>, ops: impl IntoIterator<Item = &'a Op>) {
    for op in ops {
        match op {
            Op::Sync => {}
            Op::Length(len) => image.resize(*len, 0),
            Op::Write { offset, data } => {
                let end = image.len().min(offset + data.len());
                if let Some(place) = image.get_mut(*offset..end) {
                    place.copy_from_slice(data.get(..place.len()).unwrap_or_default());
                }
            }
        }
    }
}
