//! [`Options`]: the command line.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::breaks::Break;
use crate::failure::{Failure, Outcome};
use crate::harness::{HARNESSES, Harness};

/// The help.
pub(crate) const HELP: &str = "\
Usage: keyloft-torture [OPTION...] [HARNESS...]

Options:
  --short       Runs the rounds of the gate, from seed 1.
  --for TIME    Runs rounds of all harnesses in turn for this time, such as 90s, 30m or 8h.
                Without it and without --short it is 1h.
  --rounds N    Runs this number of rounds of each harness.
  --seed N      The seed of the first round. The next rounds have the next numbers. Without it,
                the time is the seed.
  --break NAME  Breaks something on purpose, to see that the harness fails.
";

/// The extent of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    Short,
    Rounds(u64),
    For(Duration),
}

/// The command line.
pub(crate) struct Options {
    pub(crate) extent: Extent,
    pub(crate) seed: u64,
    pub(crate) how: Option<Break>,
    pub(crate) harnesses: Vec<&'static Harness>,
}

impl Options {
    /// Reads the arguments.
    pub(crate) fn read(args: &[String]) -> Outcome<Self> {
        let (mut extent, mut seed, mut how, mut harnesses) = (Extent::For(HOUR), None, None, Vec::new());
        let mut args = args.iter().map(String::as_str);
        while let Some(arg) = args.next() {
            let mut value = || args.next().ok_or_else(|| wrong(&format!("`{arg}` needs a value")));
            match arg {
                "--short" => extent = Extent::Short,
                "--for" => extent = Extent::For(time(value()?)?),
                "--rounds" => extent = Extent::Rounds(number(value()?)?),
                "--seed" => seed = Some(number(value()?)?),
                "--break" => how = Some(broken(value()?)?),
                name => harnesses.push(named(name)?),
            }
        }
        if harnesses.is_empty() {
            harnesses =
                HARNESSES.iter().filter(|harness| extent != Extent::Short || harness.short > 0).collect();
        }
        let seed = seed.unwrap_or_else(|| if extent == Extent::Short { 1 } else { of_the_time() });
        Ok(Self { extent, seed, how, harnesses })
    }
}

const HOUR: Duration = Duration::from_secs(3600);

fn named(name: &str) -> Outcome<&'static Harness> {
    Harness::named(name).ok_or_else(|| {
        let all: Vec<&str> = HARNESSES.iter().map(|harness| harness.name).collect();
        wrong(&format!("there is no harness `{name}`: choose from {}", all.join(", ")))
    })
}

fn broken(name: &str) -> Outcome<Break> {
    Break::named(name).ok_or_else(|| {
        let all: Vec<&str> = Break::ALL.iter().map(|(name, _)| *name).collect();
        wrong(&format!("there is no break `{name}`: choose from {}", all.join(", ")))
    })
}

fn number(text: &str) -> Outcome<u64> {
    text.parse().map_err(|_| wrong(&format!("`{text}` is not a number")))
}

fn time(text: &str) -> Outcome<Duration> {
    let units = [("s", 1), ("m", 60), ("h", 3600)];
    let found = units.iter().find_map(|(unit, seconds)| Some((text.strip_suffix(unit)?, seconds)));
    let (digits, seconds) =
        found.ok_or_else(|| wrong(&format!("`{text}` is not a time such as 90s, 30m or 8h")))?;
    Ok(Duration::from_secs(number(digits)?.saturating_mul(*seconds)))
}

/// Returns a seed that no earlier run had.
fn of_the_time() -> u64 {
    let time = SystemTime::now().duration_since(UNIX_EPOCH).map(|time| time.as_secs());
    time.unwrap_or(0).saturating_mul(1_000)
}

fn wrong(text: &str) -> Failure {
    Failure::from(format!("{text}\n\n{HELP}"))
}
