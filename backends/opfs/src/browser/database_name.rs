//! [`DatabaseName`]: a valid name of a database, and the file that belongs to it.

use keyloft::error::Place;
use keyloft::{ErrorKind, Result};

/// The extension of a database's file.
const SUFFIX: &str = ".redb";

/// The name of the folder that contains the files.
pub(crate) const FOLDER: &str = "keyloft";

/// The longest name, in bytes. File systems take 255, and browsers append to a name while they write the file.
const MAX_LEN: usize = 200;

/// A valid name of a database.
#[derive(Clone, Copy)]
pub(crate) struct DatabaseName<'a>(&'a str);

impl<'a> DatabaseName<'a> {
    pub(crate) fn new(name: &'a str) -> Result<Self> {
        let reason = match name {
            "" => "it is empty",
            "." | ".." => "it means a folder",
            _ if name.contains(['/', '\\']) => "it contains a slash",
            _ if name.contains(char::is_control) => "it contains a control character",
            _ if name.len() > MAX_LEN => "it is longer than 200 bytes",
            _ => return Ok(Self(name)),
        };
        Err(ErrorKind::InvalidDatabaseName { place: Place::at_path(name), reason }.into())
    }

    /// Returns the name of the database in `file`, or `None` if this crate did not create the file.
    pub(crate) fn of_file(file: &'a str) -> Option<Self> {
        Self::new(file.strip_suffix(SUFFIX)?).ok()
    }

    pub(crate) fn as_str(self) -> &'a str {
        self.0
    }

    /// Returns the name of the file in the folder.
    pub(crate) fn file(self) -> String {
        format!("{}{SUFFIX}", self.0)
    }

    /// Returns the path of the file, for errors.
    pub(crate) fn path(self) -> String {
        format!("{FOLDER}/{}", self.file())
    }

    /// Returns the place of errors about the database.
    pub(crate) fn place(self) -> Place {
        Place::at_path(self.path())
    }
}
