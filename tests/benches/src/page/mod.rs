//! `RESULTS.md`: its tables and plots come from the lines that are kept, its prose is left as it is.

mod curves;
mod lanes;
mod plots;
mod svg;
mod tables;

use std::fs;
use std::path::{Path, PathBuf};

use crate::lines::{self, Line};
use crate::rows::SECTIONS;

/// Measured by other programs, which write the same lines.
const ELSEWHERE: [&str; 4] = ["js", "js-files", "browser", "object"];

const BEGIN: &str = "<!-- table: ";
const END: &str = "<!-- end -->";

/// The lines that are kept, by their section.
pub(crate) struct Kept(Vec<(&'static str, Vec<Line>)>);

impl Kept {
    fn read(folder: &Path) -> Result<Self, String> {
        let names = SECTIONS.iter().map(|(name, _)| *name).chain(ELSEWHERE);
        let sections = names.filter(|name| lines_of(folder, name).exists());
        sections
            .map(|name| Ok((name, lines::read(&lines_of(folder, name))?)))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// The lines of some sections.
    fn of(&self, sections: &[&str]) -> Vec<&Line> {
        self.0.iter().filter(|(name, _)| sections.contains(name)).flat_map(|(_, lines)| lines).collect()
    }

    fn all(&self) -> impl Iterator<Item = &Line> {
        self.0.iter().flat_map(|(_, lines)| lines)
    }
}

/// The file that keeps the lines of a section.
pub(crate) fn lines_of(folder: &Path, section: &str) -> PathBuf {
    folder.join("results").join(section).with_extension("jsonl")
}

/// Writes the tables and the plots anew.
pub(crate) fn write(folder: &Path) -> Result<(), String> {
    let kept = Kept::read(folder)?;
    let path = folder.join("RESULTS.md");
    let failed = |path: &Path, error: std::io::Error| format!("{}: {error}", path.display());
    let page = fs::read_to_string(&path).map_err(|error| failed(&path, error))?;
    let page = fill(&page, |name| tables::table(name, &kept))?;
    fs::write(&path, page).map_err(|error| failed(&path, error))?;
    for (name, plot) in plots::all(&kept) {
        let path = folder.join("plots").join(name).with_extension("svg");
        fs::write(&path, plot).map_err(|error| failed(&path, error))?;
    }
    println!("\nwritten: {} and its plots", path.display());
    Ok(())
}

/// Puts tables between the marks that name them.
fn fill(page: &str, table: impl Fn(&str) -> Option<String>) -> Result<String, String> {
    let mut filled = String::new();
    let mut rest = page;
    while let Some((before, from)) = rest.split_once(BEGIN) {
        let (name, from) = from.split_once(" -->").ok_or("RESULTS.md: a mark `<!-- table:` has no `-->`")?;
        let (_, after) =
            from.split_once(END).ok_or_else(|| format!("RESULTS.md: the table `{name}` has no `{END}`"))?;
        let table = table(name).ok_or_else(|| format!("RESULTS.md: there is no table `{name}`"))?;
        filled += &format!("{before}{BEGIN}{name} -->\n{}\n{END}", table.trim_end());
        rest = after;
    }
    Ok(filled + rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(page: &str) -> Result<String, String> {
        fill(page, |name| (name == "sizes").then(|| "| 1 |\n".to_owned()))
    }

    #[test]
    fn only_what_is_between_the_marks_changes() {
        let page = "# Head\n<!-- table: sizes -->\nold\n<!-- end -->\n\nprose\n";
        let new = "# Head\n<!-- table: sizes -->\n| 1 |\n<!-- end -->\n\nprose\n";
        assert_eq!(filled(page).as_deref(), Ok(new));
        assert_eq!(filled(new).as_deref(), Ok(new));
    }

    #[test]
    fn marks_that_make_no_sense_are_named() {
        assert!(filled("<!-- table: sizes -->\nprose").unwrap_err().contains("`sizes` has no"));
        assert!(filled("<!-- table: times -->\n<!-- end -->").unwrap_err().contains("no table `times`"));
    }

    #[test]
    fn no_row_is_dropped() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let kept = Kept::read(folder).unwrap();
        let page = fs::read_to_string(folder.join("RESULTS.md")).unwrap();
        let page = fill(&page, |name| tables::table(name, &kept)).unwrap();
        for line in kept.all() {
            let shown = line.row.trim_start_matches("growth: ");
            assert!(page.contains(&format!("| {shown} |")), "{shown}");
        }
        assert!(plots::all(&kept).iter().all(|(_, plot)| plot.ends_with("</svg>\n")));
    }
}
