//! The child process: it opens damaged images, and tells the outcomes.

use std::sync::Arc;

use keyloft::transfer;
use keyloft_redb::{Durability, RedbBackend};

use super::case::{Case, Original};
use super::values::{FOREIGN, Values};
use crate::breaks::Break;
use crate::failure::{Failure, Outcome, PANIC, without_panic};
use crate::power::options;
use crate::process::say;
use crate::storage::Disk;

/// The name of this child.
pub(crate) const NAME: &str = "damage";

/// The ways of opening each image.
pub(super) const WAYS: [&str; 2] = ["as usual", CHECKED];
/// The first line of the child, when its original is there.
pub(super) const READY: &str = "ready";
/// The way that verifies every checksum.
pub(super) const CHECKED: &str = "checked";

/// Opens each of the images from the one with this number on, in both ways.
pub(crate) fn child(args: &[&str]) -> Outcome {
    let [seed, first, end, how] = args else {
        return Err(Failure::from("not the arguments of a child".to_owned()));
    };
    let number = |text: &str| text.parse::<u64>().map_err(|error| Failure::from(error.to_string()));
    // The checks are left out on purpose.
    let how = Break::named(how);
    let original = Original::of(number(seed)?)?;
    let values = Values::of(&original.history);
    say(READY)?;
    for case in number(first)?..number(end)? {
        let Case { damage, image } = original.case(case);
        for way in WAYS {
            let check = way == CHECKED && how != Some(Break::LostCheck);
            let image = image.clone();
            let outcome = without_panic(|| {
                let redb = open(image, check)?;
                values.check(redb.clone(), how == Some(Break::UncheckedValues))?;
                read_all(&original, &redb)
            });
            say(&format!("{}\t{}", damage, class(outcome)))?;
        }
    }
    Ok(())
}

fn open(image: Vec<u8>, check: bool) -> Outcome<Arc<RedbBackend>> {
    let options = options(Durability::Immediate).check_on_open(check);
    Ok(Arc::new(options.with_storage(Disk::holding(image))?))
}

/// Compares all of a database with the last state of the original.
fn read_all(original: &Original, redb: &Arc<RedbBackend>) -> Outcome {
    transfer::digest(&**redb)?;
    let last = original.history.last();
    original.history.check(redb, last..=last).map(drop)
}

/// Returns the class of an outcome, and more about it, in one line.
fn class(outcome: Outcome) -> String {
    match outcome {
        Ok(()) => "right".to_owned(),
        Err(Failure { text, code }) => {
            let class = match code {
                None => "wrong",
                Some(code @ (PANIC | FOREIGN)) => code,
                Some(_) => "error",
            };
            format!("{class} {}", text.replace(['\n', '\r'], " "))
        }
    }
}
