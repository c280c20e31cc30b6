//! The compiler's targets beyond the native one: which are there, and installing those that are not.

use std::path::Path;
use std::time::Duration;

use crate::sh::Sh;

/// WebAssembly in a JavaScript engine: tested in Node.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";
/// WebAssembly with a system interface and files: tested under Node's WASI.
pub(crate) const WASI: &str = "wasm32-wasip1";
/// Two targets without an operating system, for which core is built.
pub(crate) const BARE: [&str; 2] = ["wasm32v1-none", "thumbv7em-none-eabi"];

/// How long one download may take: a server that is silent would hold everything up for minutes.
const LIMIT: Duration = Duration::from_secs(60);
const TRIES: u32 = 3;

/// Installs what is missing of all targets, and returns a note on what was done.
pub(crate) fn install() -> Result<String, String> {
    let all = [WASM, WASI].into_iter().chain(BARE);
    let missing: Vec<&str> = all.filter(|target| require(target).is_err()).collect();
    for target in &missing {
        add(target)?;
    }
    if missing.is_empty() {
        Ok("all were there".to_owned())
    } else {
        Ok(format!("installed {}", missing.join(", ")))
    }
}

/// Makes sure that the standard or core library of a target is there, whoever installed it.
pub(crate) fn require(target: &str) -> Result<(), String> {
    let folder = Sh::new("rustc").words("--print target-libdir --target").arg(target).read()?;
    let filled = Path::new(folder.trim_end()).read_dir().is_ok_and(|mut files| files.next().is_some());
    if filled { Ok(()) } else { Err(format!("the target {target} is not installed")) }
}

fn add(target: &str) -> Result<(), String> {
    let mut last = String::new();
    for attempt in 1..=TRIES {
        println!("the target {target} is missing; installing it, attempt {attempt} of {TRIES}");
        match Sh::new("rustup").words("target add").arg(target).run_within(LIMIT) {
            Ok(()) => return require(target),
            Err(error) => {
                println!("{error}");
                last = error;
            }
        }
    }
    Err(format!(
        "the target {target} is missing and could not be installed: {last}\n\
         Install it by hand with `rustup target add {target}`. If Rust's server is out of reach, name a\n\
         mirror in RUSTUP_DIST_SERVER, or unpack the archive rust-std-VERSION-{target} of your\n\
         compiler's version (`rustc --version`) and run its install.sh with --prefix=\"$(rustc --print sysroot)\"."
    ))
}
