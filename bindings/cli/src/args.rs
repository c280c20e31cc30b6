//! The arguments of the command line.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum, ValueHint};

const CODES: &str = "Exit codes:
  0  done
  1  the answer is no: nothing found, databases differ, damage found
  2  the arguments make no sense
  3  the database or a file failed
  4  a change was refused: by a rule of the table, or by an answer

A database is one of:
  notes.redb, redb:PATH         a redb file
  notes/, fjall:FOLDER          a folder of fjall
  postgres://USER@HOST/NAME     a PostgreSQL database, with --schema for its schema

A key is written as `keyloft scan` shows it: `7`, `milk`, `(attic, 5)`. The parts of a composite key can also be
given one by one: `keyloft get notes.redb samples attic 5`.";

/// Looks into Keyloft databases, repairs and moves them.
#[derive(Parser)]
#[command(name = "keyloft", version, about, after_help = CODES, max_term_width = 100)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(subcommand)]
    pub(crate) command: Command,
}

const COMMON: &str = "Options of all commands";

/// The options of all commands.
#[derive(ClapArgs)]
pub(crate) struct Common {
    /// Prints JSON: one document, or one line for each row
    #[arg(long, global = true, help_heading = COMMON)]
    pub(crate) json: bool,
    /// When to use colours
    #[arg(long, global = true, help_heading = COMMON, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Color,
    /// Looks into the scope of this name, such as that of a tenant
    #[arg(long, global = true, help_heading = COMMON, value_name = "NAME")]
    pub(crate) scope: Option<String>,
    /// The schema of a PostgreSQL database. Without it, `KEYLOFT_SCHEMA` names it
    #[arg(long, global = true, help_heading = COMMON, value_name = "NAME")]
    pub(crate) schema: Option<String>,
}

/// When to use colours.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless `NO_COLOR` is set
    Auto,
    /// Also in a pipe
    Always,
    /// Nowhere
    Never,
}

/// The commands.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Lists the tables
    Ls {
        /// The database: a path or a URL, see `keyloft --help`
        #[arg(value_hint = ValueHint::AnyPath)]
        db: String,
    },
    /// Describes a table, or all: key, entity, version, indexes, sizes
    Describe {
        /// The database: a path or a URL, see `keyloft --help`
        #[arg(value_hint = ValueHint::AnyPath)]
        db: String,
        /// The name of the table; all tables without one
        table: Option<String>,
    },
    /// Prints the entity of a key
    Get {
        /// The database: a path or a URL, see `keyloft --help`
        #[arg(value_hint = ValueHint::AnyPath)]
        db: String,
        /// The name of the table
        table: String,
        /// The key, or its parts one by one
        #[arg(required = true, allow_negative_numbers = true)]
        key: Vec<String>,
    },
    /// Prints the entities of a table
    Scan {
        /// The database: a path or a URL, see `keyloft --help`
        #[arg(value_hint = ValueHint::AnyPath)]
        db: String,
        /// The name of the table
        table: String,
        #[command(flatten)]
        select: Select,
    },
    /// Prints the entities with a value in an index
    Find {
        /// The database: a path or a URL, see `keyloft --help`
        #[arg(value_hint = ValueHint::AnyPath)]
        db: String,
        /// The name of the table
        table: String,
        /// The name of the index
        index: String,
        /// The value, or its parts one by one
        #[arg(required = true, allow_negative_numbers = true)]
        value: Vec<String>,
    },
    /// Counts the entities of a table
    Count {
        /// The database: a path or a URL, see `keyloft --help`
        #[arg(value_hint = ValueHint::AnyPath)]
        db: String,
        /// The name of the table
        table: String,
        #[command(flatten)]
        select: Select,
    },
    /// Stores an entity, given as JSON
    ///
    /// The indexes are kept, and the catalog decides what fits. Without a key, it is taken from the entity, if its fields are
    /// the key.
    Put {
        /// The database: a path or a URL, see `keyloft --help`
        #[arg(value_hint = ValueHint::AnyPath)]
        db: String,
        /// The name of the table
        table: String,
        /// The key, or its parts one by one
        #[arg(allow_negative_numbers = true)]
        key: Vec<String>,
        /// The entity as JSON; `-` reads it from the standard input
        #[arg(long, value_name = "JSON", default_value = "-")]
        value: String,
        /// Replaces an existing entity without a question
        #[arg(long, short)]
        yes: bool,
    },
    /// Deletes an entity
    Delete {
        /// The database: a path or a URL, see `keyloft --help`
        #[arg(value_hint = ValueHint::AnyPath)]
        db: String,
        /// The name of the table
        table: String,
        /// The key, or its parts one by one
        #[arg(required = true, allow_negative_numbers = true)]
        key: Vec<String>,
        /// Deletes without a question
        #[arg(long, short)]
        yes: bool,
    },
    /// Opens an entity in the editor ($VISUAL or $EDITOR), and stores what was written
    Edit {
        /// The database: a path or a URL, see `keyloft --help`
        #[arg(value_hint = ValueHint::AnyPath)]
        db: String,
        /// The name of the table
        table: String,
        /// The key, or its parts one by one
        #[arg(required = true, allow_negative_numbers = true)]
        key: Vec<String>,
    },
    /// Prints the changes as they are committed
    ///
    /// It follows the change log, if the database has one. Otherwise it compares the tables from time to time.
    Watch {
        /// The database: a path or a URL, see `keyloft --help`
        #[arg(value_hint = ValueHint::AnyPath)]
        db: String,
        /// The tables; all without one
        tables: Vec<String>,
        /// Begins after this version of the log
        #[arg(long, value_name = "VERSION")]
        after: Option<u64>,
        /// Ends after this number of changes
        #[arg(long, value_name = "COUNT")]
        limit: Option<u64>,
        /// The seconds between two looks
        #[arg(long, value_name = "SECONDS", default_value_t = 1.0)]
        every: f64,
    },
    /// Compares the indexes with the entities
    Verify {
        /// The database: a path or a URL, see `keyloft --help`
        #[arg(value_hint = ValueHint::AnyPath)]
        db: String,
        /// The names of the tables; all tables without one
        tables: Vec<String>,
    },
    /// Builds the indexes of a table again
    Reindex {
        /// The database: a path or a URL, see `keyloft --help`
        #[arg(value_hint = ValueHint::AnyPath)]
        db: String,
        /// The name of the table
        table: String,
    },
    /// Shows what is left of migrations. The programs themselves migrate
    Migrate {
        /// The database: a path or a URL, see `keyloft --help`
        #[arg(value_hint = ValueHint::AnyPath)]
        db: String,
        /// Shows, and does nothing
        #[arg(long, required = true)]
        plan: bool,
    },
    /// Reads everything, to find damage
    Scrub {
        /// The database: a path or a URL, see `keyloft --help`
        #[arg(value_hint = ValueHint::AnyPath)]
        db: String,
        /// The most MiB to read in a second
        #[arg(long, value_name = "MIB")]
        rate: Option<u64>,
    },
    /// Gives unused space back to the file system
    Compact {
        /// The database: a path or a URL, see `keyloft --help`
        #[arg(value_hint = ValueHint::AnyPath)]
        db: String,
    },
    /// Shows what takes the space
    Stats {
        /// The database: a path or a URL, see `keyloft --help`
        #[arg(value_hint = ValueHint::AnyPath)]
        db: String,
    },
    /// Prints the digest of all entries. Databases with the same entries have the same digest
    Digest {
        /// The database: a path or a URL, see `keyloft --help`
        #[arg(value_hint = ValueHint::AnyPath)]
        db: String,
    },
    /// Writes all entries into a stream
    Export {
        /// The database: a path or a URL, see `keyloft --help`
        #[arg(value_hint = ValueHint::AnyPath)]
        db: String,
        /// The file; `-` is the standard output
        #[arg(default_value = "-", value_hint = ValueHint::FilePath)]
        file: PathBuf,
    },
    /// Fills a database from a stream. A file is created if it does not exist
    Import {
        /// The database: a path or a URL, see `keyloft --help`
        #[arg(value_hint = ValueHint::AnyPath)]
        db: String,
        /// The file of the stream; `-` is the standard input
        #[arg(default_value = "-", value_hint = ValueHint::FilePath)]
        file: PathBuf,
        /// Replaces what the database holds
        #[arg(long)]
        replace: bool,
    },
    /// Writes a stream into a new file, syncs it, and reads it back
    Backup {
        /// The database: a path or a URL, see `keyloft --help`
        #[arg(value_hint = ValueHint::AnyPath)]
        db: String,
        /// The file of the stream
        #[arg(value_hint = ValueHint::FilePath)]
        file: PathBuf,
    },
    /// Makes a new database from a backup, and compares both
    Restore {
        /// The file of the stream
        #[arg(value_hint = ValueHint::FilePath)]
        file: PathBuf,
        /// The database: a path or a URL, see `keyloft --help`
        #[arg(value_hint = ValueHint::AnyPath)]
        db: String,
    },
    /// Compares two databases, table by table
    Diff {
        /// The older database: a path or a URL
        #[arg(value_hint = ValueHint::AnyPath)]
        old: String,
        /// The newer one
        #[arg(value_hint = ValueHint::AnyPath)]
        new: String,
    },
    /// Shows the database in a browser, to this machine only
    Serve {
        /// The database: a path or a URL, see `keyloft --help`
        #[arg(value_hint = ValueHint::AnyPath)]
        db: String,
        /// The port; 0 is any free one
        #[arg(long, default_value_t = 0)]
        port: u16,
    },
    /// Prints the completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Prints the manual page of the command, or of one of its commands
    Man {
        /// The name of the command
        command: Option<String>,
    },
}

/// The choice of entities.
#[derive(ClapArgs, Default)]
pub(crate) struct Select {
    /// Reads in the order of this index; the bounds are then its values
    #[arg(long, value_name = "INDEX")]
    pub(crate) by: Option<String>,
    /// The first parts of the key, or how a text begins
    #[arg(long, value_name = "PART", num_args = 1.., allow_negative_numbers = true)]
    pub(crate) prefix: Vec<String>,
    /// The first key, or its first parts
    #[arg(long, value_name = "KEY", allow_negative_numbers = true)]
    pub(crate) from: Option<String>,
    /// The key before which to end, or its first parts
    #[arg(long, value_name = "KEY", allow_negative_numbers = true)]
    pub(crate) to: Option<String>,
    /// From the last key to the first
    #[arg(long, short)]
    pub(crate) reverse: bool,
    /// The most entities
    #[arg(long, short, value_name = "COUNT")]
    pub(crate) limit: Option<usize>,
    /// A condition on a field, such as `size>=7`, `name=Ada`, `name~da` (contains); all must hold
    #[arg(long = "where", short = 'w', value_name = "CONDITION")]
    pub(crate) conditions: Vec<String>,
}
