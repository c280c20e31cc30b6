//! [`Report`]: the output of the scenario.

/// The output of the scenario, and its source of time.
pub trait Report {
    /// Returns the present time in milliseconds since any fixed moment.
    fn now(&self) -> f64;

    /// Reports the progress of a long step.
    fn progress(&self, done: usize, of: usize);

    /// Reports a finished step: its name, its result, and its duration in milliseconds.
    fn step(&self, name: &str, result: &str, took: f64);
}

/// Runs a step and reports it.
pub(crate) fn step<T>(
    report: &dyn Report,
    name: &str,
    run: impl FnOnce() -> keyloft::Result<(T, String)>,
) -> keyloft::Result<T> {
    let began = report.now();
    let (value, result) = run()?;
    report.step(name, &result, report.now() - began);
    Ok(value)
}
