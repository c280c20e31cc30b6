//! Named steps, each run and timed even if an earlier one failed, and the table at the end.

use std::process::ExitCode;
use std::time::{Duration, Instant};

/// The steps that have been run.
#[derive(Default)]
pub(crate) struct Steps {
    done: Vec<Step>,
}

struct Step {
    name: &'static str,
    time: Duration,
    /// What is worth knowing of a success, or why it failed.
    outcome: Result<String, String>,
}

impl Steps {
    /// Runs one step. What fails is kept for the table, so the steps after it still run.
    pub(crate) fn run(&mut self, name: &'static str, body: impl FnOnce() -> Result<String, String>) {
        println!("\n== {name}");
        let start = Instant::now();
        let outcome = body();
        let time = start.elapsed();
        match &outcome {
            Ok(note) => println!("-- {name}: ok in {}{}", seconds(time), dash(note)),
            Err(error) => println!("-- {name}: FAILED after {}: {error}", seconds(time)),
        }
        self.done.push(Step { name, time, outcome });
    }

    /// Prints the table, and last how many steps passed and failed.
    pub(crate) fn finish(&self) -> ExitCode {
        println!("\n== summary");
        for step in &self.done {
            let (mark, note) = match &step.outcome {
                Ok(note) => ("ok", note),
                Err(error) => ("FAILED", error),
            };
            let note = note.lines().next().unwrap_or_default();
            println!("{mark:<6}  {:<34} {:>9}{}", step.name, seconds(step.time), dash(note));
        }
        let total: Duration = self.done.iter().map(|step| step.time).sum();
        println!("{:<6}  {:<34} {:>9}\n", "", "all", seconds(total));
        let failed = self.done.iter().filter(|step| step.outcome.is_err()).count();
        println!("{} passed, {failed} failed", self.done.len() - failed);
        if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

fn dash(note: &str) -> String {
    if note.is_empty() { String::new() } else { format!("  - {note}") }
}
