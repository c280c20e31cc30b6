//! Composite keys and their prefixes: one table, several ways to read a part of it.
//!
//! Run it with `cargo run --package keyloft --example composite_keys`.

use std::sync::Arc;

use keyloft::prelude::*;
use keyloft_memory::MemoryBackend;

/// The key of a measurement. Keys are ordered by the first field, then the second, then the third.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, StorageKey)]
struct Reading {
    building: String,
    sensor: u16,
    at: i64,
}

fn reading(building: &str, sensor: u16, at: i64) -> Reading {
    Reading { building: building.to_owned(), sensor, at }
}

fn main() -> Result<()> {
    let readings = Table::<Reading, f64>::new(Arc::new(MemoryBackend::new()), "readings");
    readings.put_many(&[
        (reading("attic", 7, 2_000), 21.5),
        (reading("attic", 7, -1_000), 19.0),
        (reading("attic", 7, 1_000), 20.5),
        (reading("attic", 12, 1_000), 18.0),
        (reading("attic2", 7, 1_000), 3.0),
    ])?;

    // A prefix consists of whole fields, so `attic` never matches `attic2`.
    let of_building = readings.scan_prefix(&Reading::prefix("attic"))?;
    assert_eq!(of_building.len(), 4);

    // Two fields select one sensor. Numbers are in numeric order, negative ones first.
    let of_sensor = readings.scan_prefix(&Reading::prefix(("attic", &7)))?;
    let times: Vec<i64> = of_sensor.iter().map(|(key, _)| key.at).collect();
    assert_eq!(times, [-1_000, 1_000, 2_000]);

    // A range within the prefix, and its newest entry.
    let since = Query::range(reading("attic", 7, 0)..).within(Reading::prefix(("attic", &7)));
    let mut newest = readings.iter(since.clone().reverse().limit(1))?;
    let (key, celsius) = newest.next().transpose()?.ok_or(Error::Aborted)?;
    println!("{} readings since 0, the last at {}: {celsius} °C", readings.count_in(since)?, key.at);
    assert_eq!((key.at, celsius), (2_000, 21.5));

    // Tuples are keys too, with the same prefixes.
    let visits = Table::<(UserId, i64), String>::new(Arc::new(MemoryBackend::new()), "visits");
    visits.put(&("bob".into(), 1), &"home".to_owned())?;
    visits.put(&("bobby".into(), 1), &"news".to_owned())?;
    assert_eq!(visits.count_in(Prefix::of("bob"))?, 1);

    // `delete_prefix` deletes the entities that a prefix selects.
    let deleted = readings.delete_prefix(&Reading::prefix("attic"))?;
    println!("{deleted} readings of the attic deleted, {} left", readings.count()?);
    assert_eq!((deleted, readings.count()?), (4, 1));
    Ok(())
}
