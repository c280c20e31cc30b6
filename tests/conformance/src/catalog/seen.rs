//! Changes to a program that gave wrong data without an error before there was a catalog.

use std::sync::Arc;

use keyloft::prelude::*;
use keyloft::shape::{Fields, HasShape, NodeId, Shape, Shapes};
use keyloft::value::decode_payload;
use serde::{Deserialize, Serialize};

use super::samples::{NAME, Tasks, differs, indexed, many, plain, second, task, tasks};
use crate::Fixture;
use crate::reading::Reading;

pub(crate) fn an_index_added_to_rows_is_refused_until_it_is_built(fixture: &dyn Fixture) {
    let db = fixture.open();
    tasks(&db, plain()).put_many(&many(30)).unwrap();
    let new = tasks(&db, plain().index(NAME));
    let lacks = "this program has the index `name`, which the database lacks";
    differs(new.find(&NAME, "Task 7"), &[lacks, "`migrate`"]);
    differs(new.insert(&100, &task(7)), &[lacks, "`migrate`"]);
    differs(new.reindex(), &[lacks, "`migrate`"]);
    new.migrate().unwrap();
    assert_eq!(new.find(&NAME, "Task 7").unwrap(), Some((7, task(7))));
    assert_eq!(new.insert(&100, &task(7)).unwrap_err().code(), "UniqueViolation");
    assert_eq!((new.count().unwrap(), new.verify().unwrap()), (30, vec![]));
}

pub(crate) fn a_program_without_the_index_can_not_write_in_between(fixture: &dyn Fixture) {
    let db = fixture.open();
    let (without, with) = (tasks(&db, plain()), tasks(&db, plain().index(NAME)));
    with.put_many(&many(30)).unwrap();
    let before = db.dump();
    let has = "the database has the index `name`, which this program lacks";
    differs(without.put(&100, &task(7)), &[has, "`Migration::drop_index`"]);
    differs(without.delete(&7), &[has]);
    differs(without.migrate(), &[has]);
    assert_eq!(db.dump(), before);
    assert_eq!(with.insert(&100, &task(7)).unwrap_err().code(), "UniqueViolation");
}

pub(crate) fn an_upgrade_that_changes_what_is_indexed_is_refused_until_it_is_built(fixture: &dyn Fixture) {
    let db = fixture.open();
    tasks(&db, indexed()).put_many(&many(30)).unwrap();
    let new = tasks(&db, second());
    let raised = "its schema version is 1 in the database, 2 in this program";
    differs(new.find(&NAME, "task 7"), &[raised, "`migrate`"]);
    differs(new.insert(&100, &task(7)), &[raised]);
    new.migrate().unwrap();
    assert_eq!(new.find(&NAME, "task 7").unwrap().unwrap().0, 7);
    assert_eq!(new.find(&NAME, "Task 7").unwrap(), None);
    let lower = super::samples::Task { name: "task 7".to_owned(), ..task(7) };
    assert_eq!(new.insert(&100, &lower).unwrap_err().code(), "UniqueViolation");
    new.put_many(&new.scan_all().unwrap()).unwrap();
    assert_eq!(new.verify().unwrap(), []);
}

pub(crate) fn keys_of_another_type_are_refused(fixture: &dyn Fixture) {
    let db = fixture.open();
    Table::<u32, u32>::new(Arc::clone(&db), "numbers").put(&1, &7).unwrap();
    let signed = Table::<i32, i32>::new(Arc::clone(&db), "numbers");
    let difference = "the key is u32 in the database, i32 in this program";
    differs(signed.get(&1), &[difference, "`Migration::rekey`"]);
    differs(signed.scan_all(), &[difference]);
    differs(signed.delete_all(), &[difference]);
    differs(signed.migrate(), &[difference]);
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Size {
    width: u32,
    height: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Swapped {
    height: u32,
    width: u32,
}

impl HasShape for Size {
    fn shape_in(shapes: &mut Shapes) -> NodeId {
        shapes.define_struct::<Self>(Fields::Named(&[("width", u32::shape_in), ("height", u32::shape_in)]))
    }
}

impl HasShape for Swapped {
    fn shape_in(shapes: &mut Shapes) -> NodeId {
        shapes.define_struct::<Self>(Fields::Named(&[("height", u32::shape_in), ("width", u32::shape_in)]))
    }
}

/// Returns the table of entities of a known shape.
fn shaped<V: keyloft::Entity + HasShape>(db: &Arc<dyn StorageBackend>) -> Table<u32, V> {
    Table::with_schema(Arc::clone(db), Schema::new("shaped").shape(Shape::of::<V>()))
}

pub(crate) fn swapped_fields_are_refused(fixture: &dyn Fixture) {
    let db = fixture.open();
    shaped(&db).put(&1, &Size { width: 800, height: 600 }).unwrap();
    let both = "field `height` of this program is `width` in the database: the order differs";
    differs(shaped::<Swapped>(&db).get(&1), &[both, "raise the schema version"]);
    differs(shaped::<Swapped>(&db).migrate(), &[both]);
    let unknown = Table::<u32, Size>::new(Arc::clone(&db), "shaped");
    unknown.put(&2, &Size { width: 1, height: 2 }).unwrap();
    differs(shaped::<Swapped>(&db).get(&1), &[both]);
    assert_eq!(shaped(&db).get(&1).unwrap(), Some(Size { width: 800, height: 600 }));
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum State {
    Open,
    Closed,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum WithDraft {
    Open,
    Draft,
    Closed,
}

impl HasShape for State {
    fn shape_in(shapes: &mut Shapes) -> NodeId {
        shapes.define_enum::<Self>(&[("Open", Fields::Unit), ("Closed", Fields::Unit)])
    }
}

impl HasShape for WithDraft {
    fn shape_in(shapes: &mut Shapes) -> NodeId {
        let variants = [("Open", Fields::Unit), ("Draft", Fields::Unit), ("Closed", Fields::Unit)];
        shapes.define_enum::<Self>(&variants)
    }
}

pub(crate) fn a_new_variant_in_the_middle_is_refused(fixture: &dyn Fixture) {
    let db = fixture.open();
    shaped(&db).put_many(&[(1, State::Open), (2, State::Closed)]).unwrap();
    let both = "variant `Draft`, before `Closed`, is not in the database";
    differs(shaped::<WithDraft>(&db).get(&2), &[both]);
    differs(shaped::<WithDraft>(&db).put(&3, &WithDraft::Draft), &[both]);
    assert_eq!(shaped(&db).get(&2).unwrap(), Some(State::Closed));
}

pub(crate) fn an_older_program_can_not_write_a_newer_table(fixture: &dyn Fixture) {
    let db = fixture.open();
    let old: Tasks = tasks(&db, plain());
    old.put_many(&many(30)).unwrap();
    let new = tasks(&db, plain().version(2, |_, payload| decode_payload(payload)));
    new.migrate().unwrap();
    let before = db.dump();
    differs(
        old.delete(&1),
        &["its schema version is 2 in the database, 1 in this program", "run a newer program"],
    );
    differs(old.load(many(2)), &["run a newer program"]);
    differs(old.put(&1, &task(1)), &["run a newer program"]);
    assert_eq!(db.dump(), before);
}

/// A collection of plain bytes can't claim the partition of a table, and a table can't claim that of a collection.
pub(crate) fn the_partition_of_a_table_is_not_taken_for_another_form(fixture: &dyn Fixture) {
    let db = fixture.open();
    Table::<String, String>::new(Arc::clone(&db), "projects")
        .put(&"a".to_owned(), &"milk".to_owned())
        .unwrap();
    let bytes = |name: &str| {
        let schema = Schema::<String, String>::new(name).without_envelope();
        Table::with_schema(Arc::clone(&db), schema)
    };
    let both = "its values are entities of a table in the database, plain bytes in this program";
    differs(bytes("projects").put(&"b".to_owned(), &"tea".to_owned()), &[both]);
    bytes("objects").put(&"a".to_owned(), &"tea".to_owned()).unwrap();
    let table = Table::<String, String>::new(Arc::clone(&db), "objects");
    let both = "its values are plain bytes in the database, entities of a table in this program";
    differs(table.get(&"a".to_owned()), &[both]);
    differs(table.migrate(), &[both]);
}
