//! Named steps, each run and timed even if an earlier one failed, and the table of them.

use std::process::ExitCode;
use std::time::{Duration, Instant};

/// The steps that have been run.
#[derive(Default)]
pub(crate) struct Steps {
    done: Vec<Step>,
}

struct Step {
    name: String,
    time: Duration,
    outcome: Outcome,
}

/// The outcome of a step, with a note on a success, or with the reason of a failure or a skip.
enum Outcome {
    Passed(String),
    Failed(String),
    Skipped(String),
}

impl Steps {
    /// Runs one step. A failure is kept for the table, so that later steps still run.
    pub(crate) fn run(&mut self, name: &str, body: impl FnOnce() -> Result<String, String>) {
        println!("\n== {name}");
        let start = Instant::now();
        let outcome = body();
        let time = start.elapsed();
        let outcome = match outcome {
            Ok(note) => {
                println!("-- {name}: ok in {}{}", seconds(time), dash(&note));
                Outcome::Passed(note)
            }
            Err(error) => {
                println!("-- {name}: FAILED after {}: {}", seconds(time), first_line(&error));
                Outcome::Failed(error)
            }
        };
        self.done.push(Step { name: name.to_owned(), time, outcome });
    }

    /// Records a step that can't run here, with the reason. It fails nothing.
    pub(crate) fn skip(&mut self, name: &str, why: &str) {
        println!("\n== {name}\n-- {name}: skipped: {why}");
        self.done.push(Step {
            name: name.to_owned(),
            time: Duration::ZERO,
            outcome: Outcome::Skipped(why.to_owned()),
        });
    }

    /// Prints why steps failed, the table, and last the numbers of steps that passed and failed.
    pub(crate) fn finish(&self) -> ExitCode {
        for step in &self.done {
            if let Outcome::Failed(error) = &step.outcome {
                println!("\n== failure of {}\n{error}", step.name);
            }
        }
        println!("\n== summary");
        for step in &self.done {
            let (mark, note) = match &step.outcome {
                Outcome::Passed(note) => ("ok", note),
                Outcome::Failed(error) => ("FAILED", error),
                Outcome::Skipped(why) => ("skipped", why),
            };
            println!("{mark:<7}  {:<34} {:>9}{}", step.name, seconds(step.time), dash(first_line(note)));
        }
        let total: Duration = self.done.iter().map(|step| step.time).sum();
        println!("{:<7}  {:<34} {:>9}\n", "", "all", seconds(total));
        let failed = self.count(|outcome| matches!(outcome, Outcome::Failed(_)));
        let skipped = self.count(|outcome| matches!(outcome, Outcome::Skipped(_)));
        let passed = self.done.len() - failed - skipped;
        let skipped = if skipped == 0 { String::new() } else { format!(", {skipped} skipped") };
        println!("{passed} passed, {failed} failed{skipped}");
        if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }

    fn count(&self, which: impl Fn(&Outcome) -> bool) -> usize {
        self.done.iter().filter(|step| which(&step.outcome)).count()
    }
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

fn dash(note: &str) -> String {
    if note.is_empty() { String::new() } else { format!("  - {note}") }
}
