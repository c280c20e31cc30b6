//! [`suite!`](crate::suite) and [`reads!`](crate::reads): tests of the cases.

/// Makes a test of every case for the backends of a [`Fixture`](crate::Fixture): `suite!(FIXTURE)`, or
/// `suite!(NAME, FIXTURE)` for several suites in one file.
///
/// The tests are in a module of that name, by default `conformance`, which imports the items around the call. With
/// `suite!(NAME, FIXTURE, test = ATTRIBUTE)` the tests have that attribute in place of `#[test]`: see the
/// [crate](crate#in-a-browser).
#[macro_export]
macro_rules! suite {
    ($fixture:expr) => {
        $crate::suite!(conformance, $fixture);
    };
    ($name:ident, $fixture:expr) => {
        $crate::suite!($name, $fixture, test = test);
    };
    ($name:ident, $fixture:expr, test = $test:meta) => {
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            fn fixture() -> impl $crate::Fixture {
                $fixture
            }

            $crate::__read_cases!([$crate::__tests] $test);
            $crate::__write_cases!([$crate::__tests] $test);
            $crate::__catalog_cases!([$crate::__tests] $test);
        }
    };
}

/// Makes a test of every case that only reads, for a backend that refuses writes: see
/// [`Fixture::view`](crate::Fixture::view). The arguments are those of [`suite!`](crate::suite).
#[macro_export]
macro_rules! reads {
    ($name:ident, $fixture:expr) => {
        $crate::reads!($name, $fixture, test = test);
    };
    ($name:ident, $fixture:expr, test = $test:meta) => {
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            fn fixture() -> impl $crate::Fixture {
                $fixture
            }

            $crate::__read_cases!([$crate::__tests] $test);
        }
    };
}

/// A module of tests for each group of cases.
#[doc(hidden)]
#[macro_export]
macro_rules! __tests {
    ($test:meta; $($place:ident $group:ident { $($case:ident)+ })+) => {$(
        mod $group {
            use super::*;

            $crate::__group!($test; $group $($case)+);
        }
    )+};
}

/// The tests of one group.
#[doc(hidden)]
#[macro_export]
macro_rules! __group {
    ($test:meta; $group:ident $($case:ident)+) => {$(
        #[$test]
        fn $case() {
            $crate::run(concat!(stringify!($group), "::", stringify!($case)), &fixture());
        }
    )+};
}
