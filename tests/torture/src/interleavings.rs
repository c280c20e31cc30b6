//! Schedules of threads, by the program in `tests/interleavings`: a workspace of its own, because it builds the libraries for a
//! scheduler. `cargo xtask torture` builds it, and passes its path in a variable.

use std::env;
use std::process::Command;

use crate::failure::{Failure, Outcome};
use crate::harness::Round;
use crate::tally::Tally;

/// The variable with the path of the program.
const PROGRAM: &str = "KEYLOFT_INTERLEAVINGS";
/// The schedules of each scenario in a round.
const SCHEDULES: u64 = 500;

/// Runs schedules of all scenarios.
pub(crate) fn round(round: &Round) -> Outcome<Tally> {
    let Some(program) = env::var_os(PROGRAM) else {
        let mut tally = Tally::default();
        tally.count("rounds left out, which only `cargo xtask torture` can run");
        return Ok(tally);
    };
    let (seed, schedules) = (round.seed.to_string(), SCHEDULES.to_string());
    let output = Command::new(program).args(["--seed", &seed, "--schedules", &schedules]).output()?;
    if !output.status.success() {
        return Err(Failure::from(String::from_utf8_lossy(&output.stderr).into_owned()));
    }
    Ok(Tally::read(&String::from_utf8_lossy(&output.stdout)))
}
