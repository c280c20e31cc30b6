//! [`Device`]: a small device with a file system without a journal, in a file in memory.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::failure::{Failure, Outcome, ensure};

/// The room in memory, and the size that the device pretends to have.
const ROOM: u64 = 12 << 20;
const SIZE: u64 = 64 << 20;

/// A small device with a file system, mounted until it is dropped.
pub(super) struct Device {
    folder: TempDir,
    mounted: Vec<PathBuf>,
}

impl Device {
    /// Makes and mounts a device.
    pub(super) fn mount() -> Outcome<Self> {
        let mut device = Self { folder: tempfile::tempdir()?, mounted: Vec::new() };
        let (below, above) = (device.path("memory"), device.folder());
        for folder in [&below, &above] {
            fs::create_dir(folder)?;
        }
        let room = format!("size={ROOM}");
        run("mount", &["-t", "tmpfs", "-o", &room, "tmpfs", &text(&below)])?;
        device.mounted.push(below);
        fs::File::create(device.image())?.set_len(SIZE)?;
        // Without a journal the file system doesn't stop at the first error.
        let options = ["-q", "-F", "-O", "^has_journal", "-E", "nodiscard,lazy_itable_init=1"];
        run("mkfs.ext4", &[options.as_slice(), &[&text(&device.image())]].concat())?;
        device.mount_image()?;
        Ok(device)
    }

    /// Returns the folder in which the device is mounted.
    pub(super) fn folder(&self) -> PathBuf {
        self.path("device")
    }

    /// Leaves only so much room in the device.
    pub(super) fn leave(&self, bytes: u64) -> Outcome {
        run("sync", &["-f", &text(&self.folder())])?;
        // The file takes as much memory as it has been written to.
        let output = Command::new("df").args(["--output=avail", "-B1"]).arg(self.path("memory")).output()?;
        let free =
            String::from_utf8_lossy(&output.stdout).lines().nth(1).and_then(|line| line.trim().parse().ok());
        let free: u64 = free.ok_or_else(|| Failure::from("df does not tell the room".to_owned()))?;
        let len = usize::try_from(free.saturating_sub(bytes)).unwrap_or(0);
        Ok(fs::write(self.junk(), vec![7; len])?)
    }

    /// Makes room in the device.
    pub(super) fn make_room(&self) -> Outcome {
        Ok(fs::remove_file(self.junk())?)
    }

    /// Mounts the device anew, which drops the cache of its pages.
    pub(super) fn mount_again(&mut self) -> Outcome {
        run("umount", &[&text(&self.folder())])?;
        self.mounted.pop();
        self.mount_image()
    }

    fn mount_image(&mut self) -> Outcome {
        run("mount", &["-o", "loop", &text(&self.image()), &text(&self.folder())])?;
        self.mounted.push(self.folder());
        Ok(())
    }

    fn image(&self) -> PathBuf {
        self.path("memory/image")
    }

    fn junk(&self) -> PathBuf {
        self.path("memory/junk")
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

impl Drop for Device {
    fn drop(&mut self) {
        for folder in self.mounted.iter().rev() {
            // What can't be unmounted now is unmounted when it is free.
            let _unmounted = run("umount", &["-l", &text(folder)]);
        }
    }
}

fn run(program: &str, args: &[&str]) -> Outcome {
    let status = Command::new(program).args(args).stdin(Stdio::null()).stderr(Stdio::null()).status()?;
    ensure(status.success(), || format!("`{program} {}` failed", args.join(" ")))
}

fn text(path: &std::path::Path) -> String {
    path.to_string_lossy().into_owned()
}
