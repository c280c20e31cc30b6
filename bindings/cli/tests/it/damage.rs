//! `verify`, `reindex` and `scrub` of a database that has faults.

use keyloft::StorageBackendExt;
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
