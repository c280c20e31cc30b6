//! Node, which runs the tests as WebAssembly.

use crate::sh::Sh;

/// The oldest major version that the tests support.
const OLDEST: u32 = 20;

const HOW: &str = "install Node 20 or newer from https://nodejs.org/en/download or your system's packages, \
                   and put `node` on the PATH";

/// Makes sure that a new enough Node is on the PATH, and returns its version.
pub(crate) fn require() -> Result<String, String> {
    let version = Sh::new("node").arg("--version").read().map_err(|error| format!("{error}; {HOW}"))?;
    let version = version.trim();
    match major(version) {
        Some(major) if major >= OLDEST => Ok(format!("Node {version}")),
        _ => Err(format!("cannot use Node `{version}`: {HOW}")),
    }
}

/// Reads `20` from `v20.11.1`.
pub(crate) fn major(version: &str) -> Option<u32> {
    version.strip_prefix('v')?.split('.').next()?.parse().ok()
}
