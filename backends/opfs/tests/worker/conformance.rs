//! The conformance suite, with a test for each case.

use wasm_bindgen_test::wasm_bindgen_test;

use crate::fixture::Files;

macro_rules! tests {
    ($_:meta; $($place:ident $group:ident { $($case:ident)+ })+) => {$(
        mod $group {
            use super::{Files, wasm_bindgen_test};

            $(
                #[wasm_bindgen_test]
                async fn $case() {
                    let files = Files::opened(stringify!($group) == "persistence").await;
                    keyloft_conformance::run(concat!(stringify!($group), "::", stringify!($case)), &files);
                }
            )+
        }
    )+};
}

keyloft_conformance::__read_cases!([tests] test);
keyloft_conformance::__write_cases!([tests] test);
