//! The reads that are counted.

/// Implements the methods of [`Read`](crate::Read) that are counted, over another reader.
macro_rules! counted_reads {
    ($self:ident => $inner:expr, $gauges:expr) => {
        fn get(
            &$self,
            partition: &crate::backend::Partition,
            key: &[u8],
            visit: &mut dyn FnMut(&[u8]),
        ) -> crate::error::Result<bool> {
            $gauges.look_up(1);
            crate::backend::Read::get(&$inner, partition, key, visit)
        }

        fn contains(&$self, partition: &crate::backend::Partition, key: &[u8]) -> crate::error::Result<bool> {
            $gauges.look_up(1);
            crate::backend::Read::contains(&$inner, partition, key)
        }

        fn get_many(
            &$self,
            partition: &crate::backend::Partition,
            keys: &[&[u8]],
            visit: &mut dyn FnMut(usize, &[u8]),
        ) -> crate::error::Result<()> {
            $gauges.look_up(keys.len());
            crate::backend::Read::get_many(&$inner, partition, keys, visit)
        }

        fn get_batch(
            &$self,
            keys: &[(&crate::backend::Partition, &[u8])],
            visit: &mut dyn FnMut(usize, &[u8]),
        ) -> crate::error::Result<()> {
            $gauges.look_up(keys.len());
            crate::backend::Read::get_batch(&$inner, keys, visit)
        }

        fn scan(
            &$self,
            partition: &crate::backend::Partition,
            range: crate::backend::KeyRange<'_>,
            direction: crate::backend::Direction,
            visit: &mut crate::backend::Visit<'_>,
        ) -> crate::error::Result<()> {
            let began = $gauges.now();
            let mut rows = 0;
            let scanned = crate::backend::Read::scan(&$inner, partition, range, direction, &mut |key, value| {
                rows += 1;
                visit(key, value)
            });
            $gauges.scan(partition, rows, began);
            scanned
        }

        fn count(
            &$self,
            partition: &crate::backend::Partition,
            range: crate::backend::KeyRange<'_>,
        ) -> crate::error::Result<u64> {
            $gauges.count_scan();
            crate::backend::Read::count(&$inner, partition, range)
        }
    };
}
pub(super) use counted_reads;
