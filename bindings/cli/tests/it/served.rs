//! `serve`, asked as a browser asks.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};

use crate::folder::Folder;

/// A server, which ends with the value.
struct Served {
    child: Child,
    port: String,
    token: String,
}

impl Served {
    fn new(folder: &Folder) -> Self {
        let mut command = folder.command("serve samples.redb");
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut address = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut address).unwrap();
        let rest = address.trim().strip_prefix("http://127.0.0.1:").unwrap();
        let (port, token) = rest.split_once('/').unwrap();
        Self { child, port: port.into(), token: token.trim_end_matches('/').into() }
    }

    /// Returns the whole answer to a request of this path.
    fn get(&self, path: &str, host: &str) -> String {
        let mut stream = TcpStream::connect(format!("127.0.0.1:{}", self.port)).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    fn page(&self, address: &str) -> String {
        self.get(&format!("/{}/{address}", self.token), &format!("127.0.0.1:{}", self.port))
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

#[test]
fn tables_and_rows_are_shown() {
    let folder = Folder::new();
    let served = Served::new(&folder);
    let tables = served.page("");
    assert!(tables.starts_with("HTTP/1.1 200") && tables.contains("table?name=samples"), "{tables}");
    assert!(tables.contains("default-src 'none'"), "{tables}");
    let samples = served.page("table?name=samples");
    assert!(samples.contains("(attic, 1764547200000)") && samples.contains("<th>celsius"), "{samples}");
    assert!(served.page("table?name=samples&by=tags&prefix=hot").matches("<tr>").count() == 10);
    assert!(served.page("table?name=devices&by=serial").contains("cellar"));
    assert!(samples.contains("48 rows, keys of (text, i64), version 1"), "{samples}");
    assert!(!samples.contains("<th>device"), "the key has it: {samples}");
    let backward = served.page("table?name=devices&reverse=1");
    assert!(backward.find("cellar") < backward.find("attic"), "{backward}");
    let row = served.page("row?name=devices&key=attic");
    assert!(row.contains("under the roof"), "{row}");
}

#[test]
fn a_table_has_pages() {
    let folder = Folder::new();
    for serial in 0..60 {
        let device = format!(r#"{{"name":"d{serial:02}","serial":{serial},"room":null}}"#);
        assert_eq!(folder.run_with("put samples.redb devices", &device).code, 0);
    }
    let served = Served::new(&folder);
    let first = served.page("table?name=devices");
    assert_eq!(first.matches("<tr><td>").count(), 50);
    let next =
        first.split("<nav><a href=\"").nth(1).unwrap().split('"').next().unwrap().replace("&amp;", "&");
    let second = served.page(&next);
    assert_eq!(second.matches("<tr><td>").count(), 13);
    assert!(!second.contains("<nav>"));
}

#[test]
fn only_who_knows_the_address_gets_an_answer() {
    let folder = Folder::new();
    let served = Served::new(&folder);
    let local = format!("127.0.0.1:{}", served.port);
    for path in ["/", "/table?name=devices", "/0123456789abcdef0123456789abcdef/"] {
        let refused = served.get(path, &local);
        assert!(refused.starts_with("HTTP/1.1 404") && !refused.contains("devices<"), "{refused}");
    }
    let foreign = served.get(&format!("/{}/", served.token), "evil.example");
    assert!(foreign.starts_with("HTTP/1.1 404"), "{foreign}");
    for address in
        ["nothing", "table?name=nothing", "row?name=devices&key=x", "table?name=devices&by=x", "row"]
    {
        assert!(served.page(address).starts_with("HTTP/1.1 404"), "{address}");
    }
    assert!(served.page("table?name=devices&after=rubbish").starts_with("HTTP/1.1 500"));
}

#[test]
fn nothing_in_a_row_is_markup() {
    let folder = Folder::new();
    let evil = r#"{"name":"<script>alert(1)</script>","serial":5,"room":"\"><img src=x>"}"#;
    assert_eq!(folder.run_with("put samples.redb devices", evil).code, 0);
    let served = Served::new(&folder);
    let page = served.page("table?name=devices");
    assert!(!page.contains("<script") && !page.contains("<img"), "{page}");
    assert!(page.contains("&lt;script&gt;"), "{page}");
}
