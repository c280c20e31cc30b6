//! The same calls write the same bytes on every backend and every target.

use std::ops::ControlFlow;
use std::sync::Arc;

use keyloft::backend::{Direction, KeyRange};
use keyloft::layers::Scoped;
use keyloft::prelude::*;
use keyloft_memory::MemoryBackend;
use keyloft_redb::RedbBackend;
use serde::{Deserialize, Serialize};

use crate::every_target;

type Dump = Vec<(String, Vec<(Vec<u8>, Vec<u8>)>)>;

/// The FNV-1a of everything that `fill` writes into tables. If it changes, the bytes of somebody's data change.
const DIGEST: u64 = 0xFC12_9AE9_EE13_03E4;
/// The FNV-1a of the catalog. If it changes, the definitions of somebody's tables can't be read.
const CATALOG_DIGEST: u64 = 0x69DF_6710_9E2C_A61B;

#[every_target]
fn all_backends_hold_the_same_bytes() {
    let memory = dump_of(MemoryBackend::new());
    assert!(memory.iter().map(|(_, entries)| entries.len()).sum::<usize>() > 2_000);
    assert!(memory == dump_of(RedbBackend::in_memory().unwrap()), "redb holds the same");
    // A scope hides its prefix in the names of partitions.
    let scoped = Scoped::new(RedbBackend::in_memory().unwrap(), "a/b");
    assert!(memory == dump_of(scoped), "a scope holds the same");
    let (catalog, data): (Dump, Dump) =
        memory.into_iter().partition(|(partition, _)| partition == "system_catalog");
    assert_eq!(digest(&data), DIGEST, "a digest of {:#018x}", digest(&data));
    assert_eq!(digest(&catalog), CATALOG_DIGEST, "a digest of {:#018x}", digest(&catalog));
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Reading {
    sensor: String,
    at: i64,
    value: f64,
    unit: Option<String>,
    raw: Vec<u8>,
}

const SENSOR: Index<Reading, (String, i64)> =
    Index::new("sensor", |reading| Some((reading.sensor.clone(), reading.at)));
const RAW: UniqueIndex<Reading, Vec<u8>> = UniqueIndex::new("raw", |reading| Some(reading.raw.clone()));

fn fill(backend: Arc<dyn StorageBackend>) {
    let schema = Schema::new("readings").index(SENSOR).index(RAW);
    let readings = Table::<UserRowId, Reading>::with_schema(backend.clone(), schema);
    let many: Vec<_> = (0..1_000_u32).map(reading).collect();
    readings.put_many(&many).unwrap();
    readings.delete_prefix(&UserRowId::prefix(&UserId::new("user:7"))).unwrap();
    for (key, _) in many.iter().step_by(9) {
        let _ = readings.update(key, |reading| {
            reading.at -= 1_000_000;
            reading.value *= 1.1;
            Ok(())
        });
    }
    let of_sensor = Prefix::<(String, i64)>::of(&"sensor 3".to_owned());
    let latest: Vec<_> =
        readings.iter_by(&SENSOR, Query::prefix(of_sensor).reverse().limit(20)).unwrap().collect();
    let latest_store = Table::<(u64, UserRowId), Reading>::new(backend, "latest");
    for (place, entry) in (0..).zip(latest) {
        let (key, reading) = entry.unwrap();
        latest_store.insert(&(place, key), &reading).unwrap();
    }
}

fn reading(number: u32) -> (UserRowId, Reading) {
    let mixed = number.wrapping_mul(2_654_435_761);
    let reading = Reading {
        sensor: format!("sensor {}", mixed % 7),
        at: i64::from(mixed) - i64::from(u32::MAX / 2),
        value: f64::from(mixed) / 3.0,
        unit: mixed.is_multiple_of(3).then(|| "°C".to_owned()),
        raw: mixed.to_le_bytes().to_vec(),
    };
    (UserRowId::new(UserId::new(format!("user:{}", mixed % 11)), number.to_be_bytes()), reading)
}

fn dump_of(backend: impl StorageBackend + 'static) -> Dump {
    let backend: Arc<dyn StorageBackend> = Arc::new(backend);
    fill(Arc::clone(&backend));
    let partitions = backend.partitions().unwrap();
    let entries = |partition| {
        let mut entries = Vec::new();
        let visit = &mut |key: &[u8], value: &[u8]| {
            entries.push((key.to_vec(), value.to_vec()));
            ControlFlow::Continue(())
        };
        backend.scan(partition, KeyRange::ALL, Direction::Forward, visit).unwrap();
        entries
    };
    partitions.iter().map(|partition| (partition.as_str().to_owned(), entries(partition))).collect()
}

fn digest(dump: &Dump) -> u64 {
    let mut hash = 0xCBF2_9CE4_8422_2325_u64;
    let mut feed = |bytes: &[u8]| {
        let len = u64::try_from(bytes.len()).unwrap().to_le_bytes();
        for byte in len.iter().chain(bytes) {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3);
        }
    };
    for (partition, entries) in dump {
        feed(partition.as_bytes());
        for (key, value) in entries {
            feed(key);
            feed(value);
        }
    }
    hash
}
