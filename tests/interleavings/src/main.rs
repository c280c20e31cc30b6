//! `keyloft-interleavings`: the code that waits for other threads, in orders of the threads that a seed determines.
//!
//! A scheduler switches threads at every lock, condition and atomic of the libraries. A run explores random orders, and
//! orders with few switches at the worst moments. A deadlock is a failure too: no thread can go on.

mod breaks;
mod disk;
mod feed;
mod group;
mod lock;
mod registers;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use shuttle::scheduler::{PctScheduler, RandomScheduler, Scheduler};
use shuttle::{Config, MaxSteps, Runner};

use breaks::Break;

const HELP: &str = "\
Usage: keyloft-interleavings [--seed N] [--schedules N] [--break NAME] [SCENARIO...]
";

/// A small program of a few threads, which panics if a promise does not hold.
struct Scenario {
    name: &'static str,
    run: fn(Option<Break>),
}

const SCENARIOS: [Scenario; 4] = [
    Scenario { name: "lock", run: lock::run },
    Scenario { name: "group", run: group::run },
    Scenario { name: "feed", run: feed::run },
    Scenario { name: "registers", run: registers::run },
];

/// The most switches to another thread at a bad moment, in half of the schedules.
const DEPTH: usize = 4;
/// redb's calls are deep.
const STACK: usize = 1 << 20;
/// More steps than any schedule needs. A schedule that goes on for ever is a failure.
const STEPS: usize = 200_000;

struct Options {
    seed: u64,
    schedules: usize,
    how: Option<Break>,
    scenarios: Vec<&'static Scenario>,
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let Some(options) = read(&args) else {
        eprint!("{HELP}");
        return ExitCode::FAILURE;
    };
    for scenario in &options.scenarios {
        if catch_unwind(AssertUnwindSafe(|| explore(scenario, &options))).is_err() {
            eprintln!("FAILED {}, in the schedules of seed {}", scenario.name, options.seed);
            return ExitCode::FAILURE;
        }
        println!("{} schedules of {}", options.schedules, scenario.name);
    }
    ExitCode::SUCCESS
}

fn read(args: &[String]) -> Option<Options> {
    let mut options = Options { seed: 1, schedules: 200, how: None, scenarios: Vec::new() };
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--seed" => options.seed = args.next()?.parse().ok()?,
            "--schedules" => options.schedules = args.next()?.parse().ok()?,
            "--break" => options.how = Some(Break::named(args.next()?)?),
            name => options.scenarios.push(SCENARIOS.iter().find(|scenario| scenario.name == name)?),
        }
    }
    if options.scenarios.is_empty() {
        options.scenarios = SCENARIOS.iter().collect();
    }
    Some(options)
}

/// Runs half of the schedules at random, and the other half with few switches.
fn explore(scenario: &Scenario, options: &Options) {
    let half = options.schedules.div_ceil(2);
    under(RandomScheduler::new_from_seed(options.seed, half), scenario, options.how);
    under(PctScheduler::new_from_seed(options.seed, DEPTH, half), scenario, options.how);
}

fn under(scheduler: impl Scheduler + 'static, scenario: &Scenario, how: Option<Break>) {
    let mut config = Config::new();
    config.stack_size = STACK;
    config.max_steps = MaxSteps::FailAfter(STEPS);
    // It runs every atomic operation as if it were `SeqCst`. Weaker ones say in the code why they are enough.
    config.silence_warnings = true;
    let run = scenario.run;
    keyloft_scheduled::set_fault(how.and_then(Break::fault));
    Runner::new(scheduler, config).run(move || run(how));
}
