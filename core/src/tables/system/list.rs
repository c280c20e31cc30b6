//! The macro that declares each system table in one line.

/// Declares the system tables, each by a line `name: Key => Entity, declare;`.
///
/// The function `declare` declares the indexes and rules. It may be omitted for a table without them.
macro_rules! system_tables {
    ($($(#[$docs:meta])* $table:ident: $key:ty => $entity:ty $(, $declare:path)?;)+) => {
        /// All system tables in one backend.
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
        #[non_exhaustive]
        pub struct SystemTables {
            $($(#[$docs])* pub $table: $crate::SystemTableStore<$key, $entity>,)+
        }

        impl SystemTables {
            /// Creates the system tables in this backend, each in its partition.
            pub fn new(backend: alloc::sync::Arc<dyn $crate::StorageBackend>) -> Self {
                use $crate::tables::system::SystemEntity;
                Self { $($table: <$entity>::store(alloc::sync::Arc::clone(&backend)),)+ }
            }
        }

        $(
            impl $crate::tables::system::entity::Sealed for $entity {
                $(
                    fn declare(table: &mut impl $crate::tables::system::declare::Declare<Self>) {
                        $declare(table);
                    }
                )?
            }

            impl $crate::tables::system::SystemEntity for $entity {
                type Key = $key;

                const PARTITION: &'static str = concat!("system_", stringify!($table));
            }
        )+
    };
}

pub(super) use system_tables;
