//! Reads that a layer hands on as they are.

/// Implements [`Read`](crate::Read) for a layer by that of its field.
macro_rules! forward_reads {
    ([$($generics:tt)*] $layer:ty, $field:ident) => {
        impl<$($generics)*> $crate::backend::Read for $layer {
            fn get(
                &self,
                partition: &$crate::backend::Partition,
                key: &[u8],
                visit: &mut dyn FnMut(&[u8]),
            ) -> $crate::error::Result<bool> {
                self.$field.get(partition, key, visit)
            }

            fn scan(
                &self,
                partition: &$crate::backend::Partition,
                range: $crate::backend::KeyRange<'_>,
                direction: $crate::backend::Direction,
                visit: &mut $crate::backend::Visit<'_>,
            ) -> $crate::error::Result<()> {
                self.$field.scan(partition, range, direction, visit)
            }

            fn partitions(&self) -> $crate::error::Result<alloc::vec::Vec<$crate::backend::Partition>> {
                self.$field.partitions()
            }

            fn get_many(
                &self,
                partition: &$crate::backend::Partition,
                keys: &[&[u8]],
                visit: &mut dyn FnMut(usize, &[u8]),
            ) -> $crate::error::Result<()> {
                self.$field.get_many(partition, keys, visit)
            }

            fn contains(
                &self,
                partition: &$crate::backend::Partition,
                key: &[u8],
            ) -> $crate::error::Result<bool> {
                self.$field.contains(partition, key)
            }

            fn count(
                &self,
                partition: &$crate::backend::Partition,
                range: $crate::backend::KeyRange<'_>,
            ) -> $crate::error::Result<u64> {
                self.$field.count(partition, range)
            }
        }
    };
}

pub(super) use forward_reads;
