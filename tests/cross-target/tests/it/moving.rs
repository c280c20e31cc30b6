//! A database that moves from one backend to another and back.

use keyloft::prelude::*;
use keyloft::transfer;
use keyloft_conformance::Fixture;
use keyloft_memory::MemoryBackend;

use crate::every_target;
#[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
use crate::on_files::RedbOnFiles;
use crate::over_redb::Redb;

/// The digest of the database below on every backend and every target.
const DIGEST: &str = "0b994fc25cd609f879f41e289590f699";

const NUMBER: UniqueIndex<u64, u64> = UniqueIndex::new("number", |number| Some(*number));

#[every_target]
fn from_redb_into_memory_and_back() {
    there_and_back(&Redb);
}

#[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
#[test]
fn from_a_redb_file_into_memory_and_back_into_a_file() {
    there_and_back(&RedbOnFiles::default());
}

fn there_and_back(redb: &dyn Fixture) {
    let (from, between, back) = (redb.open(), MemoryBackend::new(), redb.open());
    let jobs = Table::<JobId, u64>::with_schema(from.clone(), schema());
    let all: Vec<_> =
        (0..5000).map(|number| (JobId::new(format!("job-{number}")), number * number)).collect();
    jobs.put_many(&all).unwrap();

    let (mut there, mut again) = (Vec::new(), Vec::new());
    let exported = transfer::export(&from, &mut there).unwrap();
    transfer::import(&between, || Ok(there.as_slice())).unwrap();
    transfer::export(&between, &mut again).unwrap();
    transfer::import(&back, || Ok(again.as_slice())).unwrap();

    assert!(there == again, "the same content is the same stream");
    assert_eq!(exported.digest.to_string(), DIGEST);
    let all: [&dyn StorageBackend; 3] = [&from, &between, &back];
    for backend in all {
        assert_eq!(transfer::digest(backend).unwrap(), exported.digest);
    }
    let jobs = Table::<JobId, u64>::with_schema(back, schema());
    assert_eq!(jobs.verify().unwrap(), []);
    assert_eq!(jobs.find(&NUMBER, &(77 * 77)).unwrap(), Some(("job-77".into(), 77 * 77)));
}

fn schema() -> Schema<JobId, u64> {
    Schema::new("jobs").index(NUMBER)
}
