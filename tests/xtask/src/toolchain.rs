//! The parts of a Rust toolchain that the commands need, and their installation.

use std::path::Path;
use std::time::Duration;

use crate::sh::Sh;

/// WebAssembly in a JavaScript engine: tested in Node.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";
/// WebAssembly with a system interface and files: tested under Node's WASI.
pub(crate) const WASI: &str = "wasm32-wasip1";
/// Linux on a big-endian processor: tested under QEMU.
pub(crate) const BIG_ENDIAN: &str = "s390x-unknown-linux-gnu";
/// Windows: tested under Wine, and checked.
pub(crate) const WINDOWS: &str = "x86_64-pc-windows-gnu";
/// Two targets without an operating system, for which core is built.
pub(crate) const BARE: [&str; 2] = ["wasm32v1-none", "thumbv7em-none-eabi"];
/// Systems for which the libraries are checked.
pub(crate) const SYSTEMS: [&str; 6] = [
    "aarch64-apple-darwin",
    "aarch64-apple-ios",
    "aarch64-linux-android",
    "x86_64-unknown-linux-musl",
    WINDOWS,
    "wasm32-wasip2",
];

/// The parts for the tests as WebAssembly.
pub(crate) const TESTED: &[Part] = &[Part::target(WASM), Part::target(WASI)];
/// The parts for the targets that are only built or checked.
pub(crate) const CHECKED: &[Part] = &{
    let [none, thumb] = BARE;
    let [darwin, ios, android, musl, windows, wasip2] = SYSTEMS;
    [
        Part::target(none),
        Part::target(thumb),
        Part::target(darwin),
        Part::target(ios),
        Part::target(android),
        Part::target(musl),
        Part::target(windows),
        Part::target(wasip2),
    ]
};
/// The parts for the npm package's engines.
pub(crate) const ENGINES: &[Part] = &[Part::target(WASM), SOURCES];

/// The standard library's sources, with which the npm package's engines are built.
const SOURCES: Part = Part { kind: "component", name: "rust-src", archive: "rust-src-VERSION" };

/// The oldest minor version of Rust 1 that has built those engines.
const OLDEST: u32 = 95;

/// The time limit of one download. Without it, a server that doesn't answer would block the run for minutes.
const LIMIT: Duration = Duration::from_secs(60);
const TRIES: u32 = 3;

/// Installs the missing parts, and returns a note that names them.
pub(crate) fn install(parts: &[Part]) -> Result<String, String> {
    let mut installed = Vec::new();
    for part in parts {
        if part.require().is_err() {
            part.add()?;
            installed.push(part.name);
        }
    }
    if installed.is_empty() {
        Ok("nothing was missing".to_owned())
    } else {
        Ok(format!("installed {}", installed.join(", ")))
    }
}

/// Makes sure that the standard or core library of a target is installed.
pub(crate) fn require(target: &'static str) -> Result<(), String> {
    Part::target(target).require()
}

/// Makes sure that the standard or core library of a target is installed, and installs it if it is missing.
pub(crate) fn ensure(target: &'static str) -> Result<(), String> {
    Part::target(target).ensure()
}

/// Makes sure that the npm package's engines can be built: the compiler is new enough, and the standard library's sources are
/// installed. Installs the sources if they are missing.
pub(crate) fn ensure_for_engines() -> Result<(), String> {
    let version = Sh::new("rustc").words("--version").read()?;
    if minor(&version).is_none_or(|minor| minor < OLDEST) {
        let version = version.trim_end();
        return Err(format!(
            "cannot build the npm package's engines with `{version}`: they need Rust 1.{OLDEST}; run `rustup update \
             stable`, or build with stable flags by `cargo xtask npm --stable`"
        ));
    }
    SOURCES.ensure()
}

/// Reads `95` from `rustc 1.95.0 (59807616e 2026-04-14)`.
pub(crate) fn minor(version: &str) -> Option<u32> {
    version.strip_prefix("rustc 1.")?.split('.').next()?.parse().ok()
}

/// A part of a toolchain: rustup's kind and name of it, and the archive that holds it.
#[derive(Clone, Copy)]
pub(crate) struct Part {
    kind: &'static str,
    name: &'static str,
    archive: &'static str,
}

impl Part {
    /// The standard or core library of a target.
    pub(crate) const fn target(name: &'static str) -> Self {
        Self { kind: "target", name, archive: "rust-std-VERSION-TARGET" }
    }

    /// Makes sure that it is installed.
    fn require(&self) -> Result<(), String> {
        let Self { kind, name, .. } = *self;
        let is_there = if kind == SOURCES.kind {
            let sysroot = Sh::new("rustc").words("--print sysroot").read()?;
            Path::new(sysroot.trim_end()).join("lib/rustlib/src/rust/library/Cargo.lock").exists()
        } else {
            let folder = Sh::new("rustc").words("--print target-libdir --target").arg(name).read()?;
            Path::new(folder.trim_end()).read_dir().is_ok_and(|mut files| files.next().is_some())
        };
        if is_there {
            Ok(())
        } else {
            Err(format!("the {kind} {name} is not installed: run `rustup {kind} add {name}`"))
        }
    }

    fn ensure(&self) -> Result<(), String> {
        self.require().or_else(|_| self.add())
    }

    fn add(&self) -> Result<(), String> {
        let Self { kind, name, archive } = *self;
        let archive = archive.replace("TARGET", name);
        let mut last = String::new();
        for attempt in 1..=TRIES {
            println!("the {kind} {name} is missing; installing it, attempt {attempt} of {TRIES}");
            match Sh::new("rustup").arg(kind).words("add").arg(name).run_within(LIMIT) {
                Ok(()) => return self.require(),
                Err(error) => {
                    println!("{error}");
                    last = error;
                }
            }
        }
        Err(format!(
            "cannot install the {kind} {name}: {last}\n\
             Install it by hand with `rustup {kind} add {name}`. If Rust's server is out of reach, name a\n\
             mirror in RUSTUP_DIST_SERVER, or unpack the archive {archive} of your\n\
             compiler's version (`rustc --version`) and run its install.sh with --prefix=\"$(rustc --print sysroot)\"."
        ))
    }
}
