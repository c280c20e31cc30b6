//! What is needed of Rust: which of it is there, and installing the rest.

use std::path::Path;
use std::time::Duration;

use crate::sh::Sh;

/// WebAssembly in a JavaScript engine: tested in Node.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";
/// WebAssembly with a system interface and files: tested under Node's WASI.
pub(crate) const WASI: &str = "wasm32-wasip1";
/// Two targets without an operating system, for which core is built.
pub(crate) const BARE: [&str; 2] = ["wasm32v1-none", "thumbv7em-none-eabi"];

/// The standard library's sources: the npm package's engines are built with it.
const SOURCES: Part = Part { kind: "component", name: "rust-src", archive: "rust-src-VERSION" };

/// The oldest minor version of Rust 1 that has built those engines.
const OLDEST: u32 = 95;

/// How long one download may take: a server that is silent would hold everything up for minutes.
const LIMIT: Duration = Duration::from_secs(60);
const TRIES: u32 = 3;

/// Installs all that is missing, and returns a note on what was done.
pub(crate) fn install() -> Result<String, String> {
    let all = [WASM, WASI].into_iter().chain(BARE).map(Part::target).chain([SOURCES]);
    let missing: Vec<Part> = all.filter(|part| part.require().is_err()).collect();
    for part in &missing {
        part.add()?;
    }
    if missing.is_empty() {
        Ok("all were there".to_owned())
    } else {
        Ok(format!("installed {}", missing.iter().map(|part| part.name).collect::<Vec<_>>().join(", ")))
    }
}

/// Makes sure that the standard or core library of a target is there, whoever installed it.
pub(crate) fn require(target: &'static str) -> Result<(), String> {
    Part::target(target).require()
}

/// The same, and installs it if it isn't there.
pub(crate) fn ensure(target: &'static str) -> Result<(), String> {
    Part::target(target).ensure()
}

/// Makes sure that the npm package's engines can be built: that the compiler is new enough, and the standard library's sources
/// are there, which are installed if they aren't.
pub(crate) fn ensure_for_engines() -> Result<(), String> {
    let version = Sh::new("rustc").words("--version").read()?;
    if minor(&version).is_none_or(|minor| minor < OLDEST) {
        let version = version.trim_end();
        return Err(format!(
            "`rustc --version` says `{version}`; 1.{OLDEST} is needed: `rustup update stable`"
        ));
    }
    SOURCES.ensure()
}

/// `95` of `rustc 1.95.0 (59807616e 2026-04-14)`.
pub(crate) fn minor(version: &str) -> Option<u32> {
    version.strip_prefix("rustc 1.")?.split('.').next()?.parse().ok()
}

/// A part of a toolchain: how rustup names it, and the archive it is in.
struct Part {
    kind: &'static str,
    name: &'static str,
    archive: &'static str,
}

impl Part {
    fn target(name: &'static str) -> Self {
        Self { kind: "target", name, archive: "rust-std-VERSION-TARGET" }
    }

    /// Makes sure that it is there.
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
            Err(format!("the {kind} {name} is not installed: `rustup {kind} add {name}`"))
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
            "the {kind} {name} is missing and could not be installed: {last}\n\
             Install it by hand with `rustup {kind} add {name}`. If Rust's server is out of reach, name a\n\
             mirror in RUSTUP_DIST_SERVER, or unpack the archive {archive} of your\n\
             compiler's version (`rustc --version`) and run its install.sh with --prefix=\"$(rustc --print sysroot)\"."
        ))
    }
}
