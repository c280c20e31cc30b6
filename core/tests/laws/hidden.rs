//! The laws of hidden rows: writes treat them as all others.

use std::ops::ControlFlow;
use std::sync::Arc;

use keyloft::backend::{Direction, KeyRange};
use keyloft::prelude::*;
use keyloft::store::{Sight, Visibility};
use keyloft::value::Envelope;
use keyloft_memory::MemoryBackend;
use proptest::prelude::*;

const VALUE: UniqueIndex<u8, u8> = UniqueIndex::new("value", |value| Some(*value));
const HALF: Index<u8, u8> = Index::new("half", |value| Some(*value / 2));

/// Hides rows by their last byte, and from every sight.
struct HidesOdd;

impl Visibility for HidesOdd {
    fn is_visible(&self, row: Envelope<'_>, _: Sight) -> bool {
        row.payload.last().is_none_or(|last| last % 2 == 0)
    }
}

#[derive(Clone, Debug)]
enum Write {
    Put(u8, u8),
    Delete(u8),
    DeleteBy(u8),
    DeleteAll,
}

impl Write {
    fn any() -> impl Strategy<Value = Self> {
        prop_oneof![
            6 => (0..4_u8, 0..6_u8).prop_map(|(key, value)| Self::Put(key, value)),
            2 => (0..4_u8).prop_map(Self::Delete),
            1 => (0..3_u8).prop_map(Self::DeleteBy),
            1 => Just(Self::DeleteAll),
        ]
    }

    /// Returns the result in a form that can be compared.
    fn run(&self, table: &Table<u8, u8>) -> Result<u64, &'static str> {
        let done = match self {
            Self::Put(key, value) => table.put(key, value).map(|()| 0),
            Self::Delete(key) => table.delete(key).map(u64::from),
            Self::DeleteBy(half) => table.delete_by(&HALF, Query::exactly(half)),
            Self::DeleteAll => table.delete_all(),
        };
        done.map_err(|error| error.code())
    }
}

/// Returns every stored entry, those of the indexes too.
fn entries(table: &Table<u8, u8>) -> Vec<(String, Vec<u8>, Vec<u8>)> {
    let mut entries = Vec::new();
    for partition in table.backend().partitions().unwrap() {
        let mut visit = |key: &[u8], value: &[u8]| {
            entries.push((partition.to_string(), key.to_vec(), value.to_vec()));
            ControlFlow::Continue(())
        };
        table.backend().scan(&partition, KeyRange::ALL, Direction::Forward, &mut visit).unwrap();
    }
    entries
}

proptest! {
    /// A put that didn't see the row that it replaces would leave the row's index entries behind.
    #[test]
    fn writes_do_not_depend_on_the_visibility(writes in prop::collection::vec(Write::any(), 0..24)) {
        let schema = || Schema::<u8, u8>::new("rows").index(VALUE).index(HALF);
        let all = Table::with_schema(Arc::new(MemoryBackend::new()), schema());
        let some = Table::with_schema(Arc::new(MemoryBackend::new()), schema().visibility(HidesOdd));
        for write in &writes {
            prop_assert_eq!(write.run(&all), write.run(&some), "{:?}", write);
            prop_assert_eq!(entries(&all), entries(&some), "{:?}", write);
        }
        prop_assert_eq!(some.verify().unwrap(), []);
    }
}
