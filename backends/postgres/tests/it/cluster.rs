//! [`Cluster`]: a temporary server on loopback.

use std::fs;
use std::io::Write as _;
use std::net::TcpListener;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use keyloft_postgres::PostgresOptions;
use tokio_postgres::{NoTls, SimpleQueryMessage};

/// Creates the files of the cluster in its folder, runs the server, and stops it when the standard input ends: when the test's
/// process ends, however it does. A line on the input kills the server, and another one starts it again.
const SCRIPT: &str = r#"
cd "$1" || exit
[ -e data ] || "$0/initdb" --pgdata=data --auth=trust --username=owner --encoding=UTF8 --locale=C --no-sync >log 2>&1
run() { "$BIN/postgres" -D data -p "$PORT" -k "$1" $FLAGS >>log 2>&1 & server=$!; }
BIN=$0; PORT=$2; FLAGS=$3
run "$1"
while read -r signal; do
    if [ "$signal" != START ]; then
        kill -s "$signal" "$server"
        wait "$server"
        continue
    fi
    run "$1"
    # The processes of a server that was killed may hold its memory for a moment.
    while sleep 0.2; ! kill -0 "$server"; do run "$1"; done
done
kill -s INT "$server"
wait "$server"
"#;

/// The settings of a server whose data nobody needs after the tests.
const FAST: &str = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off";
/// The settings of every server.
const COMMON: &str =
    "-c listen_addresses=127.0.0.1 -c max_connections=300 -c shared_buffers=64MB -c autovacuum=off";

/// A temporary server on loopback, which ends with this value and with the process.
pub(crate) struct Cluster {
    folder: PathBuf,
    port: u16,
    script: Child,
}

impl Cluster {
    /// Starts a server whose data does not survive a crash of the machine. Returns `None` if no server is installed.
    pub(crate) fn fast() -> Option<Self> {
        Self::start(FAST)
    }

    /// Starts a server with these settings. Returns `None` if no server is installed.
    pub(crate) fn start(settings: &str) -> Option<Self> {
        static STARTED: AtomicUsize = AtomicUsize::new(0);
        let programs = programs()?;
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("keyloft-postgres-{}-{number}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut script = Command::new("sh");
        script.arg("-c").arg(SCRIPT).arg(programs).arg(&folder).arg(port.to_string());
        script.arg(format!("{COMMON} {settings}")).stdin(Stdio::piped());
        // PostgreSQL refuses to run as root.
        if let Some((user, group)) = other_user() {
            chown(&folder, Some(user), Some(group)).unwrap();
            script.uid(user).gid(group);
        }
        let cluster = Self { script: script.spawn().unwrap(), folder, port };
        cluster.wait();
        Some(cluster)
    }

    /// Waits until the server accepts connections.
    fn wait(&self) {
        let since = Instant::now();
        while let Err(error) = try_sql(&self.connection("owner"), "SELECT 1") {
            let log = || fs::read_to_string(self.folder.join("log")).unwrap_or_default();
            assert!(since.elapsed() < Duration::from_secs(60), "{error}: {}", log());
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Sends the server a signal, such as `KILL`, and waits for its end.
    pub(crate) fn stop(&mut self, signal: &str) {
        self.tell(signal);
        while try_sql(&self.connection("owner"), "SELECT 1").is_ok() {
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Starts the server again.
    pub(crate) fn restart(&mut self) {
        self.tell("START");
        self.wait();
    }

    fn tell(&mut self, line: &str) {
        writeln!(self.script.stdin.as_mut().unwrap(), "{line}").unwrap();
    }

    /// Returns a connection string.
    pub(crate) fn connection(&self, user: &str) -> String {
        format!("host=127.0.0.1 port={} user={user} dbname=postgres sslmode=disable", self.port)
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Returns the folder of the server's files.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// Runs statements as the owner of the cluster, and returns the first columns of the rows.
    pub(crate) fn sql(&self, text: &str) -> Vec<String> {
        try_sql(&self.connection("owner"), text).unwrap()
    }

    /// Gives a user these rights on the tables of a schema.
    pub(crate) fn grant(&self, rights: &str, schema: &str, user: &str) {
        let schema = format!("SCHEMA \"{schema}\" TO {user}");
        self.sql(&format!("GRANT USAGE ON {schema}; GRANT {rights} ON ALL TABLES IN {schema}"));
    }

    /// Returns the options of a database in a new schema.
    pub(crate) fn options(&self) -> PostgresOptions {
        PostgresOptions::new(self.connection("owner")).schema(new_schema())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.script.stdin.take());
        self.script.wait().unwrap();
        fs::remove_dir_all(&self.folder).unwrap();
    }
}

/// Returns a name that no other schema has.
pub(crate) fn new_schema() -> String {
    static USED: AtomicUsize = AtomicUsize::new(0);
    format!("test {}", USED.fetch_add(1, Ordering::Relaxed))
}

/// Runs statements, and returns the first columns of the rows.
pub(crate) fn try_sql(connection: &str, text: &str) -> Result<Vec<String>, tokio_postgres::Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (client, connection) = tokio_postgres::connect(connection, NoTls).await?;
        let served = tokio::spawn(connection);
        let messages = client.simple_query(text).await?;
        drop(client);
        served.await.unwrap()?;
        Ok(messages.iter().filter_map(first_column).collect())
    })
}

fn first_column(message: &SimpleQueryMessage) -> Option<String> {
    if let SimpleQueryMessage::Row(row) = message { row.get(0).map(str::to_owned) } else { None }
}

/// Returns the folder of the newest installed server.
fn programs() -> Option<PathBuf> {
    let has_server = |folder: &Path| folder.join("initdb").is_file();
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut debian: Vec<_> = versions.map(|version| version.path().join("bin")).collect();
    debian.sort_unstable();
    let path = std::env::var_os("PATH")?;
    debian.into_iter().rev().chain(std::env::split_paths(&path)).find(|folder| has_server(folder))
}

/// Returns the user and the group `postgres` if this is root.
fn other_user() -> Option<(u32, u32)> {
    let id = Command::new("id").arg("-u").output().ok()?.stdout;
    if id.trim_ascii() != b"0" {
        return None;
    }
    let users = fs::read_to_string("/etc/passwd").ok()?;
    let mut fields = users.lines().find(|line| line.starts_with("postgres:"))?.split(':').skip(2);
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}
