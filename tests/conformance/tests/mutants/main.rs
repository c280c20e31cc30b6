//! The suite finds what it is there to find: each way to break a backend fails the case that is there for it, which
//! the same backend passes when it is whole.

#![allow(clippy::unwrap_used)] // it is all tests

mod broken;
mod flawed;
mod mutation;

use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};

use keyloft_conformance::run;

use crate::flawed::Flawed;
use crate::mutation::Mutation;

#[test]
fn every_mutation_is_found() {
    let hook = take_hook();
    // What the cases say when they fail is not wanted here.
    set_hook(Box::new(|_| ()));
    let outcomes: Vec<_> = Mutation::ALL
        .iter()
        .map(|&(mutation, case)| (mutation, case, fails(case, None), fails(case, Some(mutation))))
        .collect();
    set_hook(hook);

    let mut wrong = Vec::new();
    for (mutation, case, healthy, mutated) in outcomes {
        println!("{:<30} is found by {case}", format!("{mutation:?}"));
        if healthy || !mutated {
            wrong.push((mutation, case, if healthy { "fails without it too" } else { "does not find it" }));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn fails(case: &str, mutation: Option<Mutation>) -> bool {
    catch_unwind(AssertUnwindSafe(|| run(case, &Flawed(mutation)))).is_err()
}
