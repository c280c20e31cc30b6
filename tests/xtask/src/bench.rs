//! `cargo xtask bench`: Keyloft beside its peers.

use std::env::consts::EXE_SUFFIX;

use crate::sh::Sh;
use crate::tree::Tree;

/// Builds the program in `tests/benches`, with its own lock file, and runs it with these arguments.
pub(crate) fn run(tree: &Tree, args: &[&str]) -> Result<(), String> {
    let target = tree.target().join("benches");
    tree.cargo("build --release --locked")
        .arg("--manifest-path")
        .arg(tree.path("tests/benches/Cargo.toml"))
        .arg("--target-dir")
        .arg(&target)
        .run()?;
    let program = target.join("release").join(format!("keyloft-benches{EXE_SUFFIX}"));
    args.iter().fold(Sh::new(&program.to_string_lossy()), Sh::arg).run()
}
