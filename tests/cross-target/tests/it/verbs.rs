//! The suite calls every operation of a table as a program that the catalog refuses. So no operation can forget the catalog.

use crate::every_target;

/// The lists of the suite.
const CALLED: &str = include_str!("../../../conformance/src/catalog/verbs.rs");
const CALLED_ON_ROWS: &str = include_str!("../../../conformance/src/catalog/older_programs.rs");

/// The traits with the operations of a table, and the functions in them that read and write nothing.
const TRAITS: [(&str, &str, &[&str]); 9] = [
    (
        "EntityReader",
        include_str!("../../../../core/src/store/read/reader.rs"),
        &["access", "partition", "at"],
    ),
    ("IndexReader", include_str!("../../../../core/src/store/read/index_reader.rs"), &[]),
    ("EntityWriter", include_str!("../../../../core/src/store/write/writer.rs"), &["write_access", "write"]),
    ("EntityRepair", include_str!("../../../../core/src/store/write/repair.rs"), &[]),
    (
        "EntityStore",
        include_str!("../../../../core/src/store/entity_store.rs"),
        &["backend", "schema", "newest", "schema_version", "within", "serialize", "deserialize"],
    ),
    ("EntityWatch", include_str!("../../../../core/src/store/watch/mod.rs"), &[]),
    ("KeyedWriter", include_str!("../../../../core/src/entity/keyed.rs"), &[]),
    ("ExpiringWriter", include_str!("../../../../core/src/entity/expiring.rs"), &[]),
    ("RowWriter", include_str!("../../../../core/src/tables/row_access.rs"), &[]),
];

#[every_target]
fn are_all_called_by_the_suite() {
    let mut missing = Vec::new();
    for (name, source, others) in TRAITS {
        let verbs = functions(name, source);
        assert!(verbs.len() > others.len(), "`{name}` has no operations");
        for other in others {
            assert!(verbs.contains(other), "`{name}` has no `{other}`");
        }
        let called = |verb: &&str| [CALLED, CALLED_ON_ROWS].iter().any(|list| calls(list, verb));
        missing.extend(verbs.into_iter().filter(|verb| !others.contains(verb) && !called(verb)));
    }
    assert!(missing.is_empty(), "no list of the suite calls {missing:?}");
}

/// Returns `true` if the list calls the operation, as `verb(` or `"verb"`.
fn calls(list: &str, verb: &str) -> bool {
    list.lines().any(|line| {
        let line = line.trim_start();
        line.strip_prefix(verb).is_some_and(|rest| rest.starts_with('('))
            || line.contains(&format!("(\"{verb}\", "))
    })
}

/// Returns the names of the functions of the trait in this source.
fn functions<'a>(name: &str, source: &'a str) -> Vec<&'a str> {
    let begin = source.find(&format!("\npub trait {name}<")).unwrap();
    let body = &source[begin..];
    let body = &body[..body.find("\n}").unwrap()];
    let declared = body.lines().filter_map(|line| line.strip_prefix("    fn "));
    declared.map(|rest| &rest[..rest.find(['(', '<']).unwrap()]).collect()
}
