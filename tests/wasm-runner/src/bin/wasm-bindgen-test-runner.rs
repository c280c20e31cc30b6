//! `wasm-bindgen-test-runner`: the program that Cargo starts to run a test binary of wasm32-unknown-unknown.
//!
//! Name it in `CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER`. Tests run in Node unless the crate or a
//! `WASM_BINDGEN_USE_…` variable asks for a browser.

use std::process::ExitCode;

fn main() -> ExitCode {
    match wasm_bindgen_cli::wasm_bindgen_test_runner::run_cli_with_args(std::env::args_os()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
