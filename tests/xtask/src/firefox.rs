//! Firefox. Where there is none and none can be installed, what needs it is skipped, and that is said.

use std::env;

use crate::apt;
use crate::sh::Sh;

/// Debian's package, and the program that is in it.
const PACKAGE: &str = "firefox-esr";

const HOW: &str = "install Firefox (Debian: `apt-get install firefox-esr`), and put `firefox-esr` on the PATH or its path \
                   in FIREFOX";

/// Why there is no Firefox and none can be installed; nothing if there is one, or can be.
pub(crate) fn missing() -> Option<String> {
    let error = version().err()?;
    (!apt::has(PACKAGE)).then(|| format!("{error}; {HOW}"))
}

/// Makes sure that there is one, and returns its version.
pub(crate) fn require() -> Result<String, String> {
    apt::require(version, PACKAGE, HOW)
}

fn version() -> Result<String, String> {
    let program = env::var("FIREFOX").unwrap_or_else(|_| PACKAGE.to_owned());
    let version = Sh::new(&program).arg("--version").read()?;
    Ok(version.trim().to_owned())
}
