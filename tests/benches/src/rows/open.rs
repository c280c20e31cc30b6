//! Opening a file that is there.

use std::path::Path;
use std::time::{Duration, Instant};

use keyloft_redb::RedbBackend;
use redb::Database;

use crate::Results;
use crate::measure::{Row, Subject, Target};
use crate::peers::{Keyloft, Peer};
use crate::people::users;
use crate::settings::Settings;

pub(super) fn measure(settings: &Settings, results: &mut Results) {
    let n = settings.many();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    let keyloft = Keyloft::create(&path);
    for start in (0..n).step_by(n / 10) {
        keyloft.put(users(start..start + n / 10));
    }
    drop(keyloft);
    let subjects = subjects(&path, &path);
    let target = Target::More(Duration::from_millis(2));
    results.add(Row {
        name: "open a file",
        n,
        operations: 1,
        rounds: settings.pick(15, 31),
        target,
        subjects,
    });
}

/// Opening a file by hand, and by Keyloft.
pub(super) fn subjects<'a>(raw: &'a Path, keyloft: &'a Path) -> Vec<Subject<'a>> {
    let open_raw = move |_| {
        let start = Instant::now();
        let database = Database::open(raw).unwrap();
        let took = start.elapsed();
        drop(database);
        took
    };
    let open = move |_| {
        let start = Instant::now();
        let backend = RedbBackend::open(keyloft).unwrap();
        let took = start.elapsed();
        drop(backend);
        took
    };
    vec![
        Subject { name: "raw redb", work: Box::new(open_raw) },
        Subject { name: "keyloft", work: Box::new(open) },
    ]
}
