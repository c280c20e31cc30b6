//! `cargo xtask`: the project's own commands, in Rust so that they run wherever Cargo does.
//!
//! It depends on the standard library alone, so the first command starts within seconds of a clone.

mod apt;
mod bench;
mod big_endian;
mod browser;
mod cargo_test;
mod demo;
mod dependencies;
mod examples;
mod firefox;
mod fuzz;
mod lint;
mod memory_folder;
mod msrv;
mod node;
mod npm;
mod package;
mod postgres;
mod protocol;
mod publish;
mod sh;
mod steps;
mod targets;
mod test;
#[cfg(test)]
mod tests;
mod tidy;
mod toolchain;
mod torture;
mod tree;
mod wasm;
mod wasm_tools;
mod windows;

use std::process::ExitCode;

use npm::Build;
use tree::Tree;

const HELP: &str = "\
Usage: cargo xtask <command>

Commands:
  bench   Measures Keyloft beside other engines: times, ratios and targets. `--quick` takes
          minutes, `--json FILE` writes a line for each subject of each row, `--record` rewrites
          tests/benches/RESULTS.md and its plots, `--js` measures the npm package in Node,
          `--browser` in Chromium, `--object` in a Durable Object; `bench --help` describes the other options.
  browser Runs the tests of redb in a browser's private files, in headless Chromium, with workers
          that are killed. Installs Chromium if it can.
  demo    Runs one scenario over every kind of table, natively on a redb file and as WebAssembly
          in memory, and fails if the two end with different bytes. `--browser` instead builds a
          page that stores and browses data in a browser's private files, and serves it on this
          machine, at `--port NUMBER` (default 4173).
  npm     Builds the npm package `keyloft`, as a folder and as a tarball, and prints its sizes;
          fails if an engine exceeds its size budget. `--stable` builds without unstable features
          of Rust, which makes the package larger. `npm test` tests the package in every runtime,
          `npm test --stable` the stable build.
  protocol
          Generates the TypeScript of the protocol between JavaScript and the engine: the files
          `bindings/wasm/js/**/*.generated.ts`. A test of `keyloft-wasm` fails if they are stale.
  test    Runs the gate: `lint`, the native tests, the policy for dependencies, a dry run of
          publishing, the tests over PostgreSQL, as WebAssembly, on a big-endian processor and on
          Windows, `browser`, and the npm package in every runtime. Installs what it needs.
          `--long` also runs the slow tests. `--only NAME,...` runs some sections: lint, native,
          torture, dependencies, msrv, publish, postgres, targets, wasm, big-endian, windows, npm,
          npm-stable. Without `--only`, only `--long` runs npm-stable.
  torture Kills processes, cuts the power, lets storages fail and damages files, and compares
          the database with a model afterwards. Runs for an hour, or `--for TIME` such as 8h;
          `--short` runs the rounds of the gate. `--seed N` repeats what a failure prints.
          Names choose harnesses; `torture --help` describes the other options.
  fuzz TARGET [SECONDS]
          Fuzzes a target of `tests/torture`, guided by coverage, and keeps the inputs that reach
          something new in `tests/torture/corpus`.
  lint    Runs `tidy`, and checks formatting, clippy and the documentation. Warnings are errors.
  tidy    Checks the rules of style in the libraries' sources: doc comments that begin with a vague
          word, long files, modules without documentation.
  help    Prints this page.
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match command(&args) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn command(args: &[String]) -> Result<ExitCode, String> {
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args.as_slice() {
        ["bench", args @ ..] => bench::run(&Tree::find()?, args).map(|()| ExitCode::SUCCESS),
        ["browser"] => Ok(browser::run(&Tree::find()?)),
        ["demo"] => demo::run(&Tree::find()?).map(|()| ExitCode::SUCCESS),
        ["demo", "--browser", args @ ..] => demo::serve(&Tree::find()?, args).map(|()| ExitCode::SUCCESS),
        ["npm"] => npm::run(&Tree::find()?, Build::Smallest).map(|()| ExitCode::SUCCESS),
        ["npm", "--stable"] => npm::run(&Tree::find()?, Build::Stable).map(|()| ExitCode::SUCCESS),
        ["npm", "test"] => Ok(package::run(&Tree::find()?, Build::Smallest)),
        ["npm", "test", "--stable"] => Ok(package::run(&Tree::find()?, Build::Stable)),
        ["protocol"] => protocol::run(&Tree::find()?).map(|()| ExitCode::SUCCESS),
        ["test", args @ ..] => test::run(&Tree::find()?, args),
        ["fuzz", args @ ..] => fuzz::run(&Tree::find()?, args).map(|()| ExitCode::SUCCESS),
        ["torture", args @ ..] => torture::run(&Tree::find()?, args).map(|()| ExitCode::SUCCESS),
        ["lint"] => Ok(lint::run(&Tree::find()?)),
        ["tidy"] => tidy::run(&Tree::find()?).map(|_| ExitCode::SUCCESS),
        ["help" | "--help" | "-h"] => {
            print!("{HELP}");
            Ok(ExitCode::SUCCESS)
        }
        [] => Err(format!("no command was given\n\n{HELP}")),
        other => Err(format!("`{}` is not a command of `cargo xtask`\n\n{HELP}", other.join(" "))),
    }
}
