use std::ops::ControlFlow;

use keyloft::prelude::*;

fn longest(names: &Table<JobId, String>) -> keyloft::Result<String> {
    let mut longest = "";
    names.visit(.., |entry| {
        let name: &str = entry.view()?;
        longest = name;
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(longest.to_owned())
}

fn main() {}
