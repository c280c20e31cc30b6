//! Tables that are unlike those of the examples: keys and entities of many types, wide rows, rows without a shape, tables with
//! rules.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use keyloft::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, StorageKey, Shape)]
pub(crate) enum Owner {
    Nobody,
    Person(String),
    Team { name: String, number: u8 },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Shape)]
pub(crate) struct Size {
    width: f64,
    height: Option<f32>,
}

/// A table whose key and entity have nested types.
#[derive(Serialize, Deserialize, Entity)]
#[table(name = "nested", key = (Owner, Option<i64>, Reverse<u32>))]
pub(crate) struct Nested {
    size: Size,
    owner: Owner,
    counts: BTreeMap<String, u64>,
    pair: (i8, bool),
}

/// A table whose rows are wider than a terminal.
#[derive(Serialize, Deserialize, Entity)]
#[table(name = "wide")]
pub(crate) struct Wide {
    #[key]
    id: i64,
    first: String,
    second: String,
    third: String,
    fourth: String,
    fifth: String,
    sixth: String,
    seventh: String,
    eighth: String,
    ninth: String,
    tenth: String,
    eleventh: String,
    twelfth: String,
}

/// A table of floats.
#[derive(Serialize, Deserialize, Entity)]
#[table(name = "floats")]
pub(crate) struct Floats {
    #[key]
    id: u8,
    value: f64,
    note: String,
}

const BY_LENGTH: Index<String, u32> = Index::new("length", |text| u32::try_from(text.len()).ok());

/// Stores the tables.
pub(crate) fn fill(backend: &Arc<dyn StorageBackend>) -> Result<()> {
    let nested = Nested::table(Arc::clone(backend));
    let owners = [Owner::Nobody, Owner::Person("ada".into()), Owner::Team { name: String::new(), number: 7 }];
    for (place, owner) in (0_u32..).zip(owners) {
        let key = (owner.clone(), (place > 0).then(|| -i64::from(place)), Reverse(place));
        let entity = Nested {
            size: Size { width: f64::NAN, height: None },
            owner,
            counts: [("big".to_owned(), u64::MAX)].into(),
            pair: (-1, true),
        };
        nested.put(&key, &entity)?;
    }
    let text = |name: &str| format!("the {name} column");
    for id in [-5, 0, 7] {
        Wide::table(Arc::clone(backend)).save(&Wide {
            id,
            first: text("first"),
            second: text("second"),
            third: text("third"),
            fourth: text("fourth"),
            fifth: text("fifth"),
            sixth: text("sixth"),
            seventh: text("seventh"),
            eighth: text("eighth"),
            ninth: text("ninth"),
            tenth: text("tenth"),
            eleventh: text("eleventh"),
            twelfth: text("twelfth"),
        })?;
    }
    // The nearest numbers to these digits are easily missed by one unit of the last place.
    for (id, value) in
        (0..).zip([423.209_170_872_713_23, 0.1, f64::MIN_POSITIVE, -0.0, 5e-324, f64::INFINITY])
    {
        Floats::table(Arc::clone(backend)).save(&Floats { id, value, note: "old".into() })?;
    }
    let rows = Table::<(String, i64), Row>::new(Arc::clone(backend), "rows of \u{202e}odd/name");
    let mut row = Row::new();
    row.set("text", "milk");
    row.set("count", 7_i64);
    rows.put(&("a".into(), -1), &row)?;
    row.set("other", true);
    rows.put(&("b".into(), 1), &row)?;
    Table::with_schema(Arc::clone(backend), Schema::<u32, String>::new("by_function").index(BY_LENGTH))
        .put(&1, &"milk".into())?;
    Table::<u64, (u8, bool)>::new(Arc::clone(backend), "unshaped").put(&1, &(7, true))?;
    let id = TableId::from_strings("app", "notes");
    let notes = UserTableStore::new(Arc::clone(backend), &id);
    notes.put(&UserRowId::from_strings("ada:1", "r1"), &keyloft::UserTableRow::new(row, 1_000))?;
    let users = SystemTables::new(Arc::clone(backend)).users;
    users.put(&"1".into(), &keyloft::User::new("1", "ada", Role::User, 1_000))?;
    backend.transaction(|tx| tx.put(&"raw".into(), b"key", b"value"))
}
