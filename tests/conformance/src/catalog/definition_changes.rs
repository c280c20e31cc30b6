//! Every change from one definition of a table to another, by two programs in both orders: each answer is right, or it is
//! an error of the catalog.

use std::collections::BTreeSet;
use std::sync::Arc;

use keyloft::error::DecodeReason;
use keyloft::layers::Scoped;
use keyloft::prelude::*;
use keyloft::shape::{Fields, HasShape, NodeId, Shape, Shapes};
use keyloft::value::decode_payload;
use serde::{Deserialize, Serialize};

use super::program::{Definition, Form, Program, Shown, Typed};
use crate::Fixture;
use crate::reading::Reading;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Item {
    name: String,
    size: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Swapped {
    size: u32,
    name: String,
}

/// The entity of version 2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Sized {
    bytes: u64,
    name: String,
}

impl HasShape for Item {
    fn shape_in(shapes: &mut Shapes) -> NodeId {
        shapes.define_struct::<Self>(Fields::Named(&[("name", String::shape_in), ("size", u32::shape_in)]))
    }
}

impl HasShape for Swapped {
    fn shape_in(shapes: &mut Shapes) -> NodeId {
        shapes.define_struct::<Self>(Fields::Named(&[("size", u32::shape_in), ("name", String::shape_in)]))
    }
}

impl HasShape for Sized {
    fn shape_in(shapes: &mut Shapes) -> NodeId {
        shapes.define_struct::<Self>(Fields::Named(&[("bytes", u64::shape_in), ("name", String::shape_in)]))
    }
}

type Name = UniqueIndex<Item, String>;

const NAME: Name = UniqueIndex::<Item, String>::new("name", |item| Some(item.name.clone())).on(&["name"]);
const BY_FUNCTION: Name = UniqueIndex::new("name", |item| Some(item.name.clone()));
const RENAMED: Name = UniqueIndex::<Item, String>::new("title", |item| Some(item.name.clone())).on(&["name"]);
const FOLDED: Name =
    UniqueIndex::<Item, String>::new("name", |item| Some(item.name.to_lowercase())).revision(2);
const SEVERAL: Index<Item, String> =
    Index::<Item, String>::new("name", |item| Some(item.name.clone())).on(&["name"]);
const ON_SIZE: UniqueIndex<Item, u32> =
    UniqueIndex::<Item, u32>::new("name", |item| Some(item.size)).on(&["size"]);
const BOTH: UniqueIndex<Item, (String, u32)> =
    UniqueIndex::<Item, (String, u32)>::new("name", |item| Some((item.name.clone(), item.size)))
        .on(&["name", "size"]);
const LETTERS: Index<Item, String> = Index::<Item, String>::each("name", |item, add| {
    item.name.chars().for_each(|letter| add(letter.to_string()));
})
.on(&["name"]);
const SIZE: Index<Item, u32> = Index::new("size", |item| Some(item.size));
const SIZED_NAME: UniqueIndex<Sized, String> =
    UniqueIndex::<Sized, String>::new("name", |item| Some(item.name.clone())).on(&["name"]);
const SIZED_SIZE: Index<Sized, u32> = Index::new("size", |item| u32::try_from(item.bytes).ok());
const OF_SWAPPED: UniqueIndex<Swapped, String> =
    UniqueIndex::<Swapped, String>::new("name", |item| Some(item.name.clone())).on(&["name"]);

fn name(number: u32) -> String {
    format!("Item {number}")
}

fn lower_name(number: u32) -> String {
    name(number).to_lowercase()
}

fn item((_, name, size): Shown) -> Item {
    Item { name, size }
}

fn form<K>(key: fn(u32) -> K, show: fn(K, Item) -> Shown) -> Form<K, Item> {
    Form { key, entity: item, show, name }
}

fn schema<K: StorageKey, V: keyloft::Entity + HasShape>() -> Schema<K, V> {
    Schema::new("items").shape(Shape::of::<V>())
}

fn items(db: &Arc<dyn StorageBackend>) -> Typed<u32, Item> {
    Typed::new(db, schema(), form(|number| number, |number, item| (number, item.name, item.size)))
}

fn to_second(_: u32, payload: &[u8]) -> Result<Sized, DecodeReason> {
    let Item { name, size } = decode_payload(payload)?;
    Ok(Sized { bytes: u64::from(size), name: name.to_lowercase() })
}

fn to_third(from: u32, payload: &[u8]) -> Result<Sized, DecodeReason> {
    if from == 1 { to_second(from, payload) } else { decode_payload(payload) }
}

fn sized(db: &Arc<dyn StorageBackend>, schema: Schema<u32, Sized>) -> Typed<u32, Sized> {
    let form = Form {
        key: |number| number,
        entity: |(_, name, size): Shown| Sized { bytes: u64::from(size), name },
        show: |number, item: Sized| (number, item.name, u32::try_from(item.bytes).unwrap()),
        name: lower_name,
    };
    Typed::new(db, schema, form)
}

/// Returns the definition of a program whose entity has a known shape.
const fn shaped(name: &'static str, open: fn(&Arc<dyn StorageBackend>) -> Box<dyn Program>) -> Definition {
    Definition { name, is_unshaped: false, open }
}

const DEFINITIONS: &[Definition] = &[
    shaped("no index", |db| items(db).boxed()),
    shaped("unique name", |db| items(db).index(|| NAME).boxed()),
    shaped("unique name by a function", |db| items(db).index(|| BY_FUNCTION).boxed()),
    shaped("unique name as title", |db| items(db).index(|| RENAMED).boxed()),
    shaped("unique name of revision 2", |db| items(db).index(|| FOLDED).boxed()),
    shaped("name that is not unique", |db| items(db).index(|| SEVERAL).boxed()),
    shaped("name on another field and type", |db| items(db).index(|| ON_SIZE).boxed()),
    shaped("name on two fields", |db| items(db).index(|| BOTH).boxed()),
    shaped("name of each letter", |db| items(db).index(|| LETTERS).boxed()),
    shaped("name and size", |db| items(db).index(|| NAME).index(|| SIZE).boxed()),
    shaped("size and name", |db| items(db).index(|| SIZE).index(|| NAME).boxed()),
    shaped("version 2", |db| sized(db, schema().version(2, to_second)).index(|| SIZED_NAME).boxed()),
    shaped("version 2 with a size", |db| {
        sized(db, schema().version(2, to_second)).index(|| SIZED_NAME).index(|| SIZED_SIZE).boxed()
    }),
    shaped("version 3", |db| sized(db, schema().version(3, to_third)).index(|| SIZED_NAME).boxed()),
    shaped("swapped fields", |db| {
        let form = Form {
            key: |number| number,
            entity: |(_, name, size): Shown| Swapped { size, name },
            show: |number, item: Swapped| (number, item.name, item.size),
            name,
        };
        Typed::<u32, Swapped>::new(db, schema(), form).index(|| OF_SWAPPED).boxed()
    }),
    shaped("signed key", |db| {
        let form = form(u32::cast_signed, |key, item| (key.cast_unsigned(), item.name, item.size));
        Typed::<i32, Item>::new(db, schema(), form).index(|| NAME).boxed()
    }),
    shaped("text key", |db| {
        let form =
            form(|number| number.to_string(), |key, item| (key.parse().unwrap(), item.name, item.size));
        Typed::<String, Item>::new(db, schema(), form).index(|| NAME).boxed()
    }),
    shaped("key of two parts", |db| {
        let form = form(|number| (number, number), |(number, _), item| (number, item.name, item.size));
        Typed::<(u32, u32), Item>::new(db, schema(), form).index(|| NAME).boxed()
    }),
    shaped("plain bytes", |db| {
        let form = form(|number| number, |number, item| (number, item.name, item.size));
        Typed::new(db, schema().without_envelope(), form).index(|| NAME).boxed()
    }),
    Definition {
        name: "unknown entity",
        is_unshaped: true,
        open: |db| {
            let form = form(|number| number, |number, item| (number, item.name, item.size));
            Typed::<u32, Item>::new(db, Schema::new("items"), form).index(|| NAME).boxed()
        },
    },
];

/// Returns `true` if only the version guards the entities: one side does not tell their shape, or takes the version for
/// another one in its upgrade.
fn is_unguarded(one: &Definition, other: &Definition) -> bool {
    let pair = [one, other];
    pair.iter().any(|definition| definition.is_unshaped || definition.name.starts_with("version"))
        && pair.iter().any(|definition| definition.name == "swapped fields")
}

/// The pairs of these definitions, in this order, whose second one can read and write without a migration.
const AGREE: &[[&str; 2]] = &[["unique name", "unknown entity"], ["name and size", "size and name"]];

fn agree(one: &Definition, other: &Definition) -> bool {
    one.name == other.name
        || AGREE.contains(&[one.name, other.name])
        || AGREE.contains(&[other.name, one.name])
}

/// A pair of definitions, for the messages.
struct Pair<'a> {
    old: &'a str,
    new: &'a str,
}

impl Pair<'_> {
    /// Returns the answer, or `None` if the catalog refuses it.
    #[track_caller]
    fn answer<T>(&self, done: Result<T>) -> Option<T> {
        match done.map_err(Error::into_kind) {
            Ok(answer) => Some(answer),
            Err(ErrorKind::DefinitionMismatch { .. } | ErrorKind::IndexNotBuilt { .. }) => None,
            Err(error) => panic!("from `{}` to `{}`: {error}", self.old, self.new),
        }
    }

    /// Checks every answer of the program. Returns `true` if none was refused.
    #[track_caller]
    fn check(&self, program: &dyn Program, rows: &BTreeSet<u32>) -> bool {
        let Self { old, new } = self;
        let mut refused = 0;
        let mut expect = |is_right: Option<bool>, what: &str| {
            refused += usize::from(is_right.is_none());
            assert!(is_right != Some(false), "from `{old}` to `{new}`: {what}");
        };
        let shown: Vec<Shown> = rows.iter().map(|number| program.shows(*number)).collect();
        expect(self.answer(program.all()).map(|all| all == shown), "a scan");
        expect(
            self.answer(program.count()).map(|count| count == u64::try_from(rows.len()).unwrap()),
            "a count",
        );
        for number in [0, 1, 2, 3, 10, 11, 12, 13] {
            let expected = rows.contains(&number).then(|| program.shows(number));
            expect(self.answer(program.get(number)).map(|found| found == expected), "a get");
        }
        for found in program.by_index() {
            expect(self.answer(found).map(|found| found == *rows), "an index");
        }
        expect(self.answer(program.faults()).map(|faults| faults == 0), "a verification");
        refused == 0
    }

    /// Writes with the program, and checks its answers. Returns `true` if none was refused.
    #[track_caller]
    fn write(&self, program: &dyn Program, rows: &mut BTreeSet<u32>, new: u32) -> bool {
        let first = *rows.first().unwrap();
        if self.answer(program.insert(new)).is_none() {
            assert!(self.answer(program.put(new)).is_none() && self.answer(program.delete(first)).is_none());
            return false;
        }
        rows.insert(new);
        assert_eq!(program.insert(new).unwrap_err().code(), "AlreadyExists");
        program.put(new).unwrap();
        assert_eq!(self.answer(program.delete(first)), Some(true));
        rows.remove(&first);
        true
    }
}

pub(crate) fn are_right_or_refused(fixture: &dyn Fixture) {
    let db = fixture.open();
    for old in DEFINITIONS {
        for new in DEFINITIONS.iter().filter(|new| !is_unguarded(old, new)) {
            change(&scope(&db, &[old, new]), old, new);
        }
    }
}

/// Returns the scope of programs with these definitions. To open a database for each would take longer.
fn scope(db: &Arc<dyn StorageBackend>, definitions: &[&Definition]) -> Arc<dyn StorageBackend> {
    let name: Vec<_> = definitions.iter().map(|definition| definition.name).collect();
    Arc::new(Scoped::new(Arc::clone(db), &name.join(" > ")))
}

/// The old program writes, the new one tries, migrates and writes, and both try again.
fn change(db: &Arc<dyn StorageBackend>, old: &Definition, new: &Definition) {
    let pair = Pair { old: old.name, new: new.name };
    let (before, after) = ((old.open)(db), (new.open)(db));
    let mut rows: BTreeSet<u32> = (0..3).collect();
    for number in &rows {
        before.put(*number).unwrap();
    }
    assert!(pair.check(&*before, &rows));

    let agree = agree(old, new);
    assert_eq!(pair.check(&*after, &rows), agree, "from `{}` to `{}`", old.name, new.name);
    let dump = db.dump();
    assert_eq!(pair.write(&*after, &mut rows, 10), agree, "from `{}` to `{}`", old.name, new.name);
    assert!(agree || db.dump() == dump, "a refused program writes nothing");

    if pair.answer(after.migrate()).is_none() {
        assert!(!agree && db.dump() == dump, "a refused migration changes nothing");
        assert!(pair.check(&*before, &rows) && pair.write(&*before, &mut rows, 11));
        assert!(!pair.check(&*after, &rows));
        return;
    }
    assert!(pair.check(&*after, &rows), "from `{}` to `{}`", old.name, new.name);
    assert!(pair.write(&*after, &mut rows, 12) && pair.check(&*after, &rows));
    assert_eq!(pair.check(&*before, &rows), agree, "from `{}` to `{}`", old.name, new.name);
    assert_eq!(pair.write(&*before, &mut rows, 13), agree);

    // The way back, if there is one.
    if pair.answer(before.migrate()).is_some() {
        assert!(pair.check(&*before, &rows) && pair.write(&*before, &mut rows, 14));
        assert_eq!(pair.check(&*after, &rows), agree);
    }
    assert!(pair.check(&*after, &rows) || pair.check(&*before, &rows));
}

/// A third program migrates in between, so that each program meets definitions that it did not see before.
pub(crate) fn of_three_programs_are_right_or_refused(fixture: &dyn Fixture) {
    let db = fixture.open();
    for (place, old) in DEFINITIONS.iter().enumerate() {
        for step in [1, 3, 7] {
            let pick = |times: usize| &DEFINITIONS[(place + step * times) % DEFINITIONS.len()];
            let all = [old, pick(1), pick(2)];
            if all.iter().any(|one| all.iter().any(|other| is_unguarded(one, other))) {
                continue;
            }
            let db = scope(&db, &all);
            let programs = all.map(|definition| (definition.name, (definition.open)(&db)));
            let mut rows: BTreeSet<u32> = (0..3).collect();
            for number in &rows {
                programs[0].1.put(*number).unwrap();
            }
            for (next, turn) in (10..).zip(0..6) {
                let (name, program) = &programs[turn % 3];
                let pair = Pair { old: old.name, new: name };
                if pair.answer(program.migrate()).is_some() {
                    assert!(pair.check(&**program, &rows), "`{name}` after {turn} turns from `{}`", old.name);
                    assert!(pair.write(&**program, &mut rows, next));
                }
                let works = programs
                    .iter()
                    .filter(|(name, program)| Pair { old: old.name, new: name }.check(&**program, &rows));
                assert!(works.count() > 0, "one program at least has the definition of the table");
            }
        }
    }
}
