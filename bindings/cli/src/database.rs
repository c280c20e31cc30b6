//! [`Database`]: the database that an argument names.

use std::path::Path;
use std::sync::Arc;

use keyloft::layers::Scoped;
use keyloft::untyped::{UntypedIndex, UntypedTable};
use keyloft::{EntityReader, StorageBackend};
use keyloft_redb::{RedbBackend, Sharing};

use crate::args::Common;
use crate::failure::{Failure, Result};

/// The database that an argument names.
pub(crate) struct Database {
    pub(crate) backend: Arc<dyn StorageBackend>,
    pub(crate) engine: Engine,
}

/// The engine of a database, with what only some engines can do.
pub(crate) enum Engine {
    Redb {
        backend: RedbBackend,
        is_shared: bool,
    },
    #[cfg(feature = "fjall")]
    Fjall(keyloft_fjall::FjallBackend),
    #[cfg(feature = "postgres")]
    Postgres,
}

impl Engine {
    /// Returns `true` if other programs can write the database while this one has it open.
    pub(crate) fn is_shared(&self) -> bool {
        match self {
            Self::Redb { is_shared, .. } => *is_shared,
            #[cfg(feature = "fjall")]
            Self::Fjall(_) => false,
            #[cfg(feature = "postgres")]
            Self::Postgres => true,
        }
    }
}

/// The use for which a database is opened.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To read. Other programs may have it open, if they share it.
    Read,
    /// To read and write.
    Write,
    /// To write, and one that does not exist is created.
    Create,
    /// To write a new one, and one that exists is an error.
    CreateNew,
}

impl Database {
    /// Opens the database to read it.
    pub(crate) fn read(name: &str, common: &Common) -> Result<Self> {
        Self::open(name, common, Purpose::Read)
    }

    pub(crate) fn open(name: &str, common: &Common, purpose: Purpose) -> Result<Self> {
        let engine = match name.split_once(':') {
            Some(("postgres" | "postgresql", _)) => return postgres(name, common),
            Some(("redb", path)) => redb(Path::new(path), purpose)?,
            Some(("fjall", path)) => fjall(Path::new(path), purpose)?,
            _ if Path::new(name).is_dir() => fjall(Path::new(name), purpose)?,
            _ => redb(Path::new(name), purpose)?,
        };
        if common.schema.is_some() {
            return Err(Failure::usage("--schema is for PostgreSQL: a file has no schemas"));
        }
        let backend: Arc<dyn StorageBackend> = match &engine {
            Engine::Redb { backend, .. } => Arc::new(backend.clone()),
            #[cfg(feature = "fjall")]
            Engine::Fjall(fjall) => Arc::new(fjall.clone()),
            #[cfg(feature = "postgres")]
            Engine::Postgres => return Err(Failure::usage("no file has this engine")),
        };
        Ok(Self { backend: scoped(backend, common), engine })
    }

    /// Opens a table of the catalog.
    pub(crate) fn table(&self, name: &str) -> Result<UntypedTable> {
        if let Some(table) = UntypedTable::open(Arc::clone(&self.backend), name)? {
            return Ok(table);
        }
        let known = keyloft::catalog::tables(&*self.backend.snapshot()?)?;
        let names: Vec<&str> = known.iter().map(|(table, _)| table.name()).collect();
        let known = if names.is_empty() {
            "it has no tables".to_owned()
        } else {
            format!("it has {}", names.join(", "))
        };
        Err(Failure::usage(format!("the database has no table `{name}`: {known}")))
    }
}

/// Returns the argument that names a database, without the password of a server.
pub(crate) fn shown(name: &str) -> String {
    let Some((scheme, rest)) = name.split_once("://") else { return name.to_owned() };
    // The password may be a parameter, too.
    let address = rest.split_once('?').map_or(rest, |(address, _)| address);
    match address.rsplit_once('@') {
        Some((user, host)) => {
            let user = user.split_once(':').map_or(user, |(user, _)| user);
            format!("{scheme}://{user}@{host}")
        }
        None => format!("{scheme}://{address}"),
    }
}

/// Returns the index of the table.
pub(crate) fn index_of(table: &UntypedTable, name: &str) -> Result<UntypedIndex> {
    let known: Vec<&str> = table.indexes().iter().map(|index| index.defined().name.as_str()).collect();
    if known.contains(&name) {
        return Ok(table.index(name)?);
    }
    let known =
        if known.is_empty() { "it has none".to_owned() } else { format!("it has {}", known.join(", ")) };
    Err(Failure::usage(format!("table `{}` has no index `{name}`: {known}", table.partition().name())))
}

fn scoped(backend: Arc<dyn StorageBackend>, common: &Common) -> Arc<dyn StorageBackend> {
    match &common.scope {
        Some(scope) => Arc::new(Scoped::new(backend, scope.as_str())),
        None => backend,
    }
}

fn redb(path: &Path, purpose: Purpose) -> Result<Engine> {
    let alone =
        |opened: keyloft::Result<RedbBackend>| Ok(Engine::Redb { backend: opened?, is_shared: false });
    match purpose {
        Purpose::Read => match RedbBackend::open_read_only(path) {
            Ok(backend) => Ok(Engine::Redb { backend, is_shared: true }),
            // Where files can't be shared, and after a crash, a reader must be the only one.
            Err(error) if matches!(error.code(), "SharingUnavailable" | "RecoveryNeeded") => {
                alone(RedbBackend::open(path))
            }
            Err(error) => Err(error.into()),
        },
        Purpose::Write => match RedbBackend::open(path) {
            // Programs that take turns at writing let this one in.
            Err(error) if error.code() == "DatabaseLocked" => {
                let shared = RedbBackend::options().sharing(Sharing::MultiWriter).open(path);
                Ok(Engine::Redb { backend: shared.map_err(|_| error)?, is_shared: true })
            }
            opened => alone(opened),
        },
        Purpose::Create => alone(RedbBackend::create(path)),
        Purpose::CreateNew => alone(RedbBackend::create_new(path)),
    }
}

#[cfg(feature = "fjall")]
fn fjall(path: &Path, purpose: Purpose) -> Result<Engine> {
    use keyloft_fjall::FjallBackend;

    let opened = match purpose {
        Purpose::Read | Purpose::Write => FjallBackend::open(path),
        Purpose::Create => FjallBackend::create(path),
        Purpose::CreateNew => FjallBackend::create_new(path),
    };
    Ok(Engine::Fjall(opened?))
}

#[cfg(not(feature = "fjall"))]
fn fjall(_: &Path, _: Purpose) -> Result<Engine> {
    Err(Failure::usage("this build has no fjall: install it with the feature `fjall`"))
}

#[cfg(feature = "postgres")]
fn postgres(url: &str, common: &Common) -> Result<Database> {
    let mut options = keyloft_postgres::PostgresOptions::new(url);
    // A variable of the shell is for all commands, those on files included, so it is not an argument.
    if let Some(schema) = common.schema.clone().or_else(|| std::env::var("KEYLOFT_SCHEMA").ok()) {
        options = options.schema(schema);
    }
    let backend: Arc<dyn StorageBackend> = Arc::new(options.open()?);
    Ok(Database { backend: scoped(backend, common), engine: Engine::Postgres })
}

#[cfg(not(feature = "postgres"))]
fn postgres(_: &str, _: &Common) -> Result<Database> {
    Err(Failure::usage("this build has no PostgreSQL: install it with the feature `postgres`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_shown_without_its_password() {
        for (name, text) in [
            ("postgres://ada:se:cr@t@host:5432/app?sslmode=require", "postgres://ada@host:5432/app"),
            ("postgres://host/app?user=ada&password=secret", "postgres://host/app"),
            ("postgres://ada@host/app", "postgres://ada@host/app"),
            ("redb:a:b@c.redb", "redb:a:b@c.redb"),
        ] {
            assert_eq!(shown(name), text);
        }
    }
}
