//! What the compiler needs beyond its native target: which of it is there, and installing the rest.

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

/// The standard library's sources, as rustup names them: the npm package's engines are built with it.
const SOURCES: &str = "rust-src";

/// Installs what is missing of all targets and the sources, and returns a note on what was done.
pub(crate) fn install() -> Result<String, String> {
    let mut installed = Vec::new();
    for target in [WASM, WASI].into_iter().chain(BARE) {
        if require(target).is_err() {
            add("target", target, &format!("rust-std-VERSION-{target}"))?;
            require(target)?;
            installed.push(target);
        }
    }
    if require_sources().is_err() {
        add("component", SOURCES, "rust-src-VERSION")?;
        require_sources()?;
        installed.push(SOURCES);
    }
    if installed.is_empty() {
        Ok("all were there".to_owned())
    } else {
        Ok(format!("installed {}", installed.join(", ")))
    }
}

/// Makes sure that the standard or core library of a target is there, whoever installed it.
pub(crate) fn require(target: &str) -> Result<(), String> {
    let folder = Sh::new("rustc").words("--print target-libdir --target").arg(target).read()?;
    let filled = Path::new(folder.trim_end()).read_dir().is_ok_and(|mut files| files.next().is_some());
    if filled { Ok(()) } else { Err(missing("target", target)) }
}

/// Makes sure that the standard library's sources are there, whoever installed them.
pub(crate) fn require_sources() -> Result<(), String> {
    let sysroot = Sh::new("rustc").words("--print sysroot").read()?;
    let library = Path::new(sysroot.trim_end()).join("lib/rustlib/src/rust/library/Cargo.lock");
    if library.exists() { Ok(()) } else { Err(missing("component", SOURCES)) }
}

fn missing(kind: &str, name: &str) -> String {
    format!("the {kind} {name} is not installed: `rustup {kind} add {name}`")
}

fn add(kind: &str, name: &str, archive: &str) -> Result<(), String> {
    let mut last = String::new();
    for attempt in 1..=TRIES {
        println!("the {kind} {name} is missing; installing it, attempt {attempt} of {TRIES}");
        match Sh::new("rustup").arg(kind).words("add").arg(name).run_within(LIMIT) {
            Ok(()) => return Ok(()),
            Err(error) => {
                println!("{error}");
                last = error;
            }
        }
    }
    Err(format!(
        "the {kind} {name} is missing and could not be installed: {last}\n\
         Install it by hand with `rustup {kind} add {name}`. If Rust's server is out of reach, name a\n\
         mirror in RUSTUP_DIST_SERVER, or unpack the archive {archive} of your\n\
         compiler's version (`rustc --version`) and run its install.sh with --prefix=\"$(rustc --print sysroot)\"."
    ))
}
