//! Makes the database that the README and the tests look into: `cargo run -p keyloft-cli --example samples -- samples.redb`.

use std::sync::Arc;

use keyloft::prelude::*;
use keyloft_redb::RedbBackend;
use serde::{Deserialize, Serialize};

/// A measured temperature.
#[derive(Serialize, Deserialize, Entity)]
#[table(name = "samples")]
struct Sample {
    #[key]
    device: String,
    #[key]
    at: i64,
    celsius: f64,
    #[index(each)]
    tags: Vec<String>,
}

/// A device that measures.
#[derive(Serialize, Deserialize, Entity)]
#[table(name = "devices")]
struct Device {
    #[key]
    name: String,
    #[unique]
    serial: u32,
    room: Option<String>,
}

fn main() -> Result<()> {
    let path = std::env::args().nth(1).unwrap_or_else(|| "samples.redb".into());
    fill(Arc::new(RedbBackend::create_new(path)?))
}

/// Stores three devices, and the samples of a day.
pub(crate) fn fill(backend: Arc<dyn StorageBackend>) -> Result<()> {
    let devices = Device::table(Arc::clone(&backend));
    for (place, name) in (1_000..).zip(["attic", "attic2", "cellar"]) {
        let room = (name != "cellar").then(|| "under the roof".to_owned());
        devices.save(&Device { name: name.into(), serial: place, room })?;
    }
    let mut samples = Vec::new();
    for device in ["attic", "cellar"] {
        for hour in 0_i32..24 {
            let celsius = if device == "attic" { 21.5 + f64::from(hour) / 4.0 } else { 12.0 };
            let tags = if celsius > 25.0 { vec!["hot".to_owned()] } else { Vec::new() };
            let at = 1_764_547_200_000 + i64::from(hour) * 3_600_000;
            samples.push(Sample { device: device.into(), at, celsius, tags });
        }
    }
    Sample::table(backend).save_many(&samples)
}
