//! The order in which equal elements of a list are next to each other.

use alloc::vec::Vec;
use core::cmp::Ordering;

/// The hash of an element, and its place in the list.
pub(crate) type Hashed = (u64, usize);

/// Sorts the elements so that equal ones follow each other, in the order of their places.
///
/// `compare` compares the elements at two places. It decides only if their hashes are the same, because a comparison of the
/// bytes costs more than that of all hashes.
pub(crate) fn gather(elements: &mut [Hashed], compare: &dyn Fn(usize, usize) -> Ordering) {
    elements.sort_unstable_by(|(hash, place), (other_hash, other)| {
        hash.cmp(other_hash).then_with(|| compare(*place, *other)).then(place.cmp(other))
    });
}

/// Returns the last place before each key where the same key is. The result is empty if no key repeats.
pub(crate) fn earlier_places(keys: &[&[u8]]) -> Vec<Option<usize>> {
    let mut places = Vec::new();
    // Keys in order are common, and can't repeat.
    if keys.is_sorted_by(|one, next| one < next) {
        return places;
    }
    let key = |place: usize| keys.get(place).copied().unwrap_or_default();
    let mut hashed: Vec<Hashed> = keys.iter().map(|key| crate::checksum::hash(key)).zip(0..).collect();
    gather(&mut hashed, &|one, other| key(one).cmp(key(other)));
    for pair in hashed.windows(2) {
        if let [(hash, earlier), (next_hash, place)] = *pair
            && hash == next_hash
            && key(earlier) == key(place)
        {
            places.resize(keys.len(), None);
            if let Some(repeated) = places.get_mut(place) {
                *repeated = Some(earlier);
            }
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::{earlier_places, gather};

    #[test]
    fn equal_elements_follow_each_other_although_hashes_collide() {
        let list = [3, 1, 3, 2, 1, 3];
        let mut elements: Vec<(u64, usize)> = (0..list.len()).map(|place| (7, place)).collect();
        gather(&mut elements, &|one, other| list[one].cmp(&list[other]));
        let places: Vec<usize> = elements.iter().map(|(_, place)| *place).collect();
        assert_eq!(places, [1, 4, 3, 0, 2, 5]);
    }

    #[test]
    fn each_repetition_names_the_one_before_it() {
        assert_eq!(earlier_places(&[b"b", b"a", b"b", b"c", b"b"]), [None, None, Some(0), None, Some(2)]);
        assert_eq!(earlier_places(&[b"a", b"a"]), [None, Some(0)]);
        assert!(earlier_places(&[b"b", b"a"]).is_empty());
        assert!(earlier_places(&[]).is_empty());
    }
}
