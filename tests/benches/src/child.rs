//! Work whose memory is measured: in a process of its own, which has used none before.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::{Deserialize, Serialize};

use crate::peers::{ENGINES, Engine, SMALL_CACHE};
use crate::people::{large_user, user};

const CHILD: &str = "--child";

#[derive(Serialize, Deserialize)]
pub(crate) struct Work {
    /// Its name.
    engine: String,
    path: PathBuf,
    task: Task,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
pub(crate) enum Task {
    /// Loads so many users.
    Load(usize),
    /// Loads so many users of a kilobyte.
    LoadLarge(usize),
    /// Reads every user.
    Scan,
}

/// The most memory that a process needs for this, in bytes.
pub(crate) fn peak(engine: &Engine, folder: &Path, task: Task) -> f64 {
    let work = Work { engine: engine.name.to_owned(), path: folder.join(engine.file), task };
    let work = serde_json::to_string(&work).unwrap();
    let program = env::current_exe().unwrap();
    let output = Command::new(program).args([CHILD, &*work]).stderr(Stdio::inherit()).output().unwrap();
    assert!(output.status.success(), "{}: {}", engine.name, output.status);
    String::from_utf8(output.stdout).unwrap().trim().parse().unwrap()
}

/// What a process that was started by [`peak`] has to do.
pub(crate) fn work_of(args: &[String]) -> Option<Work> {
    match args {
        [child, work] if child == CHILD => serde_json::from_str(work).ok(),
        _ => None,
    }
}

impl Work {
    /// Does it, and prints the peak.
    pub(crate) fn run(&self) {
        let engine = ENGINES.iter().chain([&SMALL_CACHE]).find(|engine| engine.name == self.engine).unwrap();
        let peer = (engine.create)(&self.path);
        match self.task {
            Task::Load(n) => peer.load(&mut (0..n).map(user)),
            Task::LoadLarge(n) => peer.load(&mut (0..n).map(large_user)),
            Task::Scan => peer.scan(),
        }
        println!("{}", most_memory());
    }
}

/// The most that was ever resident, as Linux counts it.
fn most_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let kibibytes: u64 = line.trim().trim_end_matches(" kB").parse().unwrap();
    kibibytes * 1024
}
