//! The progress of long work, on a terminal.

use std::cell::RefCell;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::text;

/// The time for which work must last before its progress is shown.
const PATIENCE: Duration = Duration::from_millis(500);

/// The progress of long work, which a person sees on the standard error if that is a terminal.
pub(crate) struct Progress {
    name: &'static str,
    began: Instant,
    bar: RefCell<Option<ProgressBar>>,
}

impl Progress {
    /// Begins work of this name, whose end is not known.
    pub(crate) fn begin(name: &'static str) -> Self {
        Self { name, began: Instant::now(), bar: RefCell::new(None) }
    }

    /// Tells how many bytes of a stream are done.
    pub(crate) fn tell_bytes(&self, bytes: u64) {
        self.show(|| text::bytes(bytes));
    }

    /// Tells how much is done.
    pub(crate) fn tell(&self, entries: u64, bytes: u64) {
        self.show(|| format!("{}, {}", text::count(entries, "entry"), text::bytes(bytes)));
    }

    fn show(&self, message: impl FnOnce() -> String) {
        if self.began.elapsed() < PATIENCE {
            return;
        }
        let mut bar = self.bar.borrow_mut();
        bar.get_or_insert_with(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(5));
            // The template is tested below.
            bar.set_style(
                ProgressStyle::with_template(TEMPLATE).unwrap_or_else(|_| ProgressStyle::default_spinner()),
            );
            bar.set_prefix(self.name);
            bar
        })
        .set_message(message());
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}

const TEMPLATE: &str = "{spinner} {prefix}: {msg} ({elapsed})";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_is_one() {
        assert!(ProgressStyle::with_template(TEMPLATE).is_ok());
    }
}
