//! The inputs of the fuzzed [targets](crate::fuzz) in `corpus`: each is judged, and so are damaged copies.

use std::fs;
use std::path::Path;

use crate::breaks::Break;
use crate::decoding::damage;
use crate::failure::{Failure, Outcome, ensure, without_panic};
use crate::fuzz::{self, Judge};
use crate::harness::Round;
use crate::random::Random;
use crate::tally::Tally;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus");

/// The damaged copies of an input in a round.
const COPIES: u64 = 3;

/// Judges the inputs of every target.
pub(crate) fn round(round: &Round) -> Outcome<Tally> {
    let mut tally = Tally::default();
    for (target, judge) in fuzz::TARGETS {
        let inputs = inputs(target)?;
        ensure(!inputs.is_empty(), || format!("{target} has no input"))?;
        for (number, (name, input)) in (0_u64..).zip(&inputs) {
            let at = |failure: Failure| failure.at(format!("corpus/{target}/{name}"));
            without_panic(|| judge(input)).map_err(at)?;
            let mut random = Random::of(round.seed, 50_000 + number);
            for _ in 0..COPIES {
                let damaged = damage(input, &mut random);
                let at =
                    |failure: Failure| failure.at(format!("corpus/{target}/{name}, damaged: {damaged:?}"));
                without_panic(|| judge(&damaged)).map_err(at)?;
            }
        }
        tally.add(format!("inputs of {target}"), u64::try_from(inputs.len()).unwrap_or(0));
    }
    if round.how == Some(Break::LooseKeys) {
        let loose: Judge = fuzz::loose_keys;
        for (_, input) in inputs("keys")? {
            without_panic(|| loose(&input))?;
        }
    }
    Ok(tally)
}

/// Returns the inputs of a target with their names, in the order of the names.
fn inputs(target: &str) -> Outcome<Vec<(String, Vec<u8>)>> {
    let mut inputs = Vec::new();
    for entry in fs::read_dir(Path::new(FOLDER).join(target))? {
        let entry = entry?;
        inputs.push((entry.file_name().to_string_lossy().into_owned(), fs::read(entry.path())?));
    }
    inputs.sort();
    Ok(inputs)
}
