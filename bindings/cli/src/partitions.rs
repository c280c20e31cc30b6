//! The sizes of partitions.

use std::ops::ControlFlow;

use keyloft::backend::{Direction, KeyRange, Partition, Read};

use crate::failure::Result;

/// The entries of a partition and their bytes.
#[derive(Clone, Copy, Default)]
pub(crate) struct Size {
    pub(crate) entries: u64,
    pub(crate) bytes: u64,
}

impl std::ops::AddAssign for Size {
    fn add_assign(&mut self, other: Self) {
        self.entries += other.entries;
        self.bytes += other.bytes;
    }
}

/// Measures a partition by reading it.
pub(crate) fn size(reader: &dyn Read, partition: &Partition) -> Result<Size> {
    let mut size = Size::default();
    reader.scan(partition, KeyRange::ALL, Direction::Forward, &mut |key, value| {
        size.entries += 1;
        size.bytes += u64::try_from(key.len() + value.len()).unwrap_or(u64::MAX);
        ControlFlow::Continue(())
    })?;
    Ok(size)
}
