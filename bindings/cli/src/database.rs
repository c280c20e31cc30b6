//! [`Database`]: the database that an argument names.

use std::path::Path;
use std::sync::Arc;

use keyloft::layers::Scoped;
use keyloft::untyped::{UntypedIndex, UntypedTable};
use keyloft::{EntityReader, StorageBackend};
use keyloft_redb::RedbBackend;

use crate::args::Common;
use crate::failure::{Failure, Result};

/// The database that an argument names.
pub(crate) struct Database {
    pub(crate) backend: Arc<dyn StorageBackend>,
    pub(crate) engine: Engine,
}

/// The engine of a database, with what only some engines can do.
pub(crate) enum Engine {
    Redb(RedbBackend),
    #[cfg(feature = "fjall")]
    Fjall(keyloft_fjall::FjallBackend),
    #[cfg(feature = "postgres")]
    Postgres,
}

impl Engine {
    /// Returns `true` if other programs can write the database while this one has it open.
    pub(crate) fn is_shared(&self) -> bool {
        match self {
            Self::Redb(_) => false,
            #[cfg(feature = "fjall")]
            Self::Fjall(_) => false,
            #[cfg(feature = "postgres")]
            Self::Postgres => true,
        }
    }
}

/// What becomes of a database that does not exist.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Missing {
    /// It is an error.
    Refuse,
    /// It is created.
    Create,
    /// It is created, and one that exists is an error.
    MustBe,
}

impl Database {
    /// Opens the database.
    pub(crate) fn open(name: &str, common: &Common) -> Result<Self> {
        Self::open_or(name, common, Missing::Refuse)
    }

    pub(crate) fn open_or(name: &str, common: &Common, missing: Missing) -> Result<Self> {
        let engine = match name.split_once(':') {
            Some(("postgres" | "postgresql", _)) => return postgres(name, common),
            Some(("redb", path)) => redb(Path::new(path), missing)?,
            Some(("fjall", path)) => fjall(Path::new(path), missing)?,
            _ if Path::new(name).is_dir() => fjall(Path::new(name), missing)?,
            _ => redb(Path::new(name), missing)?,
        };
        if common.schema.is_some() {
            return Err(Failure::usage("--schema is for PostgreSQL: a file has no schemas"));
        }
        let backend: Arc<dyn StorageBackend> = match &engine {
            Engine::Redb(redb) => Arc::new(redb.clone()),
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

fn redb(path: &Path, missing: Missing) -> Result<Engine> {
    let opened = match missing {
        Missing::Refuse => RedbBackend::open(path),
        Missing::Create => RedbBackend::create(path),
        Missing::MustBe => RedbBackend::create_new(path),
    };
    Ok(Engine::Redb(opened?))
}

#[cfg(feature = "fjall")]
fn fjall(path: &Path, missing: Missing) -> Result<Engine> {
    use keyloft_fjall::FjallBackend;

    let opened = match missing {
        Missing::Refuse => FjallBackend::open(path),
        Missing::Create => FjallBackend::create(path),
        Missing::MustBe => FjallBackend::create_new(path),
    };
    Ok(Engine::Fjall(opened?))
}

#[cfg(not(feature = "fjall"))]
fn fjall(_: &Path, _: Missing) -> Result<Engine> {
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
