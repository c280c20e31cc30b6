//! [`Migration`]: the move of tables to the program's definitions.

mod plan;
mod rekey;
mod run;
mod target;

use alloc::boxed::Box;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ops::ControlFlow;

pub use plan::{Plan, Step};
use rekey::{ChangeKeys, KeyChange};
pub use run::Progress;
use target::Target;

use crate::backend::{Partition, StorageBackend};
use crate::error::Result;
use crate::key::StorageKey;
use crate::maybe_send::{MaybeSend, MaybeSync};
use crate::store::Schema;

/// The move of tables from their stored definitions to the program's.
///
/// It builds new indexes and those whose definition changed, and rebuilds all indexes of a table whose version was raised,
/// because an upgrade may change what is indexed. Values stay as they are and are upgraded when they are read, or are
/// [rewritten](Self::rewrite).
///
/// Large tables are moved in transactions of about a thousand rows, so other work goes on beside it: from the first of them
/// on, the new definition holds. If the process ends in the middle, the same call resumes the work. Until the end, an index
/// that is being built is updated by writes and refuses to answer, with
/// [`ErrorKind::IndexNotBuilt`](crate::ErrorKind::IndexNotBuilt).
///
/// ```
/// use std::sync::Arc;
/// use keyloft::catalog::Migration;
/// use keyloft::prelude::*;
///
/// const CITY: Index<String, String> = Index::new("city", |address| address.split(", ").nth(1).map(Into::into));
///
/// # let backend: Arc<dyn StorageBackend> = Arc::new(keyloft_memory::MemoryBackend::new());
/// Table::<u32, String>::new(backend.clone(), "addresses").put(&1, &"Main Street 1, Bonn".into())?;
///
/// let schema = Schema::<u32, String>::new("addresses").index(CITY);
/// let migration = Migration::new(backend.clone()).table(&schema);
/// assert_eq!(migration.plan()?.to_string(), "addresses: build index `city`\n");
/// migration.run()?;
/// assert!(migration.plan()?.is_empty());
///
/// let addresses = Table::with_schema(backend, schema);
/// assert_eq!(addresses.find_all(&CITY, "Bonn")?.len(), 1);
/// # Ok::<(), keyloft::Error>(())
/// ```
pub struct Migration {
    backend: Arc<dyn StorageBackend>,
    targets: Vec<Box<dyn Target>>,
    key_changes: Vec<Box<dyn ChangeKeys>>,
    options: Options,
}

/// The choices that a definition can't express.
#[derive(Default)]
struct Options {
    dropped: Vec<(Partition, String)>,
    drop_all: bool,
    rewrite: bool,
    abandon_rekey: bool,
    continued: Vec<(Partition, u32)>,
}

impl Migration {
    /// Creates a migration of no table.
    pub fn new(backend: Arc<dyn StorageBackend>) -> Self {
        Self { backend, targets: Vec::new(), key_changes: Vec::new(), options: Options::default() }
    }

    /// Adds the table of this schema.
    #[must_use]
    pub fn table<K: StorageKey, V: 'static>(mut self, schema: &Schema<K, V>) -> Self {
        self.targets.push(Box::new(Arc::clone(schema.layout())));
        self
    }

    /// Lets the migration drop this index of the table.
    ///
    /// An index that the program lacks is not dropped without being named: the program may be an old one.
    ///
    /// The name of an index that the table doesn't have is ignored, because the same migration runs at each start of the program,
    /// and the index is gone from the second on. A misspelt name drops nothing, and the migration then fails with the name of the
    /// index that is left.
    #[must_use]
    pub fn drop_index(mut self, table: impl Into<Partition>, index: &str) -> Self {
        self.options.dropped.push((table.into(), index.into()));
        self
    }

    /// Lets the migration drop all indexes that the program lacks.
    #[must_use]
    pub fn drop_unknown_indexes(mut self) -> Self {
        self.options.drop_all = true;
        self
    }

    /// Stores the values of older versions in the present one.
    ///
    /// Without it they are upgraded whenever they are read, so the upgrade must stay in the program.
    #[must_use]
    pub fn rewrite(mut self) -> Self {
        self.options.rewrite = true;
        self
    }

    /// Gives up changes of keys that have not copied all rows yet, and gives these tables back as they were.
    ///
    /// It is for a change that no program will finish, such as that of a withdrawn release.
    #[must_use]
    pub fn abandon_rekey(mut self) -> Self {
        self.options.abandon_rekey = true;
        self
    }

    /// Continues the change of the table's keys that an earlier run has left, instead of beginning the copying anew. `run` is
    /// its number, from [`Progress::rekey_run`].
    ///
    /// The caller promises that the function of both runs is the same. It is for a program that has the keys of only a part of
    /// the rows at a time:
    ///
    /// ```
    /// use std::ops::ControlFlow;
    /// use std::sync::Arc;
    /// use keyloft::catalog::Migration;
    /// use keyloft::prelude::*;
    ///
    /// # let backend: Arc<dyn StorageBackend> = Arc::new(keyloft_memory::MemoryBackend::new());
    /// let old = Schema::<u32, String>::new("notes");
    /// Table::with_schema(backend.clone(), old.clone()).load((0..2_500).map(|id| (id, "milk".into())))?;
    ///
    /// let new = Schema::<(String, u32), String>::new("notes");
    /// let (mut run, mut steps) = (None, 0);
    /// loop {
    ///     let mut migration = Migration::new(backend.clone()).rekey(&old, &new, |id, _| Ok(("home".into(), id)));
    ///     if let Some(run) = run {
    ///         migration = migration.continue_rekey("notes", run);
    ///     }
    ///     if migration.plan()?.is_empty() {
    ///         break;
    ///     }
    ///     migration.run_with(|progress| {
    ///         (run, steps) = (progress.rekey_run, steps + 1);
    ///         ControlFlow::Break(())
    ///     })?;
    /// }
    /// assert_eq!(steps, 7); // the announcement, and thousand rows at a time twice
    /// assert_eq!(Table::with_schema(backend, new).count()?, 2_500);
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    #[must_use]
    pub fn continue_rekey(mut self, table: impl Into<Partition>, run: u32) -> Self {
        self.options.continued.push((table.into(), run));
        self
    }

    /// Adds the table of this schema, whose stored keys are those of `old`. The function returns the new key of each row.
    ///
    /// `old` must be the stored definition, or one that can read it. While the keys are being changed, the table can't be
    /// used. If two rows get the same key, or the function fails, the migration returns the error, and the table is as it
    /// was. After a panic of the function or a crash, the next run begins the copying anew: its function may be another one.
    /// See also [`abandon_rekey`](Self::abandon_rekey).
    ///
    /// ```
    /// use std::sync::Arc;
    /// use keyloft::catalog::Migration;
    /// use keyloft::prelude::*;
    ///
    /// # let backend: Arc<dyn StorageBackend> = Arc::new(keyloft_memory::MemoryBackend::new());
    /// let old = Schema::<u32, String>::new("notes");
    /// Table::with_schema(backend.clone(), old.clone()).put(&7, &"milk".into())?;
    ///
    /// let new = Schema::<(String, u32), String>::new("notes");
    /// let migration = Migration::new(backend.clone());
    /// migration.rekey(&old, &new, |id, _note| Ok(("home".into(), id))).run()?;
    /// let notes = Table::with_schema(backend, new);
    /// assert_eq!(notes.get(&("home".into(), 7))?, Some("milk".into()));
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    #[must_use]
    pub fn rekey<K: StorageKey, L: StorageKey, V: 'static, W: 'static>(
        mut self,
        old: &Schema<K, V>,
        new: &Schema<L, W>,
        key: impl Fn(K, V) -> Result<L> + MaybeSend + MaybeSync + 'static,
    ) -> Self {
        self.key_changes.push(Box::new(KeyChange::new(old, new, key)));
        self.table(new)
    }

    /// Returns the steps that [`run`](Self::run) would take, without taking any.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::DefinitionMismatch`](crate::ErrorKind::DefinitionMismatch) if no migration leads to the program's definition, or
    /// an error of the backend.
    pub fn plan(&self) -> Result<Plan> {
        let snapshot = self.backend.snapshot()?;
        let mut plan = Plan::default();
        for target in &self.targets {
            plan.add(&**target, self.key_change_of(&**target), &self.options, &*snapshot)?;
        }
        Ok(plan)
    }

    /// Carries out the migration, or what an earlier run has left of it.
    ///
    /// # Errors
    ///
    /// The errors of [`plan`](Self::plan); [`ErrorKind::UniqueViolation`](crate::ErrorKind::UniqueViolation) if two rows have the
    /// same value in a new unique index; [`ErrorKind::Decode`](crate::ErrorKind::Decode) if a row can't be read. After an error the
    /// migration can be run again. Until then the table has the new definition, and the unfinished indexes don't answer.
    pub fn run(&self) -> Result<()> {
        self.run_with(|_| ControlFlow::Continue(()))
    }

    /// Carries out the migration, and reports the progress after each transaction. If the report breaks, the rest is left
    /// for a later run.
    ///
    /// ```
    /// use std::ops::ControlFlow;
    /// use std::sync::Arc;
    /// use keyloft::catalog::{self, IndexState, Migration};
    /// use keyloft::prelude::*;
    ///
    /// const LENGTH: Index<String, u64> = Index::new("length", |text| Some(text.len() as u64));
    ///
    /// # let backend: Arc<dyn StorageBackend> = Arc::new(keyloft_memory::MemoryBackend::new());
    /// Table::<u32, String>::new(backend.clone(), "notes").load((0..2_500).map(|id| (id, "milk".into())))?;
    /// let schema = Schema::<u32, String>::new("notes").index(LENGTH);
    /// let migration = Migration::new(backend.clone()).table(&schema);
    /// let state = || Ok::<_, Error>(catalog::table(&*backend.snapshot()?, schema.partition())?.unwrap().state_of("length"));
    ///
    /// // The program must end after the first thousand rows.
    /// migration.run_with(|progress| match progress.rows {
    ///     0..1_000 => ControlFlow::Continue(()),
    ///     _ => ControlFlow::Break(()),
    /// })?;
    /// assert_eq!(state()?, Some(IndexState::Building));
    ///
    /// migration.run_with(|progress| {
    ///     println!("{}: {} rows", progress.table, progress.rows);
    ///     ControlFlow::Continue(())
    /// })?;
    /// assert_eq!(state()?, Some(IndexState::Built));
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The errors of [`run`](Self::run).
    pub fn run_with(&self, mut report: impl FnMut(&Progress) -> ControlFlow<()>) -> Result<()> {
        for target in &self.targets {
            let flow = run::migrate(
                &*self.backend,
                &**target,
                self.key_change_of(&**target),
                &self.options,
                &mut report,
            )?;
            if flow.is_break() {
                break;
            }
        }
        Ok(())
    }

    fn key_change_of(&self, target: &dyn Target) -> Option<&dyn ChangeKeys> {
        let table = &target.outline().partition;
        self.key_changes.iter().find(|change| change.table() == table).map(|change| &**change)
    }
}

impl Options {
    /// Returns `true` if the migration may drop the index.
    fn drops(&self, table: &Partition, index: &str) -> bool {
        self.drop_all || self.dropped.iter().any(|(of, name)| of == table && name == index)
    }
}
