//! A borrowed form of a key has the bytes of that key.

use keyloft::AsKey;
use keyloft::prelude::*;
use proptest::prelude::*;

use crate::derived::*;
use crate::hostile::{Hostile, bytes, text};
use crate::law::holds;

/// Checks the form that `form` borrows from a key, or from the value that a key is made of.
fn stands_for<T, K: Hostile, Q: AsKey<K> + ?Sized>(
    values: impl Strategy<Value = T>,
    key: impl Fn(&T) -> K,
    form: impl Fn(&T) -> &Q,
) {
    holds(values, |value| {
        let (key, form) = (key(&value), form(&value));
        prop_assert_eq!(form.encode_key(), key.encode());
        prop_assert_eq!(K::decode(&form.encode_key()).unwrap(), key.clone());
        let (mut of_key, mut of_form) = (b"before".to_vec(), b"before".to_vec());
        key.encode_part(&mut of_key);
        form.encode_key_part(&mut of_form);
        prop_assert_eq!(of_form, of_key);
        Ok(())
    });
}

macro_rules! text_ids {
    ($($id:ident)*) => {$(
        stands_for::<_, $id, str>(text(), |text| $id::new(text.as_str()), String::as_str);
        stands_for::<_, $id, String>(text(), |text| $id::new(text.as_str()), |text| text);
    )*};
}

#[test]
fn text_stands_for_the_ids_that_are_text() {
    text_ids!(UserId NamespaceId StorageId TableName JobId LiveQueryId UserName);
    stands_for::<_, String, str>(text(), String::clone, String::as_str);
}

#[test]
fn text_and_bytes_stand_for_bytes() {
    stands_for::<_, RowId, str>(text(), |text| RowId::from_string(text), String::as_str);
    stands_for::<_, RowId, String>(text(), |text| RowId::from_string(text), |text| text);
    stands_for::<_, RowId, [u8]>(bytes(), |bytes| RowId::new(bytes.as_slice()), Vec::as_slice);
    stands_for::<_, RowId, Vec<u8>>(bytes(), |bytes| RowId::new(bytes.as_slice()), |bytes| bytes);
    stands_for::<_, RowId, [u8; 3]>(<[u8; 3]>::hostile(), |bytes| RowId::new(*bytes), |bytes| bytes);
    stands_for::<_, Vec<u8>, [u8]>(bytes(), Vec::clone, Vec::as_slice);
    stands_for::<_, Vec<u8>, [u8; 3]>(<[u8; 3]>::hostile(), |bytes| bytes.to_vec(), |bytes| bytes);
}

/// Every key stands for itself, those whose self-delimiting form is their own included.
fn itself<K: Hostile>() {
    stands_for::<K, K, K>(K::hostile(), K::clone, |key| key);
}

#[test]
fn a_key_stands_for_itself() {
    itself::<UserId>();
    itself::<RowId>();
    itself::<UserRowId>();
    itself::<TableId>();
    itself::<i64>();
    itself::<bool>();
    itself::<[u8; 4]>();
    itself::<(String, i16)>();
    itself::<DeviceId>();
    itself::<Reading>();
    itself::<Deep>();
}

#[test]
fn prefixes_take_borrowed_parts() {
    type Four = (String, i64, RowId, u8);

    assert_eq!(UserRowId::prefix("bob:"), UserRowId::prefix(&UserId::new("bob:")));
    assert_eq!(UserRowId::prefix(&String::from("bob")), UserRowId::prefix(&UserId::new("bob")));
    assert_eq!(TableId::prefix("app"), TableId::prefix(&NamespaceId::new("app")));
    assert_eq!(Mine::prefix("bob"), Mine::prefix(&UserId::new("bob")));
    assert_eq!(Pair::prefix("a\0"), Pair::prefix(&"a\0".to_owned()));
    assert_eq!(RowBetween::prefix(b"\0\x01"), RowBetween::prefix(&vec![0, 1]));
    let row = UserRowId::from_strings("bob", "1");
    assert_eq!(RowBetween::prefix((b"".as_slice(), &row)), RowBetween::prefix((&Vec::new(), &row)));
    assert_eq!(Prefix::<Four>::of("attic"), Prefix::of(&"attic".to_owned()));
    let owned = Prefix::<Four>::of((&"attic".to_owned(), &-5, &RowId::from("r")));
    assert_eq!(Prefix::<Four>::of(("attic", &-5, "r")), owned);
}

#[test]
fn queries_take_borrowed_prefixes() {
    let prefix = UserRowId::prefix("bob");
    let query = Query::prefix(&prefix).within(&prefix);
    assert_eq!(format!("{query:?}"), format!("{:?}", Query::prefix(prefix)));
}
