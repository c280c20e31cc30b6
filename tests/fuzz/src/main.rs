//! `keyloft-fuzz`: the target that the variable `KEYLOFT_FUZZ` names, run by libFuzzer. `cargo xtask fuzz` builds and starts it.

#![no_main]

use std::sync::LazyLock;

static TARGET: LazyLock<String> = LazyLock::new(|| std::env::var("KEYLOFT_FUZZ").unwrap_or_default());

libfuzzer_sys::fuzz_target!(|input: &[u8]| keyloft_torture::fuzz::judge(&TARGET, input));
