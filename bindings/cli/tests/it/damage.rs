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
