//! Tests of the suite itself: each mutation of a backend fails its case, which the backend passes without the mutation.

#![allow(clippy::unwrap_used)] // every item is of a test

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
    // The expected failures of the cases must not be printed.
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
