//! `cargo xtask bench`: measurements of Keyloft beside other engines.

use std::env;
use std::env::consts::EXE_SUFFIX;
use std::path::{Path, PathBuf, absolute};

use crate::npm::Build;
use crate::sh::Sh;
use crate::tree::Tree;
use crate::{npm, package};

/// The programs that measure the npm package.
const JS: &str = "bindings/wasm/bench";
/// The scripts that drive Chromium, as a path from there.
const DRIVER: &str = "../tests/browser";
const NO_ROCKSDB: &str = "`--rocksdb` needs the system's RocksDB: install librocksdb-dev and libclang-dev (Debian, \
                          Ubuntu), or name the library's folder in ROCKSDB_LIB_DIR";

/// The measurements of the npm package: the option, which also names the recorded lines, and the program.
const IN_JS: [(&str, &str); 4] = [
    ("js", "run.mjs"),
    ("js-files", "run.mjs files"),
    ("browser", "browser/run.mjs node_modules/keyloft"),
    ("object", OBJECT),
];

/// The program that measures databases in Durable Objects, in the runtime of the package's tests.
const OBJECT: &str = "object/run.mjs";

/// Builds the program in `tests/benches`, with its own lock file, and runs it with these arguments; or measures the npm
/// package, with `--js` in Node, with `--js-files` on files there, with `--browser` in Chromium, with `--object`
/// in Durable Objects.
pub(crate) fn run(tree: &Tree, args: &[&str]) -> Result<(), String> {
    let is_chosen = |name: &str| args.iter().any(|arg| arg.strip_prefix("--") == Some(name));
    if let Some((name, program)) = IN_JS.into_iter().find(|(name, _)| is_chosen(name)) {
        return javascript(tree, name, program, args);
    }
    let rocksdb = args.contains(&"--rocksdb");
    let target = tree.target().join("benches");
    let mut build = tree
        .cargo("build --release --locked")
        .arg("--manifest-path")
        .arg(tree.path("tests/benches/Cargo.toml"))
        .arg("--target-dir")
        .arg(&target);
    if rocksdb {
        build = build.words("--features rocksdb").env("ROCKSDB_LIB_DIR", rocksdb_folder()?);
    }
    build.run()?;
    let program = target.join("release").join(format!("keyloft-benches{EXE_SUFFIX}"));
    let args = args.iter().filter(|arg| **arg != "--rocksdb");
    args.fold(Sh::new(&program.to_string_lossy()), Sh::arg).run()
}

/// Returns the folder of the library: the variable's, or the one in which the C compiler finds it.
fn rocksdb_folder() -> Result<PathBuf, String> {
    if let Some(folder) = env::var_os("ROCKSDB_LIB_DIR") {
        return Ok(folder.into());
    }
    // The compiler answers with the bare name if there is none.
    let found = Sh::new("cc").arg("-print-file-name=librocksdb.so").read().map_err(|_| NO_ROCKSDB)?;
    let folder = Path::new(found.trim()).parent().filter(|folder| folder.is_absolute()).ok_or(NO_ROCKSDB)?;
    folder.canonicalize().map_err(|error| format!("cannot open {}: {error}; {NO_ROCKSDB}", folder.display()))
}

/// Measures the npm package beside JavaScript's stores.
fn javascript(tree: &Tree, name: &str, program: &str, args: &[&str]) -> Result<(), String> {
    let kept = tree.path("tests/benches/results").join(name).with_extension("jsonl");
    let (mut quick, mut json) = (false, None);
    let mut rest = args.iter();
    while let Some(arg) = rest.next() {
        match *arg {
            arg if arg.strip_prefix("--") == Some(name) => {}
            "--quick" => quick = true,
            "--record" => json = Some(kept.clone()),
            "--json" => {
                let file = rest.next().ok_or("`--json` needs a file after it")?;
                json = Some(absolute(file).map_err(|error| format!("{file}: {error}"))?);
            }
            other => {
                return Err(format!(
                    "`{other}` can't be combined with `--{name}`: use --quick, --json FILE or --record"
                ));
            }
        }
    }
    let record = json.as_ref() == Some(&kept);
    if quick && record {
        return Err("`--record` needs the full measurement: leave out `--quick`".to_owned());
    }
    let folder = if program == OBJECT { beside_tests(tree)? } else { beside_package(tree)? };
    let mut node = Sh::new("node").words(program).dir(&folder);
    if quick {
        node = node.arg("--quick");
    }
    if let Some(json) = json {
        node = node.arg("--json").arg(json);
    }
    node.run()?;
    if record { run(tree, &["--report"]) } else { Ok(()) }
}

/// Copies the program out of the sources, installs the package from its tarball and the other stores beside it, and returns the
/// folder.
fn beside_package(tree: &Tree) -> Result<PathBuf, String> {
    let tarball = npm::pack(tree, Build::Smallest)?;
    let folder = Build::Smallest.folder(tree).join("bench");
    let driver = folder.join(DRIVER);
    package::mirror(&tree.path(JS).join(DRIVER), &driver)
        .map_err(|error| format!("cannot copy to {}: {error}", driver.display()))?;
    if package::install(&tree.path(JS), &folder, &tarball)? {
        // The package's install script would download a prebuilt SQLite, which doesn't exist for every system.
        if let Err(error) = Sh::new("npm").words("run build-sqlite").dir(&folder).run() {
            println!("{error}: measuring without SQLite");
        }
    }
    Ok(folder)
}

/// Copies the programs out of the sources, beside the installed tests of the package, and returns the folder.
fn beside_tests(tree: &Tree) -> Result<PathBuf, String> {
    package::prepare(tree, Build::Smallest)?;
    let folder = Build::Smallest.folder(tree).join("bench");
    package::mirror(&tree.path(JS), &folder)
        .map_err(|error| format!("cannot copy to {}: {error}", folder.display()))?;
    Ok(folder)
}
