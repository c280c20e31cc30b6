//! The scenario on a redb file: `keyloft-demo FILE`.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use std::time::Instant;

use keyloft_demo::Report;
use keyloft_redb::RedbBackend;

struct Terminal {
    began: Instant,
}

impl Report for Terminal {
    fn now(&self) -> f64 {
        self.began.elapsed().as_secs_f64() * 1e3
    }

    fn progress(&self, done: usize, of: usize) {
        let mut err = std::io::stderr();
        if err.is_terminal() {
            let end = if done < of { "" } else { "\r\x1b[K" };
            // The scenario goes on where its progress can't be shown.
            let _shown = write!(err, "\r  {done} of {of} {end}").and_then(|()| err.flush());
        }
    }

    fn step(&self, name: &str, result: &str, took: f64) {
        println!("{took:>9.2} ms  {name}: {result}");
    }
}

fn main() -> ExitCode {
    let Some(path) = std::env::args_os().nth(1) else {
        eprintln!("usage: keyloft-demo FILE");
        return ExitCode::FAILURE;
    };
    let terminal = Terminal { began: Instant::now() };
    match RedbBackend::create(&path).and_then(|backend| keyloft_demo::run(backend, &terminal)) {
        Ok(_) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
