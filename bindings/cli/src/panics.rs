//! The panics of an engine at a damaged file, which its backend catches, and those of nobody else.

use std::panic::{self, AssertUnwindSafe};
use std::sync::{Mutex, PoisonError};

/// The text of the last panic.
static LAST: Mutex<String> = Mutex::new(String::new());

/// Runs the command. A panic that a backend catches is not shown: its error is `Corrupted`. Another one is a bug, and is returned as
/// the text to show.
pub(crate) fn catch<T>(run: impl FnOnce() -> T) -> Result<T, String> {
    panic::set_hook(Box::new(|info| {
        *LAST.lock().unwrap_or_else(PoisonError::into_inner) = info.to_string();
    }));
    // Nothing of the command is used after a panic.
    panic::catch_unwind(AssertUnwindSafe(run))
        .map_err(|_| LAST.lock().unwrap_or_else(PoisonError::into_inner).clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_that_nobody_catches_is_told() {
        let caught = catch(|| panic::catch_unwind(|| panic!("of the engine")).is_err());
        assert_eq!(caught, Ok(true));
        let bug: Result<(), String> = catch(|| panic!("of the command"));
        assert!(bug.unwrap_err().contains("of the command"));
        drop(panic::take_hook());
    }
}
