//! Tabs of a browser that share a database: their workers are killed, they crash and close, the quota is reached, and the site's
//! data are cleared. A script of the npm package's tests does it. `cargo xtask torture` installs the package, and passes the
//! folder of the tests in a variable.

use std::env;
use std::process::Command;

use crate::breaks::Break;
use crate::failure::{Failure, Outcome};
use crate::harness::Round;
use crate::tally::Tally;

/// The variable with the folder of the package's tests.
const TESTS: &str = "KEYLOFT_BROWSER_TESTS";
const BROWSERS: [&str; 2] = ["chromium", "firefox"];

/// Disturbs the tabs of each browser.
pub(crate) fn round(round: &Round) -> Outcome<Tally> {
    let mut tally = Tally::default();
    let Some(tests) = env::var_os(TESTS) else {
        tally.count("rounds left out, which only a long `cargo xtask torture` can run");
        return Ok(tally);
    };
    for browser in BROWSERS {
        let mut command = Command::new("node");
        command.current_dir(&tests).args(["remote/torture.mjs", browser, &round.seed.to_string()]);
        let output = command.args(round.how.map(Break::name)).output()?;
        if !output.status.success() {
            return Err(Failure::from(String::from_utf8_lossy(&output.stderr).into_owned()));
        }
        tally.merge(Tally::read(&String::from_utf8_lossy(&output.stdout)));
    }
    Ok(tally)
}
