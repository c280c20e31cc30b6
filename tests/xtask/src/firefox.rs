//! Firefox. Where it is neither installed nor installable, the steps that need it are skipped, and the table says so.

use std::env;

use crate::apt;
use crate::sh::Sh;

/// The name of Debian's package, and of its program.
const PACKAGE: &str = "firefox-esr";

const HOW: &str = "install Firefox (Debian: `apt-get install firefox-esr`), and put `firefox-esr` on the PATH or its path \
                   in FIREFOX";

/// Returns the reason why Firefox is neither installed nor installable, if that is so.
pub(crate) fn missing() -> Option<String> {
    let error = version().err()?;
    (!apt::has(PACKAGE)).then(|| format!("{error}; {HOW}"))
}

/// Makes sure that it is installed, and returns its version.
pub(crate) fn require() -> Result<String, String> {
    apt::require(version, PACKAGE, HOW)
}

fn version() -> Result<String, String> {
    let program = env::var("FIREFOX").unwrap_or_else(|_| PACKAGE.to_owned());
    let version = Sh::new(&program).arg("--version").read()?;
    Ok(version.trim().to_owned())
}
