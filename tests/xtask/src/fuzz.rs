//! `cargo xtask fuzz`: the targets of `tests/torture`, fuzzed with coverage.

use std::fs;

use crate::sh::Sh;
use crate::tree::Tree;

/// The fuzzer, which is a workspace of its own.
const FUZZER: &str = "tests/fuzz/Cargo.toml";
const CORPUS: &str = "tests/torture/corpus";

/// The counters and comparisons that libFuzzer reads. These flags need no unstable feature of the compiler.
const FLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module -Ccodegen-units=4 \
    -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares";

/// The target that the flags are for. Without `--target`, build scripts would get them too.
const HOST: &str = "x86_64-unknown-linux-gnu";

/// Fuzzes a target for some seconds, and then keeps the inputs that reach something new. Inputs that fail are written to the
/// folder for build output.
pub(crate) fn run(tree: &Tree, args: &[&str]) -> Result<(), String> {
    let [target, rest @ ..] = args else {
        return Err("name a target and the seconds, such as `cargo xtask fuzz keys 60`".to_owned());
    };
    let seconds = rest.first().unwrap_or(&"60");
    let output = tree.target().join("fuzz");
    let build = tree.cargo("build --quiet --locked --release --manifest-path").arg(tree.path(FUZZER));
    build.words("--target").arg(HOST).env("RUSTFLAGS", FLAGS).env("CARGO_TARGET_DIR", &output).run()?;

    let kept = tree.path(CORPUS).join(target);
    let (found, failed) = (output.join("found").join(target), output.join("failed").join(target));
    for folder in [&kept, &found, &failed] {
        fs::create_dir_all(folder).map_err(|error| format!("cannot create {}: {error}", folder.display()))?;
    }
    let program = output.join(HOST).join("release/keyloft-fuzz");
    let fuzzer = || Sh::new(&program.to_string_lossy()).env("KEYLOFT_FUZZ", target);
    let prefix = format!("-artifact_prefix={}/", failed.display());
    let limits = format!("-max_len=4096 -timeout=20 -rss_limit_mb=3000 -max_total_time={seconds}");
    fuzzer().words(&limits).arg(prefix).arg(&found).arg(&kept).run()?;
    fuzzer().words("-merge=1 -max_len=1024").arg(&kept).arg(&found).run()
}
