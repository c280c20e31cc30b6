//! The program of the [library](keyloft_torture).

use std::process::ExitCode;

fn main() -> ExitCode {
    keyloft_torture::main()
}
