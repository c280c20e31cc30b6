//! The installation of Debian's packages, where this process may do that.

use std::time::Duration;

use crate::sh::Sh;

/// The limit of one run.
const LIMIT: Duration = Duration::from_secs(300);

/// Returns the `version` of a program, and installs these packages if it is missing. Where that can't be done, the error ends
/// with `how` a person installs it.
pub(crate) fn require(
    version: impl Fn() -> Result<String, String>,
    packages: &str,
    how: &str,
) -> Result<String, String> {
    let told = |error| format!("{error}; {how}");
    version().or_else(|error| {
        if !may_install() {
            return Err(told(error));
        }
        install(packages)?;
        version().map_err(told)
    })
}

/// Tells whether this is root on a system with Debian's packages.
fn may_install() -> bool {
    let root = Sh::new("id").arg("-u").read().is_ok_and(|id| id.trim() == "0");
    root && Sh::new("apt-get").arg("--version").read().is_ok()
}

/// Tells whether a package can be installed.
pub(crate) fn has(package: &str) -> bool {
    may_install() && run("update").is_ok() && Sh::new("apt-cache").arg("show").arg(package).read().is_ok()
}

/// Installs packages, named with spaces between them.
fn install(packages: &str) -> Result<(), String> {
    run("update")?;
    run(&format!("install --yes --no-install-recommends {packages}"))
}

fn run(words: &str) -> Result<(), String> {
    Sh::new("apt-get").words(words).env("DEBIAN_FRONTEND", "noninteractive").run_within(LIMIT)
}
