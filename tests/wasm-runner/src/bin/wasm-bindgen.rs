//! `wasm-bindgen`: generates a JavaScript package from a compiled module.
//!
//! The command line is wasm-bindgen's own; see `wasm-bindgen --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    match wasm_bindgen_cli::wasm_bindgen::run_cli_with_args(std::env::args_os()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
