//! `completions` and `man`: the command's own description.

use std::io::Write as _;

use clap::CommandFactory;

use crate::args::Args;
use crate::failure::{End, Failure, Result};
use crate::output::Output;

pub(super) fn completions(shell: clap_complete::Shell, output: &mut Output) -> Result<End> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "keyloft", &mut script);
    output.bytes().write_all(&script)?;
    Ok(End::Done)
}

/// Prints the page of `keyloft`, or of a command such as `keyloft scan`, which `man` finds as `keyloft-scan`.
pub(super) fn man(command: Option<&str>, output: &mut Output) -> Result<End> {
    let mut keyloft = Args::command().disable_help_subcommand(true);
    keyloft.build();
    let man = match command {
        None => clap_mangen::Man::new(keyloft),
        Some(name) => {
            let known = keyloft.find_subcommand(name).cloned();
            let known = known.ok_or_else(|| Failure::usage(format!("there is no command `{name}`")))?;
            clap_mangen::Man::new(known).title(format!("keyloft-{name}"))
        }
    };
    man.render(output.bytes())?;
    Ok(End::Done)
}
