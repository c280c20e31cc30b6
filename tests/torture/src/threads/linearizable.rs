//! [`is_linearizable`]: the search for an order of concurrent operations that explains their results.

use std::collections::HashSet;

/// An operation on one key, with the moments between which it took effect.
#[derive(Clone, Copy, Debug)]
pub(super) struct Operation {
    pub(super) began: u64,
    pub(super) ended: u64,
    pub(super) effect: Effect,
}

/// The effect of an operation, with what it has seen. A value of `None` is an absent key.
#[derive(Clone, Copy, Debug)]
pub(super) enum Effect {
    /// Saw this value.
    Read(Option<u64>),
    /// Wrote this value.
    Write(Option<u64>),
    /// Saw the first value and wrote the second one, in one transaction.
    Swap(Option<u64>, u64),
}

/// Returns `true` if the operations, of which there are at most 128, can be put in an order that keeps to their moments and
/// explains what each has seen. The key is absent at first.
pub(super) fn is_linearizable(history: &[Operation]) -> bool {
    let all =
        1_u128.checked_shl(u32::try_from(history.len()).unwrap_or(u32::MAX)).map_or(u128::MAX, |bit| bit - 1);
    let (mut seen, mut open) = (HashSet::new(), vec![(0_u128, None)]);
    while let Some((done, value)) = open.pop() {
        if done == all {
            return true;
        }
        if !seen.insert((done, value)) {
            continue;
        }
        let left = || history.iter().enumerate().filter(|(place, _)| done >> place & 1 == 0);
        let first_end = left().map(|(_, operation)| operation.ended).min().unwrap_or(u64::MAX);
        for (place, operation) in left() {
            if operation.began > first_end {
                continue;
            }
            let after = match operation.effect {
                Effect::Read(saw) | Effect::Swap(saw, _) if saw != value => continue,
                Effect::Read(_) => value,
                Effect::Write(new) => new,
                Effect::Swap(_, new) => Some(new),
            };
            open.push((done | 1 << place, after));
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operation(began: u64, ended: u64, effect: Effect) -> Operation {
        Operation { began, ended, effect }
    }

    #[test]
    fn a_read_may_see_a_concurrent_write_and_must_see_an_earlier_one() {
        let write = operation(0, 3, Effect::Write(Some(1)));
        for saw in [None, Some(1)] {
            assert!(is_linearizable(&[write, operation(1, 2, Effect::Read(saw))]));
        }
        assert!(is_linearizable(&[write, operation(4, 5, Effect::Read(Some(1)))]));
        assert!(!is_linearizable(&[write, operation(4, 5, Effect::Read(None))]));
        assert!(!is_linearizable(&[write, operation(4, 5, Effect::Read(Some(2)))]));
    }

    #[test]
    fn two_reads_see_a_concurrent_write_in_one_order() {
        let write = operation(0, 9, Effect::Write(Some(1)));
        let reads = |first, second| {
            [write, operation(1, 2, Effect::Read(first)), operation(3, 4, Effect::Read(second))]
        };
        assert!(is_linearizable(&reads(None, Some(1))));
        assert!(!is_linearizable(&reads(Some(1), None)));
    }

    #[test]
    fn two_swaps_never_see_the_same_value() {
        let swap = |saw, new| operation(0, 9, Effect::Swap(saw, new));
        assert!(is_linearizable(&[swap(None, 1), swap(Some(1), 2)]));
        assert!(!is_linearizable(&[swap(None, 1), swap(None, 2)]));
    }
}
