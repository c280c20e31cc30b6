//! `completions` and `man`: the command's own description.

use std::io::Write as _;

use clap::CommandFactory;

use crate::args::Args;
use crate::failure::{End, Result};
use crate::output::Output;

pub(super) fn completions(shell: clap_complete::Shell, output: &mut Output) -> Result<End> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "keyloft", &mut script);
    output.bytes().write_all(&script)?;
    Ok(End::Done)
}

pub(super) fn man(output: &mut Output) -> Result<End> {
    clap_mangen::Man::new(Args::command()).render(output.bytes())?;
    Ok(End::Done)
}
