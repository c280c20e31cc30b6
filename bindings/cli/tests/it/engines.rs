//! The same database on every engine.

#[cfg(unix)]
#[path = "../../../../backends/postgres/tests/it/cluster.rs"]
#[allow(dead_code, unreachable_pub)] // those tests use more of it
mod cluster;

use std::sync::Arc;

use keyloft_fjall::FjallBackend;

use crate::folder::Folder;
use crate::samples;

/// The answers to questions about the database, the same on every engine.
fn answers(folder: &Folder, db: &str) -> Vec<String> {
    let all = [
        "ls DB",
        "describe DB",
        "scan DB samples -l 3",
        "find DB samples tags hot",
        "verify DB",
        "scrub DB",
        "digest DB",
    ];
    all.map(|words| folder.ok(&words.replace("DB", db))).to_vec()
}

#[test]
fn a_folder_of_fjall_answers_as_a_file_does() {
    let folder = Folder::new();
    samples::fill(Arc::new(FjallBackend::create_new(folder.file("samples")).unwrap())).unwrap();
    assert_eq!(answers(&folder, "samples"), answers(&folder, "samples.redb"));
    assert_eq!(folder.json("stats samples")[0]["tables"][0]["table"], "samples");
}

#[cfg(unix)]
#[test]
fn a_server_answers_as_a_file_does_and_is_watched() {
    use std::io::{BufRead, BufReader};
    use std::process::Stdio;

    use keyloft::EntityWriter;
    use keyloft::layers::Logged;
    use keyloft_postgres::PostgresBackend;

    let Some(cluster) = cluster::Cluster::fast() else {
        assert!(std::env::var_os("KEYLOFT_NEEDS_POSTGRES").is_none(), "no PostgreSQL server is installed");
        eprintln!("skipped: no PostgreSQL server is installed");
        return;
    };
    let url = format!("postgres://owner@127.0.0.1:{}/postgres?sslmode=disable", cluster.port());
    samples::fill(Arc::new(PostgresBackend::open(&url).unwrap())).unwrap();
    let folder = Folder::new();
    assert_eq!(answers(&folder, &url), answers(&folder, "samples.redb"));
    assert_eq!(folder.run(&format!("compact {url}")).code, 2);
    let empty = &folder.json(&format!("ls {url} --schema other"))[0];
    assert_eq!(empty["tables"], serde_json::json!([]));

    // Without a log, the tables are compared. With one, it is followed.
    let watched = |words: &str, change: &dyn Fn()| {
        let mut command = folder.command(&format!("watch {url} {words} --every 0.05"));
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        // The command has looked at the tables before it sleeps.
        std::thread::sleep(std::time::Duration::from_secs(2));
        change();
        let lines: Vec<String> = lines.lines().map(Result::unwrap).collect();
        assert!(child.wait().unwrap().success());
        lines
    };
    let put = |name: &str, serial: u32| {
        let device = format!(r#"{{"name":"{name}","serial":{serial},"room":null}}"#);
        assert_eq!(folder.run_with(&format!("put {url} devices"), &device).code, 0);
    };
    let lines = watched("devices --limit 1", &|| put("loft", 5));
    assert_eq!(lines, [r#"+ devices loft {"name":"loft","serial":5,"room":null}"#]);

    let logged = Logged::with_values(PostgresBackend::open(&url).unwrap(), Arc::new(|| 0_i64));
    let notes = keyloft::Table::<u32, String>::new(Arc::new(logged), "notes");
    notes.put(&1, &"milk".to_owned()).unwrap();
    let lines = watched("--limit 2", &|| {
        notes.put(&2, &"bread".to_owned()).unwrap();
        notes.delete(&1).unwrap();
    });
    assert_eq!(lines.len(), 2);
    assert!(lines[0].starts_with("2 + notes 2") && lines[1].starts_with("3 - notes 1"), "{lines:?}");
    assert_eq!(watched("--limit 1 --after 0", &|| ()).len(), 1);
}
