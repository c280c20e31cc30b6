//! `verify`, `reindex`, `scrub` and `migrate --plan` of a database that has faults, or is in the middle of a migration.

use std::ops::ControlFlow;
use std::sync::Arc;

use keyloft::catalog::Migration;
use keyloft::{EntityWriter, Index, Schema, StorageBackend, StorageBackendExt, Table};
use keyloft_redb::RedbBackend;

use crate::folder::Folder;

/// Changes the bytes of partitions behind the tables.
fn behind(folder: &Folder, change: impl Fn(&mut dyn keyloft::Transaction) -> keyloft::Result<()>) {
    let backend = RedbBackend::open(folder.file("samples.redb")).unwrap();
    backend.transaction(|tx| change(tx)).unwrap();
}

#[test]
fn a_lost_entry_of_an_index_is_found_and_repaired() {
    let folder = Folder::new();
    behind(&folder, |tx| {
        let index = keyloft::Partition::from("devices").of_index("serial");
        tx.delete_range(&index, keyloft::backend::KeyRange::ALL).map(drop)
    });
    let verified = folder.run("verify samples.redb");
    assert_eq!(verified.code, 1);
    assert!(verified.out.contains("devices: 3 faults"), "{verified:?}");
    assert!(verified.out.contains("cellar: "), "{verified:?}");
    assert_eq!(folder.run("verify samples.redb samples").code, 0);
    assert_eq!(folder.ok("reindex samples.redb devices"), "devices: indexed 3 entities\n");
    assert_eq!(folder.ok("verify samples.redb devices"), "devices: ok\n");
}

#[test]
fn a_damaged_entity_is_told_and_the_others_are_shown() {
    let folder = Folder::new();
    behind(&folder, |tx| tx.put(&"devices".into(), b"attic2", b"damaged"));
    let scanned = folder.run("scan samples.redb devices");
    assert_eq!(scanned.code, 1);
    assert_eq!(scanned.out.lines().count(), 2);
    assert!(scanned.err.contains("attic2"), "{scanned:?}");

    let scrubbed = folder.run("scrub samples.redb");
    assert_eq!(scrubbed.code, 1);
    assert!(scrubbed.out.contains("devices attic2"), "{scrubbed:?}");
    assert!(scrubbed.out.contains("1 of 65 entries"), "{scrubbed:?}");
    assert_eq!(Folder::new().run("scrub samples.redb --rate 100").code, 0);
}

#[test]
fn a_damaged_file_is_an_error_and_no_panic() {
    let folder = Folder::new();
    let sound = std::fs::read(folder.file("samples.redb")).unwrap();
    let mut refused = 0;
    // Each round overwrites another page.
    for page in sound.chunks_exact(4096).enumerate().map(|(page, _)| page).skip(1) {
        let mut damaged = sound.clone();
        damaged[page * 4096..][..2048].fill(0xA5);
        std::fs::write(folder.file("damaged.redb"), damaged).unwrap();
        for words in ["ls", "scrub", "stats", "digest"] {
            let ended = folder.run(&format!("{words} damaged.redb --json"));
            assert!(matches!(ended.code, 0 | 1 | 3), "{words}, page {page}: {ended:?}");
            assert!(ended.err.lines().all(|line| line.starts_with('{')), "{words}, page {page}: {ended:?}");
            refused += i32::from(ended.code != 0);
        }
    }
    assert!(refused > 0);
}

#[test]
fn the_rest_of_a_migration_is_told() {
    const LENGTH: Index<String, u32> = Index::new("length", |text| u32::try_from(text.len()).ok());

    let folder = Folder::new();
    let backend: Arc<dyn StorageBackend> = Arc::new(RedbBackend::open(folder.file("samples.redb")).unwrap());
    let notes: Vec<(u32, String)> = (0..1500).map(|id| (id, "milk".to_owned())).collect();
    Table::new(Arc::clone(&backend), "notes").put_many(&notes).unwrap();
    let schema = Schema::<u32, String>::new("notes")
        .version(2, |_, payload| keyloft::value::decode_payload(payload))
        .index(LENGTH);
    let first = |progress: &keyloft::catalog::Progress| match progress.rows {
        0 => ControlFlow::Continue(()),
        _ => ControlFlow::Break(()),
    };
    Migration::new(Arc::clone(&backend)).table(&schema).run_with(first).unwrap();
    drop(backend);

    let plan = folder.run("migrate samples.redb --plan");
    assert_eq!(plan.code, 1, "{plan:?}");
    for told in ["build index `length`", "go on after row 999", "rows may be of version 1"] {
        assert!(plan.out.contains(told), "{told}: {plan:?}");
    }
    assert!(plan.err.contains("the program that has the types"), "{plan:?}");
    let documents = folder.run("migrate samples.redb --plan --json");
    assert!(documents.out.starts_with("[{\"table\":\"notes\""), "{documents:?}");
    // An index that is not complete does not answer, and a row of an older version has no JSON.
    let refused = folder.run("find samples.redb notes length 4 --json");
    assert_eq!(refused.code, 3);
    assert!(refused.err.contains("IndexNotBuilt"), "{refused:?}");
    let old = &folder.json("scan samples.redb notes --limit 1")[0];
    assert_eq!(old["value"], serde_json::json!({"version": 1, "bytes": "046d696c6b"}));
    assert!(folder.ok("describe samples.redb notes").contains("2, and rows since version 1"));
}
