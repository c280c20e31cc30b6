//! [`suite!`](crate::suite) and [`reads!`](crate::reads): the cases as tests.

/// Makes a test of every case, for the backends of a [`Fixture`](crate::Fixture): `suite!(FIXTURE)`, or
/// `suite!(NAME, FIXTURE)` where several stand in one file.
///
/// The tests are in a module of that name, `conformance` unless one is given, which sees what is around the call. They
/// are marked with whatever `test` means there.
#[macro_export]
macro_rules! suite {
    ($fixture:expr) => {
        $crate::suite!(conformance, $fixture);
    };
    ($name:ident, $fixture:expr) => {
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            fn fixture() -> impl $crate::Fixture {
                $fixture
            }

            $crate::__cases!(reads $crate::__tests);
            $crate::__cases!(writes $crate::__tests);
        }
    };
}

/// As [`suite!`](crate::suite), for a backend that refuses writes: the cases that only read, of what
/// [`Fixture::view`](crate::Fixture::view) shows.
#[macro_export]
macro_rules! reads {
    ($name:ident, $fixture:expr) => {
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            fn fixture() -> impl $crate::Fixture {
                $fixture
            }

            $crate::__cases!(reads $crate::__tests);
        }
    };
}

/// A module of tests for each group of cases.
#[doc(hidden)]
#[macro_export]
macro_rules! __tests {
    ($($place:ident $group:ident { $($case:ident)+ })+) => {$(
        mod $group {
            use super::*;

            $(
                #[test]
                fn $case() {
                    $crate::run(concat!(stringify!($group), "::", stringify!($case)), &fixture());
                }
            )+
        }
    )+};
}
