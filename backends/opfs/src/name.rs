//! [`Name`]: which names a database may have, and what its file is called.

use keyloft::{Error, Result};

/// What the files of databases end in.
const SUFFIX: &str = ".redb";

/// The folder they are in.
pub(crate) const FOLDER: &str = "keyloft";

/// The longest name, in bytes: what browsers add to it stays within the 255 that file systems take.
const MAX_LEN: usize = 200;

/// The name of a database, known to be one.
#[derive(Clone, Copy)]
pub(crate) struct Name<'a>(&'a str);

impl<'a> Name<'a> {
    pub(crate) fn new(name: &'a str) -> Result<Self> {
        let reason = match name {
            "" => "it is empty",
            "." | ".." => "it means a folder",
            _ if name.contains(['/', '\\']) => "it holds a slash",
            _ if name.contains(char::is_control) => "it holds a control character",
            _ if name.len() > MAX_LEN => "it is longer than 200 bytes",
            _ => return Ok(Self(name)),
        };
        Err(Error::InvalidDatabaseName { name: name.to_owned(), reason })
    }

    /// The name whose database is in this file, if it is one that this crate made.
    pub(crate) fn of_file(file: &'a str) -> Option<Self> {
        Self::new(file.strip_suffix(SUFFIX)?).ok()
    }

    pub(crate) fn as_str(self) -> &'a str {
        self.0
    }

    /// Its file in the folder.
    pub(crate) fn file(self) -> String {
        format!("{}{SUFFIX}", self.0)
    }

    /// What errors call the database.
    pub(crate) fn place(self) -> String {
        format!("{FOLDER}/{}", self.file())
    }
}
