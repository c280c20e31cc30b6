//! [`Failure`]: a broken promise, or an error of the machine, in words.

use std::cell::RefCell;
use std::fmt::{Debug, Display};
use std::io;
use std::panic::{self, AssertUnwindSafe};

/// The code of a failure by a panic.
pub(crate) const PANIC: &str = "panic";

/// A broken promise, or an error of the machine, in words.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) text: String,
    /// The code, if it is an error of the database.
    pub(crate) code: Option<&'static str>,
}

/// The result of a harness and of its parts.
pub(crate) type Outcome<T = ()> = Result<T, Failure>;

impl From<keyloft::Error> for Failure {
    fn from(error: keyloft::Error) -> Self {
        Self { text: format!("{}: {error}", error.code()), code: Some(error.code()) }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::from(format!("the system: {error}"))
    }
}

impl From<String> for Failure {
    fn from(text: String) -> Self {
        Self { text, code: None }
    }
}

impl Failure {
    /// Puts the place or the moment before the text.
    pub(crate) fn at(self, place: impl Display) -> Self {
        Self { text: format!("{place}: {}", self.text), ..self }
    }
}

/// Fails if the two differ.
pub(crate) fn same<T: PartialEq + Debug>(what: impl Display, found: &T, expected: &T) -> Outcome {
    if found == expected {
        return Ok(());
    }
    let (found, expected) = excerpts(&format!("{found:?}"), &format!("{expected:?}"));
    Err(Failure::from(format!("{what}:\n   found {found}\nexpected {expected}")))
}

/// Fails with the text if the condition does not hold.
pub(crate) fn ensure(holds: bool, text: impl FnOnce() -> String) -> Outcome {
    if holds { Ok(()) } else { Err(Failure::from(text())) }
}

thread_local! {
    /// The text and the place of the last panic of this thread.
    static LAST_PANIC: RefCell<String> = RefCell::default();
}

/// Keeps panics for [`without_panic`], which reports them, instead of printing them.
pub(crate) fn keep_panics() {
    panic::set_hook(Box::new(|info| LAST_PANIC.set(info.to_string())));
}

/// Calls `work`, and returns its panic as a failure.
pub(crate) fn without_panic<T>(work: impl FnOnce() -> Outcome<T>) -> Outcome<T> {
    panic::catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        let text = format!("a panic: {}", LAST_PANIC.take());
        Err(Failure { text, code: Some(PANIC) })
    })
}

/// Returns the texts from shortly before their first difference.
fn excerpts(one: &str, two: &str) -> (String, String) {
    const BEFORE: usize = 200;
    const LEN: usize = 600;
    let same = one.chars().zip(two.chars()).take_while(|(one, two)| one == two).count();
    let start = same.saturating_sub(BEFORE);
    let excerpt = |text: &str| {
        let mark = if start == 0 { "" } else { "…" };
        let end = if text.chars().count() > start + LEN { "…" } else { "" };
        format!("{mark}{}{end}", text.chars().skip(start).take(LEN).collect::<String>())
    };
    (excerpt(one), excerpt(two))
}
