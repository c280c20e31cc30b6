//! Keys and entities of unusual types.

use serde_json::json;

use crate::folder::Folder;

#[test]
fn floats_are_shown_and_stored_to_the_last_bit() {
    let folder = Folder::with_odd();
    let shown = folder.ok("get odd.redb floats 0");
    assert_eq!(shown, "{\"id\":0,\"value\":423.20917087271323,\"note\":\"old\"}\n");
    let digest = folder.ok("digest odd.redb");
    for row in folder.json("scan odd.redb floats") {
        let stored = folder.run_with("put odd.redb floats", &row["value"].to_string());
        assert!(stored.out.starts_with("unchanged"), "{row}: {stored:?}");
    }
    assert_eq!(folder.ok("digest odd.redb"), digest);
}

#[test]
fn entities_have_nested_types() {
    let folder = Folder::with_odd();
    let row = &folder.json("scan odd.redb nested --reverse --limit 1")[0];
    assert_eq!(row["key"], "(Team(\"\", 7), -2, 2)");
    assert_eq!(row["value"]["owner"], json!({"Team": {"name": "", "number": 7}}));
    assert_eq!(row["value"]["counts"], json!({"big": u64::MAX.to_string()}));
}

#[test]
fn negative_numbers_are_no_options() {
    let folder = Folder::with_odd();
    assert!(folder.ok("get odd.redb wide -5").contains("\"id\":-5"));
    assert_eq!(folder.ok("count odd.redb wide --from -5 --to 7"), "2\n");
    assert!(folder.ok("get odd.redb nested Person(ada) -1 1 --json").contains("Person"));
    assert_eq!(folder.ok("delete odd.redb wide -5 --yes"), "deleted -5\n");
}
