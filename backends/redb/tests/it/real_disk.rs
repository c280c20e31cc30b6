//! A device that runs full under a file system, and syncs that fail therefore. It needs the rights to mount:
//! `cargo test -p keyloft-redb --test it -- --ignored real_disk`.

use std::path::{Path, PathBuf};
use std::process::Command;

use keyloft::{Read, StorageBackend};
use keyloft_redb::RedbBackend;

use crate::helpers::{get, notes};

/// A file system on a loop device, whose blocks are in a small file system in memory.
struct Device {
    folder: tempfile::TempDir,
    device: String,
}

#[track_caller]
fn sh(command: &str) -> String {
    let output = Command::new("sh").args(["-c", command]).output().unwrap();
    assert!(output.status.success(), "{command}: {output:?}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

impl Device {
    fn new(kib: u32, has_journal: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path().display();
        sh(&format!("mkdir {at}/blocks {at}/files && mount -t tmpfs -o size={kib}k none {at}/blocks"));
        let journal = if has_journal { "" } else { "-O ^has_journal" };
        sh(&format!(
            "truncate -s 64M {at}/blocks/image && mkfs.ext4 -q -F -b 4096 -E nodiscard {journal} {at}/blocks/image"
        ));
        let device = sh(&format!("losetup -f --show {at}/blocks/image"));
        // A loop device reports a write that was cut short as done. A write of one page can't be cut.
        sh(&format!(
            "echo 4 > /sys/block/$(basename {device})/queue/max_sectors_kb && mount {device} {at}/files"
        ));
        Self { folder, device }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("files/a.redb")
    }

    fn make_room(&self) {
        sh(&format!("mount -o remount,size=64m {}/blocks", self.folder.path().display()));
    }

    /// Detaches the file system and attaches it again, which shows what the device has.
    fn remount(&self) {
        let at = self.folder.path().display();
        sh(&format!("umount {at}/files && mount {} {at}/files", self.device));
    }
}

impl Drop for Device {
    fn drop(&mut self) {
        let at = self.folder.path().display();
        sh(&format!("umount {at}/files; losetup -d {}; umount {at}/blocks", self.device));
    }
}

fn write(backend: &RedbBackend, number: u32) -> keyloft::Result<()> {
    let value = vec![number.to_le_bytes()[0]; 300 + (number as usize * 977) % 5000];
    backend.transact(&mut |tx| (0..4_u8).try_for_each(|part| tx.put(&notes(), &key(number, part), &value)))
}

fn key(number: u32, part: u8) -> Vec<u8> {
    [&number.to_be_bytes()[..], &[part]].concat()
}

fn has_all(backend: &RedbBackend, numbers: &[u32]) -> bool {
    numbers.iter().all(|number| (0..4).all(|part| get(backend, &key(*number, part)).is_some()))
}

/// Fills the device until a commit fails, makes room and opens the database by `open`. Every commit before and after that
/// must be on the device.
fn runs_full(kib: u32, has_journal: bool, reopen: impl Fn(RedbBackend, &Path) -> RedbBackend) {
    let device = Device::new(kib, has_journal);
    let path = device.path();
    let backend = RedbBackend::create(&path).unwrap();
    let mut stored = Vec::new();
    let error = loop {
        let number = u32::try_from(stored.len()).unwrap();
        match write(&backend, number) {
            Ok(()) => stored.push(number),
            Err(error) => break error,
        }
    };
    assert_eq!(error.code(), "CommitUnknown", "{error}");
    device.make_room();
    let backend = reopen(backend, &path);
    assert!(backend.check_integrity().unwrap());
    for number in 100_000..100_010 {
        write(&backend, number).unwrap();
        stored.push(number);
    }
    assert!(has_all(&backend, &stored));
    drop(backend);
    device.remount();
    let backend = RedbBackend::options().check_on_open(true).open(&path).unwrap();
    assert!(has_all(&backend, &stored));
    assert!(backend.contains(&notes(), &key(100_009, 3)).unwrap());
}

#[test]
#[ignore = "it mounts file systems"]
fn after_a_failed_sync_an_opening_reads_the_disk() {
    for run in 0..6 {
        runs_full(3000 + run * 137 % 900, false, |backend, path| {
            drop(backend);
            RedbBackend::open(path).unwrap()
        });
        runs_full(9000 + run * 137 % 900, true, |backend, _| {
            assert!(backend.reopen().unwrap());
            backend
        });
    }
}
