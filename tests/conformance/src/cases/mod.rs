//! [`Case`]: the cases of the suite, in one list.

#[macro_use]
mod catalog;
#[macro_use]
mod reads;
#[macro_use]
mod writes;

use crate::Fixture;

/// A behaviour that every backend has.
#[derive(Clone, Copy)]
pub struct Case {
    /// The group and the name, as in the paths of the tests.
    pub name: &'static str,
    run: fn(&dyn Fixture),
}

impl Case {
    /// Runs the case on a backend of the fixture.
    ///
    /// # Panics
    ///
    /// If the backend does not have the behaviour.
    pub fn run(&self, fixture: &dyn Fixture) {
        (self.run)(fixture);
    }
}

/// Returns every case.
pub fn cases() -> impl Iterator<Item = &'static Case> {
    READS.iter().chain(WRITES).chain(CATALOG)
}

/// Runs the case of this name, as each test of a suite does.
///
/// # Panics
///
/// If the backend does not have the behaviour, or if no case has the name.
pub fn run(name: &str, fixture: &dyn Fixture) {
    match cases().find(|case| case.name == name) {
        Some(case) => case.run(fixture),
        None => panic!("there is no case `{name}`"),
    }
}

macro_rules! table {
    ($_:meta; $($place:ident $group:ident { $($case:ident)+ })+) => {
        &[$($(Case {
            name: concat!(stringify!($group), "::", stringify!($case)),
            run: crate::$place::$group::$case,
        },)+)+]
    };
}

const READS: &[Case] = __read_cases!([table] table);
const WRITES: &[Case] = __write_cases!([table] table);
const CATALOG: &[Case] = __catalog_cases!([table] table);
