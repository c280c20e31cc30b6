//! Debian's packages, which are installed where that may be done.

use std::time::Duration;

use crate::sh::Sh;

/// How long one run may take.
const LIMIT: Duration = Duration::from_secs(300);

/// What `version` reads of a program, installed with these packages if it is missing and that may be done; or else `how` a
/// person installs it.
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

/// Whether this is root on a system with Debian's packages.
fn may_install() -> bool {
    let root = Sh::new("id").arg("-u").read().is_ok_and(|id| id.trim() == "0");
    root && Sh::new("apt-get").arg("--version").read().is_ok()
}

/// Whether there is such a package to install.
pub(crate) fn has(package: &str) -> bool {
    may_install() && run("update").is_ok() && Sh::new("apt-cache").arg("show").arg(package).read().is_ok()
}

/// Installs packages, their names separated by spaces.
fn install(packages: &str) -> Result<(), String> {
    run("update")?;
    run(&format!("install --yes --no-install-recommends {packages}"))
}

fn run(words: &str) -> Result<(), String> {
    Sh::new("apt-get").words(words).env("DEBIAN_FRONTEND", "noninteractive").run_within(LIMIT)
}
