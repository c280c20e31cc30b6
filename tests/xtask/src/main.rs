//! `cargo xtask`: the project's own commands, in Rust so that they run wherever Cargo does.
//!
//! Nothing but the standard library is used, so the first command starts within seconds of a clone.

mod apt;
mod bench;
mod browser;
mod demo;
mod firefox;
mod lint;
mod node;
mod npm;
mod package;
mod protocol;
mod sh;
mod steps;
mod test;
#[cfg(test)]
mod tests;
mod toolchain;
mod tree;
mod wasm_tools;

use std::process::ExitCode;

use tree::Tree;

const HELP: &str = "\
Usage: cargo xtask <command>

Commands:
  bench   Keyloft beside its peers, in one process: times, ratios and targets. `--quick` takes
          minutes, `--json FILE` writes a line for each subject of each row, `--record` writes
          tests/benches/RESULTS.md and its plots anew, `--js` measures the npm package in
          Node, `--browser` in Chromium; `bench --help` names the rest.
  browser The tests that need a browser, in Chromium without a window: redb in its private
          files, and workers that are killed. Installs Chromium where it may.
  demo    One scenario over every kind of table, natively on a redb file and as WebAssembly in
          memory; fails if the two don't end with the same bytes. `--browser` builds a page that
          browses such data in a browser's private files, and serves it on this machine, at
          `--port NUMBER` if one is named.
  npm     The npm package `keyloft`, as a folder and as a tarball, with its sizes; fails if an engine
          is over its budget. `npm test` tests it, in every runtime.
  protocol
          Writes the TypeScript of the protocol between JavaScript and the engine: the files
          `bindings/wasm/js/**/*.generated.ts`. A test of `keyloft-wasm` fails when they differ.
  test    Everything: what lint does, the native tests, core without an operating system,
          the same tests as WebAssembly in Node, what browser does, and the npm package in every
          runtime. Installs what it needs.
  lint    Formatting, clippy and the documentation, warnings being errors.
  help    This page.
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
        ["npm"] => npm::run(&Tree::find()?).map(|()| ExitCode::SUCCESS),
        ["npm", "test"] => Ok(package::run(&Tree::find()?)),
        ["protocol"] => protocol::run(&Tree::find()?).map(|()| ExitCode::SUCCESS),
        ["test"] => Ok(test::run(&Tree::find()?)),
        ["lint"] => Ok(lint::run(&Tree::find()?)),
        ["help" | "--help" | "-h"] => {
            print!("{HELP}");
            Ok(ExitCode::SUCCESS)
        }
        [] => Err(format!("no command was given\n\n{HELP}")),
        other => Err(format!("`{}` is not a command\n\n{HELP}", other.join(" "))),
    }
}
