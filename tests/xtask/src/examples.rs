//! The examples, which assert what they show: running one is a test.

use std::fs;

use crate::tree::Tree;

/// The packages whose examples are programs, and the folders of these.
const PACKAGES: [(&str, &str); 3] = [
    ("keyloft", "core/examples"),
    ("keyloft-redb", "backends/redb/examples"),
    ("keyloft-conformance", "tests/conformance/examples"),
];

/// Runs every example, and returns their number.
pub(crate) fn run(tree: &Tree) -> Result<String, String> {
    let mut number = 0;
    for (package, folder) in PACKAGES {
        for example in names(tree, folder)? {
            tree.cargo("run --quiet --locked --package")
                .arg(package)
                .words("--example")
                .arg(&example)
                .run()?;
            number += 1;
        }
    }
    Ok(format!("{number} examples"))
}

/// Returns the names of the examples in a folder.
fn names(tree: &Tree, folder: &str) -> Result<Vec<String>, String> {
    let entries =
        fs::read_dir(tree.path(folder)).map_err(|error| format!("cannot list `{folder}`: {error}"))?;
    let files = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut names: Vec<String> =
        files.filter_map(|file| Some(file.strip_suffix(".rs")?.to_owned())).collect();
    names.sort_unstable();
    if names.is_empty() { Err(format!("`{folder}` has no examples")) } else { Ok(names) }
}
