//! `ls`, `describe`, `get`, `scan`, `find`, `count`, `stats` and `digest`.

use serde_json::{Value, json};

use crate::folder::Folder;

fn keys(rows: &[Value]) -> Vec<&str> {
    rows.iter().map(|row| row["key"].as_str().unwrap()).collect()
}

#[test]
fn tables_are_listed_and_described() {
    let folder = Folder::new();
    let listed = &folder.json("ls samples.redb")[0];
    assert_eq!(listed["tables"][0]["table"], "devices");
    assert_eq!(listed["tables"][1]["rows"], 48);
    assert_eq!(listed["tables"][1]["key"], "(text, i64)");
    assert_eq!(listed["others"], json!([]));

    let devices = &folder.json("describe samples.redb devices")[0];
    assert_eq!(devices["fields"][1], json!(["serial", "u32"]));
    assert_eq!(devices["indexes"][0]["definition"], "unique, on `serial`, of u32");
    assert_eq!((&devices["indexes"][0]["entries"], &devices["rows"]), (&json!(3), &json!(3)));
    assert_eq!(folder.json("describe samples.redb")[0].as_array().unwrap().len(), 2);
}

#[test]
fn an_entity_is_found_by_its_key() {
    let folder = Folder::new();
    let attic = "{\"name\":\"attic\",\"serial\":1000,\"room\":\"under the roof\"}\n";
    assert_eq!(folder.ok("get samples.redb devices attic"), attic);
    let sample = &folder.json("get samples.redb samples attic 1764547200000")[0];
    assert_eq!(sample["value"]["celsius"], 21.5);
    assert_eq!(folder.run_and("get samples.redb samples", "(attic, 1764547200000)").code, 0);

    let none = folder.run("get samples.redb devices loft");
    assert_eq!((none.code, none.out.as_str()), (1, ""));
    assert!(none.err.contains("no entity has the key loft"), "{none:?}");
}

#[test]
fn a_scan_has_bounds_an_order_and_conditions() {
    let folder = Folder::new();
    let scan = |words: &str| folder.json(&format!("scan samples.redb {words}"));
    assert_eq!(scan("samples").len(), 48);
    assert_eq!(scan("samples --prefix attic").len(), 24);
    assert_eq!(keys(&scan("devices --prefix attic")), ["attic", "attic2"]);
    assert_eq!(keys(&scan("devices --from attic2")), ["attic2", "cellar"]);
    assert_eq!(keys(&scan("devices --to attic2")), ["attic"]);
    assert_eq!(scan("samples --from cellar").len(), 24);
    assert_eq!(scan("samples --to cellar").len(), 24);
    assert_eq!(keys(&scan("devices -r -l 2")), ["cellar", "attic2"]);
    assert_eq!(keys(&scan("devices --by serial --from 1001")), ["attic2", "cellar"]);
    assert_eq!(keys(&scan("devices --by serial -r -l 1")), ["cellar"]);
    assert_eq!(keys(&scan("devices --where room=null")), ["cellar"]);
    assert_eq!(keys(&scan("devices --where room~roof --where serial>1000")), ["attic2"]);
    assert_eq!(scan("samples --where celsius>25 -l 3").len(), 3);
    assert_eq!(scan("samples --where tags~hot").len(), 9);
    assert_eq!(scan("devices --prefix nothing"), [Value::Null; 0]);
    assert_eq!(
        folder.ok("scan samples.redb devices -l 1"),
        "attic\t{\"name\":\"attic\",\"serial\":1000,\"room\":\"under the roof\"}\n"
    );
}

#[test]
fn an_index_finds_entities() {
    let folder = Folder::new();
    assert_eq!(keys(&folder.json("find samples.redb devices serial 1002")), ["cellar"]);
    assert_eq!(folder.json("find samples.redb samples tags hot").len(), 9);
    assert_eq!(folder.run("find samples.redb devices serial 7").code, 1);
}

#[test]
fn rows_are_counted() {
    let folder = Folder::new();
    assert_eq!(folder.ok("count samples.redb samples"), "48\n");
    assert_eq!(folder.ok("count samples.redb samples --prefix cellar"), "24\n");
    assert_eq!(folder.ok("count samples.redb samples --by tags"), "9\n");
    assert_eq!(folder.ok("count samples.redb samples --where celsius>25"), "9\n");
    assert_eq!(folder.ok("count samples.redb samples --limit 7"), "7\n");
    assert_eq!(folder.json("count samples.redb devices"), [json!({"count": 3})]);
}

#[test]
fn sizes_and_digests_are_shown() {
    let folder = Folder::new();
    let stats = &folder.json("stats samples.redb")[0];
    assert_eq!(stats["tables"][0]["table"], "samples");
    assert!(stats["file"]["file"].as_u64().unwrap() > 0);
    let digest = folder.ok("digest samples.redb");
    assert_eq!(digest.trim().len(), 32);
    assert_eq!(folder.json("digest samples.redb")[0]["digest"], digest.trim());
    assert_eq!(
        folder.ok("migrate samples.redb --plan"),
        "every table has its present definition and version\n"
    );
}

#[test]
fn a_scope_has_tables_of_its_own() {
    let folder = Folder::new();
    let all = std::sync::Arc::new(keyloft_redb::RedbBackend::open(folder.file("samples.redb")).unwrap());
    let acme = keyloft::layers::Scoped::new(all, "acme");
    let notes = keyloft::Table::<u32, String>::new(std::sync::Arc::new(acme), "notes");
    keyloft::EntityWriter::put(&notes, &1, &"milk".to_owned()).unwrap();
    drop(notes);

    let listed = &folder.json("ls samples.redb --scope acme")[0];
    assert_eq!(listed["tables"][0]["table"], "notes");
    assert_eq!(listed["tables"].as_array().unwrap().len(), 1);
    assert_eq!(folder.ok("count samples.redb notes --scope acme"), "1\n");
    let outside = &folder.json("ls samples.redb")[0];
    assert_eq!(outside["others"], json!(["@acme/notes"]));
}

#[test]
fn the_log_of_a_folder_is_printed_to_its_end() {
    let folder = Folder::new();
    let file = keyloft_fjall::FjallBackend::create(folder.file("logged")).unwrap();
    let logged = keyloft::layers::Logged::with_values(file, std::sync::Arc::new(|| 0_i64));
    let notes = keyloft::Table::<u32, String>::new(std::sync::Arc::new(logged), "notes");
    keyloft::EntityWriter::put(&notes, &1, &"milk".to_owned()).unwrap();
    keyloft::EntityWriter::delete(&notes, &1).unwrap();
    drop(notes);

    let changes = folder.ok("watch logged --after 0");
    assert_eq!(changes.lines().count(), 2, "{changes}");
    assert!(changes.starts_with("1 + notes 1") && changes.ends_with("2 - notes 1\n"), "{changes}");
    assert_eq!(folder.ok("watch logged --after 1"), "2 - notes 1\n");
    let refused = folder.run("watch logged");
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("--after"), "{refused:?}");
}
