//! The command `keyloft`: looks into Keyloft databases, repairs and moves them. The README has a tour.

mod args;
mod commands;
mod database;
mod failure;
mod keys;
mod output;
mod panics;
mod partitions;
mod progress;
mod rows;
mod select;
mod text;

use std::process::ExitCode;

use clap::Parser;

use crate::args::Args;
use crate::output::Output;

fn main() -> ExitCode {
    panics::catch(run).unwrap_or_else(|panic| {
        anstream::eprintln!("this is a bug of keyloft, please report it: {panic}");
        ExitCode::from(failure::FAILED)
    })
}

fn run() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        // Help and the version are not errors, and go to the standard output.
        Err(error) => {
            let code = if error.use_stderr() { failure::USAGE } else { failure::DONE };
            // Nobody reads the message if the pipe is closed.
            let _: Result<_, _> = error.print();
            return ExitCode::from(code);
        }
    };
    let mut output = Output::new(args.common.json, args.common.color);
    match commands::run(&args, &mut output) {
        Ok(end) => ExitCode::from(end.code()),
        Err(failure) => {
            output.failure(&failure);
            ExitCode::from(failure.code())
        }
    }
}
