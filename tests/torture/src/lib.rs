//! `keyloft-torture`: kills, losses of power, faults and damage, each from a seed that is printed and reproduces.
//!
//! A harness does something to a database that its promises must survive, and compares the whole database with a model
//! afterwards. `--break` breaks a promise on purpose, and the harness must notice.

mod breaks;
mod browser;
mod corpus;
mod damage;
mod decoding;
mod entries;
mod failed_sync;
mod failure;
mod faults;
mod full_disk;
pub mod fuzz;
mod harness;
mod history;
mod interleavings;
mod kill;
mod layers;
mod log;
mod old_files;
mod operations;
mod options;
mod power;
mod process;
mod processes;
mod random;
mod soak;
mod storage;
mod streams;
mod tally;
mod threads;
mod workload;
mod worlds;

use std::process::ExitCode;
use std::time::Instant;

use failure::{Failure, Outcome};
use harness::{Done, Round};
use options::{Extent, HELP, Options};

/// Runs the program with the arguments of the process.
pub fn main() -> ExitCode {
    failure::keep_panics();
    let args: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match args.as_slice() {
        [arg] if arg == "--help" || arg == "-h" => {
            print!("{HELP}");
            Ok(())
        }
        [first, args @ ..] if first == process::CHILD => child(args),
        [first, folder] if first == old_files::WRITE => old_files::write(folder.as_ref()),
        args => Options::read(args).and_then(|options| run(&options)),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure { text, .. }) => {
            eprintln!("FAILED {text}");
            ExitCode::FAILURE
        }
    }
}

/// Does the work of a child process.
fn child(args: &[String]) -> Outcome {
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args.as_slice() {
        [kill::NAME, args @ ..] => kill::child(args),
        [damage::NAME, args @ ..] => damage::child(args),
        [log::NAME, args @ ..] => log::child(args),
        [processes::NAME, args @ ..] => processes::child(args),
        _ => Err(Failure::from("there is no such child".to_owned())),
    }
}

/// Runs the rounds, until one fails. Prints the numbers of each harness.
fn run(options: &Options) -> Outcome {
    let Options { extent, seed, how, harnesses } = options;
    println!("the first seed is {seed}");
    let began = Instant::now();
    let mut done: Vec<Done> = harnesses.iter().map(|_| Done::default()).collect();
    let mut outcome = Ok(());
    'rounds: for number in 0_u64.. {
        let round = Round { seed: seed.wrapping_add(number), how: *how };
        let mut went_on = false;
        for (harness, done) in harnesses.iter().zip(&mut done) {
            let goes_on = match extent {
                Extent::Short => number < harness.short.max(1),
                Extent::Rounds(rounds) => number < *rounds,
                Extent::For(time) => began.elapsed() < *time,
            };
            if goes_on {
                went_on = true;
                outcome = harness.round(&round, done);
                if outcome.is_err() {
                    break 'rounds;
                }
            }
        }
        if !went_on {
            break;
        }
    }
    for (harness, Done { rounds, tally, time }) in harnesses.iter().zip(&done) {
        println!("{:<12} {rounds:>5} rounds {:>7.1} s: {tally}", harness.name, time.as_secs_f64());
    }
    outcome
}
