//! A prefix matches exactly the keys that have its parts.

use std::cmp::Reverse;

use keyloft::PrefixBy;
use keyloft::prelude::*;
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;

use crate::derived::*;
use crate::hostile::{Hostile, bytes, text};
use crate::law::{holds, neighbours};

fn matches_exactly<K: StorageKey>(prefix: &Prefix<K>, key: &K, expected: bool) -> TestCaseResult {
    prop_assert_eq!(prefix.matches(key), expected);
    prop_assert_eq!(key.encode().starts_with(prefix.as_bytes()), expected);
    prop_assert!(Prefix::<K>::empty().matches(key));
    Ok(())
}

/// Checks the prefixes of `K` that consist of its first part, which `left` returns.
fn first_part<K, L>(left: impl Fn(&K) -> &L)
where
    K: Hostile + for<'a> PrefixBy<&'a L>,
    L: StorageKey,
{
    holds((neighbours::<K>(), bytes()), |((a, b), tail)| {
        let prefix = Prefix::<K>::of(left(&a));
        matches_exactly(&prefix, &b, left(&a) == left(&b))?;

        // Every key that begins with the prefix has the part.
        let written = [prefix.as_bytes(), &tail].concat();
        if let Ok(key) = K::decode(&written) {
            prop_assert_eq!(left(&key), left(&a));
        }
        Ok(())
    });
}

#[test]
fn of_tuples() {
    first_part::<(String, String), String>(|key| &key.0);
    first_part::<(Vec<u8>, Vec<u8>), Vec<u8>>(|key| &key.0);
    first_part::<(i16, String), i16>(|key| &key.0);
    first_part::<(UserRowId, Vec<u8>), UserRowId>(|key| &key.0);
    first_part::<(TableId, String, String), TableId>(|key| &key.0);
    first_part::<((String, Vec<u8>), String), (String, Vec<u8>)>(|key| &key.0);
    first_part::<(Vec<u8>, u8, u8, u8), Vec<u8>>(|key| &key.0);
    first_part::<([u8; 2], u8, u8, u8, u8), [u8; 2]>(|key| &key.0);
    first_part::<(Option<String>, Vec<u8>), Option<String>>(|key| &key.0);
    first_part::<(Reverse<String>, Vec<u8>), Reverse<String>>(|key| &key.0);
    first_part::<(Owner, Vec<u8>), Owner>(|key| &key.0);
}

#[test]
fn of_derived_structs() {
    first_part::<Reading, DeviceId>(|key| &key.device);
    first_part::<RowFirst, UserRowId>(|key| &key.row);
    first_part::<RowLast, i32>(|key| &key.at);
    first_part::<Cell, TableId>(|key| &key.0);
    first_part::<Deep, Reading>(|key| &key.reading);
    first_part::<Pair, String>(|key| &key.0.0);
    first_part::<OfParts, Parts>(|key| &key.out);
    first_part::<NewestFirst, Option<UserId>>(|key| &key.user);
    first_part::<OwnedFirst, Owner>(|key| &key.owner);
}

#[test]
fn of_several_parts() {
    type Five = (String, Vec<u8>, bool, String, u8);

    holds(neighbours::<Five>(), |(a, b)| {
        let one = a.0 == b.0;
        let two = one && a.1 == b.1;
        let three = two && a.2 == b.2;
        let four = three && a.3 == b.3;
        matches_exactly(&Prefix::of(&a.0), &b, one)?;
        matches_exactly(&Prefix::of((&a.0, &a.1)), &b, two)?;
        matches_exactly(&Prefix::of((&a.0, &a.1, &a.2)), &b, three)?;
        matches_exactly(&Prefix::of((&a.0, &a.1, &a.2, &a.3)), &b, four)
    });
    holds(neighbours::<(String, Vec<u8>, String)>(), |(a, b)| {
        matches_exactly(&Prefix::of((&a.0, &a.1)), &b, a.0 == b.0 && a.1 == b.1)
    });
    holds(neighbours::<(String, i8, Vec<u8>, String)>(), |(a, b)| {
        matches_exactly(&Prefix::of((&a.0, &a.1, &a.2)), &b, (&a.0, a.1, &a.2) == (&b.0, b.1, &b.2))
    });
    holds(neighbours::<RowBetween>(), |(a, b)| {
        matches_exactly(&RowBetween::prefix(&a.tag), &b, a.tag == b.tag)?;
        matches_exactly(&RowBetween::prefix((&a.tag, &a.row)), &b, a.tag == b.tag && a.row == b.row)
    });
}

#[test]
fn of_the_ids_of_the_system() {
    holds(neighbours::<UserRowId>(), |(a, b)| {
        matches_exactly(&UserRowId::prefix(a.user_id()), &b, a.user_id() == b.user_id())
    });
    first_part::<UserRowId, UserId>(UserRowId::user_id);
    first_part::<TableId, NamespaceId>(TableId::namespace_id);
    holds(neighbours::<Mine>(), |(a, b)| {
        matches_exactly(&Mine::prefix(a.0.user_id()), &b, a.0.user_id() == b.0.user_id())
    });
}

#[test]
fn of_plain_text_and_bytes_end_anywhere() {
    holds((text(), neighbours::<String>()), |(start, (start_too, key))| {
        for start in [start, start_too] {
            let expected = key.starts_with(&start);
            matches_exactly(&JobId::prefix(&start), &JobId::new(key.clone()), expected)?;
            matches_exactly(&Prefix::of(start.as_str()), &key, expected)?;
            matches_exactly(&Login::prefix(start.as_str()), &Login(UserName::new(key.clone())), expected)?;
        }
        Ok(())
    });
    holds((bytes(), neighbours::<Vec<u8>>()), |(start, (start_too, key))| {
        for start in [start, start_too] {
            let expected = key.starts_with(&start);
            matches_exactly(&RowId::prefix(&start), &RowId::new(key.clone()), expected)?;
            matches_exactly(&Prefix::of(start.as_slice()), &key, expected)?;
            matches_exactly(&Blob::prefix(start.as_slice()), &Blob(key.clone()), expected)?;
        }
        Ok(())
    });
}

#[test]
fn bob_is_not_bobby() {
    let of_bob = UserRowId::prefix(&UserId::new("bob"));
    assert!(of_bob.matches(&UserRowId::from_strings("bob", "")));
    assert!(of_bob.matches(&UserRowId::new("bob".into(), [0xFF])));
    for other in ["", "bo", "bobby", "bob:", "bob%", "bob\0", "bob%3A", "bob:1", "Bob"] {
        assert!(!of_bob.matches(&UserRowId::from_strings(other, "1")), "{other:?}");
        assert!(!of_bob.matches(&UserRowId::from_strings(other, ":1")), "{other:?}");
    }
}
