//! Composite keys and their prefixes: one table, several ways to read a part of it.
//!
//! Run it with `cargo run --package keyloft --example composite_keys`.

use std::sync::Arc;

use keyloft::prelude::*;
use keyloft_memory::MemoryBackend;
use serde::{Deserialize, Serialize};

/// The key of a measurement. Keys are ordered by the first field, then the second, then the third.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, StorageKey)]
struct Reading {
    building: String,
    sensor: u16,
    at: i64,
}

/// A measurement, which does not contain its key.
#[derive(Serialize, Deserialize, Entity)]
#[table(name = "measurements", key = Reading)]
struct Measurement {
    celsius: f64,
}

/// A visit, whose key has two fields: it is a tuple.
#[derive(Serialize, Deserialize, Entity)]
#[table(name = "visits")]
struct Visit {
    #[key]
    user: UserId,
    #[key]
    at: i64,
    page: String,
}

fn reading(building: &str, sensor: u16, at: i64) -> Reading {
    Reading { building: building.to_owned(), sensor, at }
}

fn main() -> Result<()> {
    let backend = Arc::new(MemoryBackend::new());
    let measurements = Measurement::table(backend.clone());
    measurements.put_many(&[
        (reading("attic", 7, 2_000), Measurement { celsius: 21.5 }),
        (reading("attic", 7, -1_000), Measurement { celsius: 19.0 }),
        (reading("attic", 7, 1_000), Measurement { celsius: 20.5 }),
        (reading("attic", 12, 1_000), Measurement { celsius: 18.0 }),
        (reading("attic2", 7, 1_000), Measurement { celsius: 3.0 }),
    ])?;

    // A prefix consists of whole fields, so `attic` never matches `attic2`.
    let of_building = measurements.scan_prefix(&Reading::prefix("attic"))?;
    assert_eq!(of_building.len(), 4);

    // Two fields select one sensor. Numbers are in numeric order, negative ones first.
    let of_sensor = measurements.scan_prefix(&Reading::prefix(("attic", &7)))?;
    let times: Vec<i64> = of_sensor.iter().map(|(key, _)| key.at).collect();
    assert_eq!(times, [-1_000, 1_000, 2_000]);

    // A range within the prefix, and its newest entry.
    let since = Query::range(reading("attic", 7, 0)..).within(Reading::prefix(("attic", &7)));
    let mut newest = measurements.iter(since.clone().reverse().limit(1))?;
    let (key, Measurement { celsius }) = newest.next().transpose()?.ok_or(ErrorKind::Aborted)?;
    println!("{} measurements since 0, the last at {}: {celsius} °C", measurements.count_in(since)?, key.at);
    assert_eq!((key.at, celsius), (2_000, 21.5));

    // Tuples are keys too, with the same prefixes.
    let visits = Visit::table(backend);
    visits.save(&Visit { user: "bob".into(), at: 1, page: "home".into() })?;
    visits.save(&Visit { user: "bobby".into(), at: 1, page: "news".into() })?;
    assert_eq!(visits.get(&("bob".into(), 1))?.map(|visit| visit.page), Some("home".to_owned()));
    assert_eq!(visits.count_in(Prefix::of("bob"))?, 1);

    // `delete_prefix` deletes the entities that a prefix selects.
    let deleted = measurements.delete_prefix(&Reading::prefix("attic"))?;
    println!("{deleted} measurements of the attic deleted, {} left", measurements.count()?);
    assert_eq!((deleted, measurements.count()?), (4, 1));
    Ok(())
}
