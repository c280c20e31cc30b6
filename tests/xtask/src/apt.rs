//! Debian's packages, which are installed where that may be done.

use std::time::Duration;

use crate::sh::Sh;

/// How long one run may take.
const LIMIT: Duration = Duration::from_secs(300);

/// Whether this is root on a system with Debian's packages.
pub(crate) fn may_install() -> bool {
    let root = Sh::new("id").arg("-u").read().is_ok_and(|id| id.trim() == "0");
    root && Sh::new("apt-get").arg("--version").read().is_ok()
}

/// Whether there is such a package to install.
pub(crate) fn has(package: &str) -> bool {
    may_install() && run("update").is_ok() && Sh::new("apt-cache").arg("show").arg(package).read().is_ok()
}

/// Installs packages, their names separated by spaces.
pub(crate) fn install(packages: &str) -> Result<(), String> {
    run("update")?;
    run(&format!("install --yes --no-install-recommends {packages}"))
}

fn run(words: &str) -> Result<(), String> {
    Sh::new("apt-get").words(words).env("DEBIAN_FRONTEND", "noninteractive").run_within(LIMIT)
}
