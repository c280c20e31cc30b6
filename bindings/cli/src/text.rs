//! Texts in columns, and numbers for people.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::failure::Result;
use crate::output::{NAME, Output};

/// The narrowest column to which a wider one is cut.
const NARROWEST: usize = 6;
const GAP: usize = 2;

/// A table of texts, whose columns fit the width of the terminal.
pub(crate) struct Columns {
    heads: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Columns {
    pub(crate) fn new<T: Into<String>>(heads: impl IntoIterator<Item = T>) -> Self {
        Self { heads: heads.into_iter().map(Into::into).collect(), rows: Vec::new() }
    }

    pub(crate) fn row<T: Into<String>>(&mut self, cells: impl IntoIterator<Item = T>) {
        self.rows.push(cells.into_iter().map(|cell| one_line(cell.into())).collect());
    }

    pub(crate) fn print(&self, output: &mut Output) -> Result<()> {
        let widths = self.widths(output.width);
        let line = |cells: &[String]| {
            let mut line = String::new();
            for (cell, width) in cells.iter().zip(&widths) {
                let cell = cut(cell, *width);
                let padding = " ".repeat(width.saturating_sub(cell.width()) + GAP);
                line.push_str(&cell);
                line.push_str(&padding);
            }
            line.trim_end().to_owned()
        };
        output.line(format!("{NAME}{}{NAME:#}", line(&self.heads)))?;
        self.rows.iter().try_for_each(|row| output.line(line(row)))?;
        let left_out = self.heads.get(widths.len()..).unwrap_or_default();
        if !left_out.is_empty() {
            output.note(format!("no room for {}; --json shows all", left_out.join(", ")));
        }
        Ok(())
    }

    /// Returns the widths of the columns. On a terminal, the widest ones are cut until all fit. The last ones are left out if
    /// that is not enough.
    fn widths(&self, terminal: Option<usize>) -> Vec<usize> {
        let mut widths: Vec<usize> = self.heads.iter().map(|head| head.width()).collect();
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.width());
            }
        }
        let Some(terminal) = terminal else { return widths };
        let narrowest = |widths: &[usize]| {
            widths.iter().map(|width| (*width).min(NARROWEST)).sum::<usize>() + GAP * (widths.len() - 1)
        };
        while widths.len() > 1 && narrowest(&widths) > terminal {
            widths.pop();
        }
        let gaps = GAP * widths.len().saturating_sub(1);
        while widths.iter().sum::<usize>() + gaps > terminal {
            let Some(widest) = widths.iter_mut().max().filter(|widest| **widest > 1) else { break };
            *widest -= 1;
        }
        widths
    }
}

/// Cuts a text to a width in columns.
pub(crate) fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut left = width.saturating_sub(1);
    let mut short = String::new();
    for char in text.chars() {
        let wide = char.width().unwrap_or(0);
        if wide > left {
            break;
        }
        left -= wide;
        short.push(char);
    }
    short + "…"
}

/// Replaces the characters that would end the line, move the cursor, or show the rest of the line in another order.
pub(crate) fn one_line(text: String) -> String {
    if text.chars().any(moves) {
        return text.chars().map(|char| if moves(char) { '␣' } else { char }).collect();
    }
    text
}

/// Returns `true` for control characters, and for those that change the direction of a text.
pub(crate) fn moves(char: char) -> bool {
    char.is_control()
        || matches!(char, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Returns a number with commas, such as `1,234,567`.
pub(crate) fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Returns a number with its noun, such as `1 row` or `7 rows`.
pub(crate) fn count(number_of: u64, noun: &str) -> String {
    let plural = match noun.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None if noun.ends_with('x') => format!("{noun}es"),
        None => format!("{noun}s"),
    };
    format!("{} {}", number(number_of), if number_of == 1 { noun } else { &plural })
}

/// Returns a number of bytes, such as `1.4 MiB`.
pub(crate) fn bytes(bytes: u64) -> String {
    let mut unit = 1_u64;
    for name in ["B", "KiB", "MiB", "GiB"] {
        if bytes < unit.saturating_mul(1024) || name == "GiB" {
            let tenths = bytes.saturating_mul(10) / unit;
            return match name {
                "B" => format!("{bytes} B"),
                _ => format!("{}.{} {name}", number(tenths / 10), tenths % 10),
            };
        }
        unit *= 1024;
    }
    format!("{bytes} B")
}

/// Returns a bar of up to `width` columns, for this part of the whole.
pub(crate) fn bar(part: u64, whole: u64, width: usize) -> String {
    let cells = u64::try_from(width).unwrap_or_default();
    let full = part.saturating_mul(cells).checked_div(whole).unwrap_or_default();
    // What is there must be seen.
    let full = if part > 0 { full.max(1) } else { 0 };
    "█".repeat(usize::try_from(full).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_for_people() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(number), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!([0, 1023, 1024, 1_500_000].map(bytes), ["0 B", "1023 B", "1.0 KiB", "1.4 MiB"]);
        assert_eq!(bytes(u64::MAX), "1,717,986,918.3 GiB");
        assert_eq!([0, 1, 2].map(|n| count(n, "entry")), ["0 entries", "1 entry", "2 entries"]);
        assert_eq!(count(2, "index"), "2 indexes");
    }

    #[test]
    fn texts_are_cut_by_their_width_on_the_screen() {
        assert_eq!(cut("milk", 4), "milk");
        assert_eq!(cut("bread", 4), "bre…");
        assert_eq!(cut("日本語日本", 5), "日本…");
        assert_eq!(one_line("a\nb\u{1b}[31m".into()), "a␣b␣[31m");
        assert_eq!(one_line("a\u{202e}b".into()), "a␣b");
    }

    #[test]
    fn columns_fit_the_terminal() {
        let mut columns = Columns::new(["key", "value"]);
        columns.row(["1".to_owned(), "x".repeat(300)]);
        assert_eq!(columns.widths(None), [3, 300]);
        assert_eq!(columns.widths(Some(80)), [3, 75]);
        let mut columns = Columns::new(["one", "two", "three", "four"]);
        columns.row(["x".repeat(30), "x".repeat(30), "x".repeat(30), "x".repeat(30)]);
        assert_eq!(columns.widths(Some(40)), [9, 9, 8, 8]);
        assert_eq!(columns.widths(Some(22)), [6, 6, 6]);
        assert_eq!(columns.widths(Some(4)), [4]);
    }

    #[test]
    fn a_bar_shows_all_that_is_there() {
        assert_eq!(bar(1, 1_000, 10), "█");
        assert_eq!(bar(5, 10, 10), "█████");
        assert_eq!(bar(0, 0, 10), "");
    }
}
