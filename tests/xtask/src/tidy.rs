//! `cargo xtask tidy`: rules of style that no lint checks, for the sources of the published crates.
//!
//! Each rule has a ceiling, above which the check fails. A ceiling is only ever lowered.

mod source;

use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::tree::Tree;
use source::Source;

/// The folders of the published crates' sources.
const FOLDERS: [&str; 11] = [
    "core/src",
    "core/derive/src",
    "backends/durable-object/src",
    "backends/fjall/src",
    "backends/memory/src",
    "backends/postgres/src",
    "backends/redb/src",
    "backends/opfs/src",
    "bindings/cli/src",
    "bindings/wasm/src",
    "tests/conformance/src",
];

/// The most doc comments per thousand that may begin with a word such as "What" or "Whether".
const OPENERS_PER_MILLE: usize = 20;
/// The most `allow(missing_docs)`.
const ALLOWS: usize = 0;
/// The most files of more than [`LINES`] lines.
const LONG_FILES: usize = 0;
/// The most modules without `//!` at their head.
const BARE_MODULES: usize = 0;

/// The most lines of a file.
const LINES: usize = 400;

/// A rule: its name, the places that break it, the number of all places it looks at, and its ceiling.
struct Rule {
    name: &'static str,
    broken: Vec<String>,
    of: usize,
    ceiling: usize,
}

/// Counts, prints the figures, and fails if one is above its ceiling.
pub(crate) fn run(tree: &Tree) -> Result<String, String> {
    let sources = read(tree)?;
    let mut above = Vec::new();
    for Rule { name, broken, of, ceiling } in rules(&sources) {
        println!("{:>5} of {of:<5} {name} (at most {ceiling})", broken.len());
        if broken.len() > ceiling {
            for place in &broken {
                println!("      {place}");
            }
            above.push(format!("{} {name}, at most {ceiling} are allowed", broken.len()));
        }
    }
    if above.is_empty() { Ok(format!("{} files", sources.len())) } else { Err(above.join("; ")) }
}

fn rules(sources: &[Source]) -> [Rule; 4] {
    let gather = |places: fn(&Source) -> Vec<String>| sources.iter().flat_map(places).collect::<Vec<_>>();
    let comments = sources.iter().map(Source::doc_comments).sum();
    [
        Rule {
            name: "doc comments that begin with What, Whether, How, Who, Which or The same",
            broken: gather(Source::vague_openers),
            of: comments,
            ceiling: comments * OPENERS_PER_MILLE / 1000,
        },
        Rule {
            name: "allow(missing_docs)",
            broken: gather(Source::allows),
            of: sources.len(),
            ceiling: ALLOWS,
        },
        Rule {
            name: "files that are too long",
            broken: sources.iter().filter(|source| source.lines() > LINES).map(Source::place).collect(),
            of: sources.len(),
            ceiling: LONG_FILES,
        },
        Rule {
            name: "modules without `//!` at their head",
            broken: sources.iter().filter(|source| !source.is_headed()).map(Source::place).collect(),
            of: sources.len(),
            ceiling: BARE_MODULES,
        },
    ]
}

/// Reads the sources, but for their tests.
fn read(tree: &Tree) -> Result<Vec<Source>, String> {
    let mut files = Vec::new();
    for folder in FOLDERS {
        let path = tree.path(folder);
        walk(&path, &mut files).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    }
    files.sort();
    let read = |file: &PathBuf| {
        let text =
            fs::read_to_string(file).map_err(|error| format!("cannot read {}: {error}", file.display()))?;
        let path = file.strip_prefix(tree.path("")).unwrap_or(file).display().to_string();
        Ok(Source { path, text })
    };
    files.iter().map(read).collect()
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let is_test = path.file_stem().is_some_and(|name| name == "tests" || name == "test");
        if is_test {
            continue;
        }
        if path.is_dir() {
            walk(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    Ok(())
}
