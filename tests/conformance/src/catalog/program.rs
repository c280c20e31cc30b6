//! [`Program`]: a program with one definition of a table, without its types.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::sync::Arc;

use keyloft::prelude::*;
use keyloft::store::IndexOn;

/// A row as a program shows it: its number, its name and its size.
pub(crate) type Shown = (u32, String, u32);

/// A program with one definition of a table. The rows have numbers.
pub(crate) trait Program {
    fn put(&self, number: u32) -> Result<()>;
    fn insert(&self, number: u32) -> Result<()>;
    fn delete(&self, number: u32) -> Result<bool>;
    fn get(&self, number: u32) -> Result<Option<Shown>>;
    fn all(&self) -> Result<Vec<Shown>>;
    fn count(&self) -> Result<u64>;
    fn migrate(&self) -> Result<()>;
    /// Returns the number of faults that `verify` finds.
    fn faults(&self) -> Result<usize>;
    /// Returns the numbers of the rows of each index.
    fn by_index(&self) -> Vec<Result<BTreeSet<u32>>>;
    /// Returns the row as this program shows it, whoever has stored it.
    fn shows(&self, number: u32) -> Shown;
}

/// A definition of the table.
pub(crate) struct Definition {
    pub(crate) name: &'static str,
    /// The entity is not told, so only the version guards its fields.
    pub(crate) is_unshaped: bool,
    pub(crate) open: fn(&Arc<dyn StorageBackend>) -> Box<dyn Program>,
}

/// The functions between a row and its stored form.
pub(crate) struct Form<K, V> {
    pub(crate) key: fn(u32) -> K,
    pub(crate) entity: fn(Shown) -> V,
    pub(crate) show: fn(K, V) -> Shown,
    /// Returns the name of a row as this program shows it.
    pub(crate) name: fn(u32) -> String,
}

type ByIndex<K, V> = Box<dyn Fn(&Table<K, V>, fn(K, V) -> Shown) -> Result<BTreeSet<u32>>>;

/// A table with the reads of its indexes.
pub(crate) struct Typed<K, V> {
    table: Table<K, V>,
    form: Form<K, V>,
    indexes: Vec<ByIndex<K, V>>,
}

impl<K: StorageKey, V: 'static> Typed<K, V> {
    pub(crate) fn new(db: &Arc<dyn StorageBackend>, schema: Schema<K, V>, form: Form<K, V>) -> Self {
        Self { table: Table::with_schema(Arc::clone(db), schema), form, indexes: Vec::new() }
    }

    /// Adds the index, which must have an entry for each row.
    pub(crate) fn index<I: StorageKey, X: IndexOn<V, I> + 'static>(mut self, index: fn() -> X) -> Self {
        let Self { table, .. } = self;
        let schema = table.schema().clone().index(index());
        self.table = Table::with_schema(Arc::clone(table.backend()), schema);
        self.indexes.push(Box::new(move |table, show| {
            table.iter_by(&index(), ..)?.map(|entry| entry.map(|(key, entity)| show(key, entity).0)).collect()
        }));
        self
    }

    pub(crate) fn boxed(self) -> Box<dyn Program>
    where
        V: Debug,
    {
        Box::new(self)
    }
}

impl<K: StorageKey, V: 'static> Program for Typed<K, V> {
    fn put(&self, number: u32) -> Result<()> {
        self.table.put(&(self.form.key)(number), &(self.form.entity)(self.shows(number)))
    }

    fn insert(&self, number: u32) -> Result<()> {
        self.table.insert(&(self.form.key)(number), &(self.form.entity)(self.shows(number)))
    }

    fn delete(&self, number: u32) -> Result<bool> {
        self.table.delete(&(self.form.key)(number))
    }

    fn get(&self, number: u32) -> Result<Option<Shown>> {
        let found = self.table.get(&(self.form.key)(number))?;
        Ok(found.map(|entity| (self.form.show)((self.form.key)(number), entity)))
    }

    fn all(&self) -> Result<Vec<Shown>> {
        let mut all: Vec<Shown> =
            self.table.scan_all()?.into_iter().map(|(key, entity)| (self.form.show)(key, entity)).collect();
        all.sort_unstable();
        Ok(all)
    }

    fn count(&self) -> Result<u64> {
        self.table.count()
    }

    fn migrate(&self) -> Result<()> {
        self.table.migrate()
    }

    fn faults(&self) -> Result<usize> {
        Ok(self.table.verify()?.len())
    }

    fn by_index(&self) -> Vec<Result<BTreeSet<u32>>> {
        self.indexes.iter().map(|index| index(&self.table, self.form.show)).collect()
    }

    fn shows(&self, number: u32) -> Shown {
        (number, (self.form.name)(number), number * 10)
    }
}
