//! Two instances of the example `web_service`, over one database.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use crate::cluster::Cluster;

/// A running instance, which is ended when this is dropped.
struct Instance {
    process: Child,
    address: String,
}

impl Instance {
    fn start(url: &str) -> Self {
        let program = program();
        assert!(program.exists(), "the example must be built: run the tests without `--test`");
        let mut process = Command::new(program)
            .arg("127.0.0.1:0")
            .env("DATABASE_URL", url)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on http://").unwrap().to_owned();
        Self { process, address }
    }

    fn send(&self, method: &str, path: &str, body: &str) -> TcpStream {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let length = body.len();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
        )
        .unwrap();
        stream
    }

    /// Returns the status and the body of an answer.
    fn ask(&self, method: &str, path: &str, body: &str) -> (u16, String) {
        let mut answer = String::new();
        self.send(method, path, body).read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        let _ended = self.process.kill();
        let _status = self.process.wait();
    }
}

/// Returns the path of the example, which is beside the folder of the tests.
fn program() -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    let profile = tests.parent().and_then(std::path::Path::parent).unwrap();
    profile.join("examples").join(format!("web_service{}", std::env::consts::EXE_SUFFIX))
}

pub(crate) fn streams_the_changes_of_all_instances(cluster: &Arc<Cluster>) {
    cluster.sql("CREATE DATABASE web");
    let url = cluster.connection("owner").replace("dbname=postgres", "dbname=web");
    let (one, other) = (Instance::start(&url), Instance::start(&url));
    let mut events = BufReader::new(other.send("GET", "/events", "")).lines();
    // The answer begins when the stream is open.
    assert!(events.next().unwrap().unwrap().contains("200"));
    let mut next =
        || events.by_ref().map(Result::unwrap).find_map(|line| Some(line.strip_prefix("data: ")?.to_owned()));

    assert_eq!(one.ask("PUT", "/notes/shopping", "milk").0, 200);
    assert_eq!(next().as_deref(), Some("shopping: milk"));
    assert_eq!(other.ask("GET", "/notes/shopping", ""), (200, "milk".to_owned()));
    assert_eq!(other.ask("PUT", "/notes/shopping", "bread").0, 200);
    assert_eq!(next().as_deref(), Some("shopping: bread"));
    assert_eq!(one.ask("DELETE", "/notes/shopping", "").0, 200);
    assert_eq!(next().as_deref(), Some("shopping deleted"));

    assert_eq!(one.ask("GET", "/notes/shopping", "").0, 404);
    assert_eq!(one.ask("GET", "/nothing", "").0, 404);
    assert_eq!(one.ask("PUT", &format!("/notes/{}", "x".repeat(3_000)), "milk").0, 400);
    assert_eq!(one.ask("PUT", "/notes/%FF", "milk").0, 400);
}
