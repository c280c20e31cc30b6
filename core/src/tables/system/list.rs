//! The list of the system's tables: one line each.

use core::any::Any;

/// Declares the system's tables: a line is `name: Key => Entity, schema;`, where `schema` makes the table's [`Schema`]
/// for a partition and may be left out.
///
/// [`Schema`]: crate::Schema
macro_rules! system_tables {
    ($($(#[$docs:meta])* $table:ident: $key:ty => $entity:ty $(, $schema:path)?;)+) => {
        /// All tables of the system, over one backend.
        ///
        /// ```
        /// use std::sync::Arc;
        /// use keyloft::prelude::*;
        /// use keyloft::tables::system::{Namespace, SystemTables, User};
        ///
        /// let system = SystemTables::new(Arc::new(keyloft_memory::MemoryBackend::new()));
        /// system.users.put(&"1".into(), &User::new("1", "alice", Role::Dba, 1_700_000_000_000))?;
        /// system.namespaces.put(&"app".into(), &Namespace::new("app", 1_700_000_000_000))?;
        /// assert!(system.users.find_by_username("ALICE")?.is_some());
        /// # Ok::<(), keyloft::Error>(())
        /// ```
        #[derive(Clone)]
        pub struct SystemTables {
            $($(#[$docs])* pub $table: SystemTableStore<$key, $entity>,)+
        }

        impl SystemTables {
            /// The tables of this backend, each in its partition.
            pub fn new(backend: Arc<dyn StorageBackend>) -> Self {
                Self { $($table: <$entity>::store(Arc::clone(&backend)),)+ }
            }
        }

        $(
            impl $entity {
                /// The partition that the system keeps the table in.
                pub const PARTITION: &str = concat!("system_", stringify!($table));

                /// The system's table of these, in this backend.
                pub fn store(backend: Arc<dyn StorageBackend>) -> SystemTableStore<$key, Self> {
                    SystemTableStore::new(backend, Self::PARTITION)
                }
            }
        )+

        /// What the system's table of these types has in any partition: its indexes and rules. Of types that are no
        /// table of the system's, nothing.
        pub(crate) fn schema_of<K: StorageKey, V: Entity>(partition: Partition) -> Schema<K, V> {
            $($(
                if TypeId::of::<(K, V)>() == TypeId::of::<($key, $entity)>()
                    && let Some(schema) = $crate::tables::system::list::same($schema(partition.clone()))
                {
                    return schema;
                }
            )?)+
            Schema::new(partition)
        }
    };
}

pub(super) use system_tables;

/// The value, as the type that it is.
pub(super) fn same<T: Any, U: Any>(value: T) -> Option<U> {
    let mut slot = Some(value);
    let slot: &mut dyn Any = &mut slot;
    slot.downcast_mut::<Option<U>>().and_then(Option::take)
}
