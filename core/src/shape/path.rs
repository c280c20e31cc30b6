//! [`Path`]: the place of a part within an entity.

use alloc::format;
use alloc::string::String;

/// The place of a part within an entity, such as `size.width`.
#[derive(Debug, Default)]
pub(super) struct Path(String);

impl Path {
    /// Appends a segment after its mark, and returns the previous length.
    pub(super) fn push(&mut self, mark: &str, segment: &str) -> usize {
        let length = self.0.len();
        self.0.push_str(mark);
        self.0.push_str(segment);
        length
    }

    /// Returns to a previous length.
    pub(super) fn truncate(&mut self, length: usize) {
        self.0.truncate(length);
    }

    /// Returns the noun for the part, or `None` for the entity itself.
    pub(super) fn noun(&self) -> Option<&'static str> {
        let last = self.0.rfind(['.', ':', ']'])?;
        Some(if self.0.get(last..)?.starts_with(':') { "variant" } else { "field" })
    }

    /// Returns the path with a segment in addition, in backquotes.
    pub(super) fn with(&self, mark: &str, segment: &str) -> String {
        let path = format!("{}{mark}{segment}", self.0);
        // The mark before the first segment separates it from nothing.
        let path = path.strip_prefix('.').or_else(|| path.strip_prefix("::")).unwrap_or(&path);
        format!("`{path}`")
    }
}
