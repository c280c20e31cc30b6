//! `cargo xtask npm`: the npm package `keyloft`, as a folder and as the tarball that would be published.

mod smallest;

use std::path::{Path, PathBuf};
use std::{env, fs};

use crate::sh::Sh;
use crate::tree::Tree;
use crate::{node, toolchain, wasm_tools};

/// The folder of the bindings.
const BINDINGS: &str = "bindings/wasm";
/// The version of every crate, and of the package.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The engines: in memory alone, with files, with files for the runtimes that load it from a disk, and in the storage of a Durable
/// Object.
const ENGINES: [Engine; 4] = [
    Engine {
        name: "memory",
        file: "web/keyloft/keyloft-memory.wasm",
        types: "cdylib",
        features: "",
        is_small: true,
    },
    Engine {
        name: "persistent",
        file: "web/keyloft/keyloft.wasm",
        types: "cdylib,rlib",
        features: "--features persistent",
        is_small: true,
    },
    Engine {
        name: "fast",
        file: "keyloft-node.wasm",
        types: "cdylib",
        features: "--features persistent",
        is_small: false,
    },
    Engine {
        name: "object",
        file: "keyloft-object.wasm",
        types: "cdylib",
        features: "--no-default-features --features durable-object",
        is_small: true,
    },
];

/// An engine's name, the path of its file in the package, the crate types and the features it is built with, and `true` if size comes before
/// speed.
///
/// As a library too, a crate exports all that is public in it and in its dependencies, so the optimizer inlines and removes less.
/// That makes both engines larger, by about a tenth. The gzip of the memory engine grows with it, by 1.5 %, but that of the
/// persistent one shrinks by 2.6 %: redb's small functions repeat each other more than its large ones.
struct Engine {
    name: &'static str,
    file: &'static str,
    types: &'static str,
    features: &'static str,
    is_small: bool,
}

impl Engine {
    /// Returns the profile that compiles it. A put takes half the processor's time in an engine that is compiled for speed, which
    /// is twice as large.
    fn profile(&self) -> &'static str {
        if self.is_small { "npm" } else { "npm-fast" }
    }
}

/// The way in which the engines are compiled.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Build {
    /// The published build, as small as unstable features make it. See [`smallest`].
    Smallest,
    /// The build with stable flags alone.
    Stable,
}

impl Build {
    /// The package's folder.
    fn package(self, tree: &Tree) -> PathBuf {
        match self {
            Self::Smallest => tree.path(BINDINGS).join("pkg"),
            Self::Stable => self.folder(tree).join("pkg"),
        }
    }

    /// The folder of everything that is made on the way.
    pub(crate) fn folder(self, tree: &Tree) -> PathBuf {
        tree.target().join(match self {
            Self::Smallest => "npm-package",
            Self::Stable => "npm-package-stable",
        })
    }

    /// The folder of an engine's glue.
    pub(crate) fn glue(self, tree: &Tree, engine: &str) -> PathBuf {
        self.folder(tree).join(format!("{engine}-glue"))
    }
}

/// Builds the package, prints its sizes, and fails if an engine exceeds its budget.
pub(crate) fn run(tree: &Tree, build: Build) -> Result<(), String> {
    let tarball = pack(tree, build)?;
    sizes(tree, build)?;
    println!("\nThe package is {}", tarball.display());
    println!("The files *.symbols beside it map the function numbers of a stack trace to names");
    Ok(())
}

/// Builds the package and packs it, and returns the tarball's path.
pub(crate) fn pack(tree: &Tree, build: Build) -> Result<PathBuf, String> {
    node::require()?;
    if build == Build::Smallest {
        toolchain::ensure_for_engines()?;
    }
    toolchain::ensure(toolchain::WASM)?;
    let wasm_bindgen = wasm_tools::wasm_bindgen(tree)?;
    let bindings = tree.path(BINDINGS);
    install(&bindings)?;
    for engine in &ENGINES {
        compile(tree, build, engine, &wasm_bindgen)?;
    }
    let package = build.package(tree);
    let assemble = Sh::new("node").arg("build.mjs");
    let assemble = ENGINES.iter().fold(assemble, |sh, engine| sh.arg(build.glue(tree, engine.name)));
    assemble.words(VERSION).arg(&package).dir(&bindings).run()?;
    if build == Build::Smallest {
        let wasm_opt = bindings.join("node_modules/.bin/wasm-opt");
        for Engine { file, .. } in ENGINES.into_iter().filter(|engine| engine.is_small) {
            let name = file.rsplit('/').next().unwrap_or(file);
            let symbols = build.folder(tree).join(format!("{name}.symbols"));
            smallest::reorder(tree, &wasm_opt, &package.join(file), &symbols)?;
        }
    }
    let words = "pack --loglevel=error --pack-destination";
    Sh::new("npm").words(words).arg(build.folder(tree)).dir(&package).run()?;
    Ok(build.folder(tree).join(format!("keyloft-{VERSION}.tgz")))
}

/// Prints the sizes of the package's files, and fails if an engine of the smallest build exceeds its budget.
pub(crate) fn sizes(tree: &Tree, build: Build) -> Result<(), String> {
    let sizes = Sh::new("node").arg("build/sizes.mjs").arg(build.package(tree)).dir(&tree.path(BINDINGS));
    match build {
        Build::Smallest => sizes.run(),
        Build::Stable => sizes.arg("--no-budget").run(),
    }
}

/// Compiles an engine and generates its glue.
fn compile(tree: &Tree, build: Build, engine: &Engine, wasm_bindgen: &Path) -> Result<(), String> {
    let cargo = tree
        .cargo("rustc --locked --package keyloft-wasm --lib --profile")
        .arg(engine.profile())
        .arg("--target")
        .arg(toolchain::WASM)
        .words("--crate-type")
        .words(engine.types)
        .words(engine.features);
    match build {
        Build::Smallest if engine.is_small => smallest::compile(cargo).run()?,
        // Panics name their source files, which would publish the paths of this machine.
        _ => cargo.env("CARGO_ENCODED_RUSTFLAGS", remapped(tree)?).run()?,
    }
    let module = tree.target().join(toolchain::WASM).join(engine.profile()).join("keyloft_wasm.wasm");
    // The package passes the path of the engine's file. The default path in the glue would mislead bundlers.
    Sh::new(&wasm_bindgen.to_string_lossy())
        .words("--target web --no-typescript --omit-default-module-path --out-dir")
        .arg(build.glue(tree, engine.name))
        .arg(&module)
        .run()
}

/// Returns flags that shorten the paths of source files: of dependencies, the standard library and this tree.
fn remapped(tree: &Tree) -> Result<String, String> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| env::home_dir().map(|home| home.join(".cargo")));
    let home = home.ok_or("cannot find Cargo's folder: name it in CARGO_HOME")?;
    let flag = |from: &Path, to: &str| format!("--remap-path-prefix={}={to}", from.display());
    let sysroot = Sh::new("rustc").words("--print sysroot").read()?;
    let sysroot = Path::new(sysroot.trim_end());
    Ok([flag(&home, "cargo"), flag(sysroot, "rust"), flag(&tree.path(""), "keyloft")].join("\u{1f}"))
}

/// Installs the packages of a folder's lock file, unless they are installed. Returns `true` if it installed them.
pub(crate) fn install(folder: &Path) -> Result<bool, String> {
    let changed = |file: &str| fs::metadata(folder.join(file)).and_then(|file| file.modified()).ok();
    let lock = changed("package-lock.json");
    if lock.is_some() && changed("node_modules/.package-lock.json") >= lock {
        return Ok(false);
    }
    let words = "ci --ignore-scripts --no-audit --no-fund --loglevel=error";
    Sh::new("npm").words(words).dir(folder).run().map(|()| true)
}
