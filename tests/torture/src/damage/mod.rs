//! Damage to a closed file: opened with the check of all checksums it is an error or harmless; opened as usual, no key has a
//! value that it never had, and the other outcomes are counted.

mod case;
mod examine;
mod values;

use std::time::Duration;

pub(crate) use examine::{NAME, child};

use crate::failure::{Outcome, PANIC, ensure};
use crate::harness::Round;
use crate::process::Child;
use crate::tally::Tally;

/// The damaged images of a round.
const CASES: u64 = 60;
/// The time after which a case counts as hanging, and the longest time until the child is ready.
const PATIENCE: Duration = Duration::from_secs(60);
const START: Duration = Duration::from_secs(300);

/// The outcomes that no opening allows, and those that `check_on_open` excludes besides.
const EXCLUDED: [&str; 3] = [PANIC, "abort", values::FOREIGN];
const EXCLUDED_BY_CHECK: &[&str] = &["hang", "wrong"];

/// Damages images of one file, and counts the outcomes.
pub(crate) fn round(round: &Round) -> Outcome<Tally> {
    let mut tally = Tally::default();
    let mut next = 0;
    while next < CASES {
        next = examine_from(round, next, &mut tally)?;
    }
    Ok(tally)
}

/// Has a child examine the cases from this one on. Returns the first case that it has not come to.
fn examine_from(round: &Round, first: u64, tally: &mut Tally) -> Outcome<u64> {
    let how = round.how.map_or("", crate::breaks::Break::name);
    let args = [examine::NAME, &round.seed.to_string(), &first.to_string(), &CASES.to_string(), how];
    let child = Child::start(&args.map(str::to_owned))?;
    let ready = child.line_within(START)?;
    ensure(ready.as_deref() == Some(examine::READY), || format!("the child is not ready: {ready:?}"))?;
    let (mut number, mut way) = (first, 0);
    loop {
        let (line, end) = match child.line_within(PATIENCE) {
            Ok(Some(line)) => (line, None),
            Ok(None) if number == CASES => return Ok(CASES),
            Ok(None) => (String::new(), Some("abort")),
            Err(_) => (String::new(), Some("hang")),
        };
        let (damage, outcome) = line.split_once('\t').unwrap_or(("some damage", ""));
        let outcome = end.unwrap_or(outcome);
        judge(number, way, damage, outcome, tally)?;
        if end.is_some() {
            return Ok(number + 1);
        }
        way += 1;
        if way == examine::WAYS.len() {
            (number, way) = (number + 1, 0);
        }
    }
}

/// Counts an outcome. Fails if the way of opening excludes it.
fn judge(number: u64, way: usize, damage: &str, outcome: &str, tally: &mut Tally) -> Outcome {
    let way = examine::WAYS.get(way).copied().unwrap_or_default();
    let (class, detail) = outcome.split_once(' ').unwrap_or((outcome, ""));
    tally.count(format!("{way}: {class}"));
    let excluded = if way == examine::CHECKED { EXCLUDED_BY_CHECK } else { &[] };
    let holds = !EXCLUDED.contains(&class) && !excluded.contains(&class);
    ensure(holds, || format!("case {number}, {damage}, {way}: {class} {detail}"))
}
