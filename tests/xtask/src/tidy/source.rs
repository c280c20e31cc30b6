//! A source file, read line by line: its doc comments, its length, its head.

/// The openings that don't name the item. A doc comment begins with a verb or a noun.
const VAGUE: [&str; 6] = ["What", "Whether", "How", "Who", "Which", "The same"];

/// A source file of a library.
pub(super) struct Source {
    /// Its path from the repository's root.
    pub(super) path: String,
    /// Its text.
    pub(super) text: String,
}

impl Source {
    /// Returns the path, for messages.
    pub(super) fn place(&self) -> String {
        self.path.clone()
    }

    /// Counts the lines.
    pub(super) fn lines(&self) -> usize {
        self.text.lines().count()
    }

    /// Tells whether the file begins with the module's documentation, written there or included.
    pub(super) fn is_headed(&self) -> bool {
        ["//!", "#![doc = include_str!("].iter().any(|head| self.text.starts_with(head))
    }

    /// Counts the doc comments.
    pub(super) fn doc_comments(&self) -> usize {
        self.openers().count()
    }

    /// Lists the doc comments with a vague opening.
    pub(super) fn vague_openers(&self) -> Vec<String> {
        let vague = self.openers().filter(|(_, text)| VAGUE.iter().any(|word| begins_with(text, word)));
        vague.map(|(line, text)| format!("{}:{line}: {text}", self.path)).collect()
    }

    /// Lists the permissions for items without documentation.
    pub(super) fn allows(&self) -> Vec<String> {
        let is_allow = |line: &str| {
            ["allow(", "expect("].iter().any(|word| line.contains(word)) && line.contains("missing_docs")
        };
        let lines = self.text.lines().enumerate().filter(|(_, line)| is_allow(line));
        lines.map(|(index, line)| format!("{}:{}: {}", self.path, index + 1, line.trim())).collect()
    }

    /// Gives the first line of each doc comment, with its number.
    fn openers(&self) -> impl Iterator<Item = (usize, &str)> {
        let mut before = None;
        self.text.lines().enumerate().filter_map(move |(index, line)| {
            let doc = doc(line);
            let continues = before.is_some() && before == doc.map(|(kind, _)| kind);
            before = doc.map(|(kind, _)| kind);
            doc.filter(|_| !continues).map(|(_, text)| (index + 1, text))
        })
    }
}

/// Splits a line of a doc comment into its marker and its text.
fn doc(line: &str) -> Option<(&'static str, &str)> {
    let line = line.trim_start();
    let of = |marker: &'static str| line.strip_prefix(marker).map(|text| (marker, text.trim()));
    // Four slashes are an ordinary comment.
    of("//!").or_else(|| of("///").filter(|(_, text)| !text.starts_with('/')))
}

/// Tells whether a text begins with a word, and not with a longer one.
fn begins_with(text: &str, word: &str) -> bool {
    text.strip_prefix(word).is_some_and(|rest| !rest.starts_with(|next: char| next.is_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(text: &str) -> Source {
        Source { path: "a.rs".to_owned(), text: text.to_owned() }
    }

    #[test]
    fn counts_a_doc_comment_once() {
        let source = source(
            "//! The head.\n//! How it goes on.\n\n/// Returns it.\n/// What follows.\nfn a() {}\n//// no\n",
        );
        assert_eq!(source.doc_comments(), 2);
        assert!(source.vague_openers().is_empty());
        assert!(source.is_headed());
        assert_eq!(source.lines(), 7);
    }

    #[test]
    fn finds_vague_openers() {
        let source = source(
            "/// Whether it is.\nfn a() {}\n    /// The same with b.\n    fn c() {}\n/// However it is.\n",
        );
        let places = ["a.rs:1: Whether it is.", "a.rs:3: The same with b."];
        assert_eq!(source.vague_openers(), places);
        assert_eq!(source.doc_comments(), 3);
        assert!(!source.is_headed());
    }

    #[test]
    fn takes_a_page_for_a_head() {
        assert!(source("#![doc = include_str!(\"../README.md\")]\n").is_headed());
        assert!(!source("#![no_std]\n").is_headed());
    }

    #[test]
    fn finds_permissions_for_missing_documentation() {
        let source =
            source("#[allow(missing_docs)]\n#![allow(clippy::panic, missing_docs)]\n#[deny(missing_docs)]\n");
        assert_eq!(source.allows().len(), 2);
    }
}
