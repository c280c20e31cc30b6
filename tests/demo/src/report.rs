//! [`Report`]: what the scenario tells whoever watches it.

/// Where the scenario's lines go, and where its times come from.
pub trait Report {
    /// The time now in milliseconds, from any beginning.
    fn now(&self) -> f64;

    /// A long step has come so far.
    fn progress(&self, done: usize, of: usize);

    /// A step is finished: what it was, what came of it, and how long it took in milliseconds.
    fn step(&self, name: &str, result: &str, took: f64);
}

/// Runs a step and reports it.
pub(crate) fn step<T>(
    report: &dyn Report,
    name: &str,
    run: impl FnOnce() -> Result<(T, String), keyloft::Error>,
) -> Result<T, keyloft::Error> {
    let began = report.now();
    let (value, result) = run()?;
    report.step(name, &result, report.now() - began);
    Ok(value)
}
