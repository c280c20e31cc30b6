//! The cost of the backend beside SQL that is written by hand on the same client, in alternating rounds over one server.
//!
//! `cargo bench --package keyloft-postgres`. The server is a temporary one on loopback, whose data is synced as usual.

// A list of rows is long.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::too_many_lines)]
#![allow(dead_code)] // of the tests' module

#[path = "../tests/it/cluster.rs"]
mod cluster;

use std::hint::black_box;
use std::ops::ControlFlow;
use std::thread;
use std::time::Instant;

use keyloft::backend::{Direction, KeyRange, Write};
use keyloft::{Partition, Read, StorageBackendExt};
use keyloft_postgres::PostgresBackend;
use tokio::runtime::Runtime;
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, NoTls, Statement};

use crate::cluster::Cluster;

const ENTRIES: u64 = 20_000;
const VALUE: [u8; 128] = [7; 128];
const ROUNDS: usize = 9;
const WRITERS: u64 = 8;
/// The puts of each writer in a round.
const PUTS: u64 = 25;

/// SQL by hand: one table of the entity, with prepared statements.
struct ByHand {
    runtime: Runtime,
    client: Client,
    connection: String,
    get: Statement,
    get_many: Statement,
    scan: Statement,
    page: Statement,
    put: Statement,
    put_many: Statement,
}

const PUT: &str =
    "INSERT INTO by_hand VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value";

const PUT_MANY: &str = "INSERT INTO by_hand SELECT * FROM unnest($1::bytea[], $2::bytea[]) \
                        ON CONFLICT (key) DO UPDATE SET value = excluded.value";

/// What a program begins with that wants the guarantee of ours: any transactions, one after the other.
const SERIALIZABLE: &str = "BEGIN ISOLATION LEVEL SERIALIZABLE";

/// Puts an entry in a serializable transaction, again if it conflicts.
async fn put_serializable(on: &Client, put: &Statement, key: &Vec<u8>) {
    loop {
        on.batch_execute(SERIALIZABLE).await.unwrap();
        let done = match on.execute(put, &[key, &&VALUE[..]]).await {
            Ok(_) => on.batch_execute("COMMIT").await,
            Err(error) => Err(error),
        };
        match done {
            Ok(()) => return,
            Err(error) => {
                assert_eq!(error.code(), Some(&SqlState::T_R_SERIALIZATION_FAILURE));
                on.batch_execute("ROLLBACK").await.unwrap();
            }
        }
    }
}

impl ByHand {
    fn new(cluster: &Cluster) -> Self {
        cluster.sql("CREATE TABLE by_hand (key bytea PRIMARY KEY, value bytea NOT NULL)");
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let connection = cluster.connection("owner");
        let client = connect(&runtime, &connection);
        let prepare = |text: &str| runtime.block_on(client.prepare(text)).unwrap();
        Self {
            get: prepare("SELECT value FROM by_hand WHERE key = $1"),
            get_many: prepare("SELECT key, value FROM by_hand WHERE key = ANY ($1)"),
            scan: prepare("SELECT key, value FROM by_hand ORDER BY key"),
            page: prepare("SELECT key, value FROM by_hand WHERE key >= $1 ORDER BY key LIMIT 100"),
            put: prepare(PUT),
            put_many: prepare(PUT_MANY),
            client,
            connection,
            runtime,
        }
    }

    /// Creates a table, and returns the statement that puts entries into it.
    fn new_table(&self, name: &str) -> Statement {
        let prepared = async {
            let create = format!("CREATE TABLE {name} (key bytea PRIMARY KEY, value bytea NOT NULL)");
            self.client.batch_execute(&create).await?;
            self.client.prepare(&PUT_MANY.replace("by_hand", name)).await
        };
        self.runtime.block_on(prepared).unwrap()
    }

    fn put_many(&self, statement: &Statement, keys: &[Vec<u8>]) {
        let values = vec![&VALUE[..]; keys.len()];
        self.runtime.block_on(self.client.execute(statement, &[&keys, &values])).unwrap();
    }
}

fn connect(runtime: &Runtime, connection: &str) -> Client {
    runtime.block_on(async {
        let (client, connection) = tokio_postgres::connect(connection, NoTls).await.unwrap();
        tokio::spawn(connection);
        client
    })
}

/// The keys are spread over the range, so that consecutive calls read other pages.
fn key(number: u64) -> Vec<u8> {
    (number.wrapping_mul(7_919) % ENTRIES).to_be_bytes().to_vec()
}

fn put_many(db: &PostgresBackend, entries: &Partition, keys: &[Vec<u8>]) {
    db.transaction(|tx| {
        let writes: Vec<_> = keys.iter().map(|key| Write::put(entries, key, &VALUE)).collect();
        tx.write_batch(&writes)
    })
    .unwrap();
}

/// Times both in turn, and prints the medians in microseconds and their ratio.
fn row(name: &str, calls: u64, mut ours: impl FnMut(u64), mut by_hand: impl FnMut(u64)) {
    let mut times = [Vec::new(), Vec::new()];
    let time = |work: &mut dyn FnMut(u64), round: u64| {
        let since = Instant::now();
        (0..calls).for_each(|call| work(round * calls + call));
        since.elapsed().as_secs_f64() * 1e6 / f64::from(u32::try_from(calls).unwrap())
    };
    for round in 0..u64::try_from(ROUNDS).unwrap() {
        times[0].push(time(&mut ours, round));
        times[1].push(time(&mut by_hand, round));
    }
    let [ours, by_hand] = times.map(|mut times| {
        times.sort_unstable_by(f64::total_cmp);
        times[ROUNDS / 2]
    });
    println!("{name:<28} {ours:>10.1} {by_hand:>10.1} {:>6.2}", ours / by_hand);
}

fn main() {
    let Some(cluster) = Cluster::start("") else {
        println!("skipped: no PostgreSQL server is installed; on Debian: apt-get install postgresql");
        return;
    };
    let db = cluster.options().connections(8).open().unwrap();
    let by_hand = ByHand::new(&cluster);
    let entries = Partition::from("entries");
    let (hand, on) = (&by_hand, &by_hand.client);
    let wait = |future| hand.runtime.block_on::<std::pin::Pin<Box<dyn Future<Output = ()>>>>(future);
    println!("{:<28} {:>10} {:>10} {:>6}", "row, us a call", "ours", "by hand", "ratio");
    let all: Vec<Vec<u8>> = (0..ENTRIES).map(|number| number.to_be_bytes().to_vec()).collect();
    // Each round fills a new partition, and a new table.
    let tables: Vec<Statement> =
        (0..ROUNDS).map(|round| hand.new_table(&format!("loaded_{round}"))).collect();
    row(
        "load of 20,000",
        1,
        |round| {
            let loaded = Partition::from(format!("loaded {round}"));
            all.chunks(4_096).for_each(|keys| put_many(&db, &loaded, keys));
        },
        |round| {
            let put_many = &tables[usize::try_from(round).unwrap()];
            all.chunks(4_096).for_each(|keys| hand.put_many(put_many, keys));
        },
    );
    hand.put_many(&hand.put_many, &all);
    put_many(&db, &entries, &all);
    cluster.sql("VACUUM ANALYZE");
    row(
        "get",
        500,
        |call| {
            db.get(&entries, &key(call), &mut |value| {
                black_box(value[0]);
            })
            .unwrap();
        },
        |call| {
            wait(Box::pin(async move {
                let row = on.query_one(&hand.get, &[&key(call)]).await.unwrap();
                black_box(row.get::<_, &[u8]>(0)[0]);
            }));
        },
    );
    row(
        "get_many of 1,000",
        5,
        |call| {
            let keys: Vec<_> = (0..1_000).map(|number| key(call * 31 + number)).collect();
            let keys: Vec<&[u8]> = keys.iter().map(Vec::as_slice).collect();
            db.get_many(&entries, &keys, &mut |_, value| {
                black_box(value[0]);
            })
            .unwrap();
        },
        |call| {
            let keys: Vec<_> = (0..1_000).map(|number| key(call * 31 + number)).collect();
            wait(Box::pin(async move {
                for row in on.query(&hand.get_many, &[&keys]).await.unwrap() {
                    black_box((row.get::<_, &[u8]>(0)[0], row.get::<_, &[u8]>(1)[0]));
                }
            }));
        },
    );
    row(
        "scan of 20,000",
        1,
        |_| {
            let mut visited = 0;
            db.scan(&entries, KeyRange::ALL, Direction::Forward, &mut |key, value| {
                visited += 1;
                black_box((key[0], value[0]));
                ControlFlow::Continue(())
            })
            .unwrap();
            assert_eq!(visited, ENTRIES);
        },
        |_| {
            wait(Box::pin(async {
                for row in on.query(&hand.scan, &[]).await.unwrap() {
                    black_box((row.get::<_, &[u8]>(0)[0], row.get::<_, &[u8]>(1)[0]));
                }
            }));
        },
    );
    row(
        "page of 100",
        100,
        |call| {
            let (first, mut visited) = (key(call), 0);
            let range = KeyRange { lower: std::ops::Bound::Included(&first), ..KeyRange::ALL };
            db.scan(&entries, range, Direction::Forward, &mut |key, value| {
                visited += 1;
                black_box((key[0], value[0]));
                if visited < 100 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            })
            .unwrap();
        },
        |call| {
            wait(Box::pin(async move {
                for row in on.query(&hand.page, &[&key(call)]).await.unwrap() {
                    black_box((row.get::<_, &[u8]>(0)[0], row.get::<_, &[u8]>(1)[0]));
                }
            }));
        },
    );
    let put = |call| put_many(&db, &entries, &[key(call)]);
    row("put", 100, put, |call| {
        wait(Box::pin(async move {
            on.execute(&hand.put, &[&key(call), &&VALUE[..]]).await.unwrap();
        }));
    });
    row("put, by hand serializable", 100, put, |call| {
        wait(Box::pin(async move {
            put_serializable(on, &hand.put, &key(call)).await;
        }));
    });
    let batch = |call: u64| (0..1_000).map(|number| key(call * 31 + number)).collect::<Vec<_>>();
    row(
        "batch of 1,000",
        3,
        |call| put_many(&db, &entries, &batch(call)),
        |call| hand.put_many(&hand.put_many, &batch(call)),
    );
    row(
        "batch, by hand serializable",
        3,
        |call| put_many(&db, &entries, &batch(call)),
        |call| {
            wait(Box::pin(async { on.batch_execute(SERIALIZABLE).await.unwrap() }));
            hand.put_many(&hand.put_many, &batch(call));
            wait(Box::pin(async { on.batch_execute("COMMIT").await.unwrap() }));
        },
    );
    let others: Vec<_> = (0..WRITERS)
        .map(|_| {
            let client = connect(&hand.runtime, &hand.connection);
            let put = hand.runtime.block_on(client.prepare(PUT)).unwrap();
            (client, put)
        })
        .collect();
    let key_of = |round: u64, call: u64, writer: u64| key(round * 1_000 + call * WRITERS + writer);
    let ours = |round: u64| {
        thread::scope(|scope| {
            for writer in 0..WRITERS {
                let (db, entries) = (&db, &entries);
                scope.spawn(move || {
                    (0..PUTS).for_each(|call| put_many(db, entries, &[key_of(round, call, writer)]));
                });
            }
        });
    };
    let by_hand = |round: u64, is_serializable: bool| {
        thread::scope(|scope| {
            for (writer, (client, put)) in (0..).zip(&others) {
                scope.spawn(move || {
                    hand.runtime.block_on(async {
                        for call in 0..PUTS {
                            let key = key_of(round, call, writer);
                            if is_serializable {
                                put_serializable(client, put, &key).await;
                            } else {
                                client.execute(put, &[&key, &&VALUE[..]]).await.unwrap();
                            }
                        }
                    });
                });
            }
        });
    };
    row("8 writers, 25 puts each", 1, ours, |round| by_hand(round, false));
    row("8 writers, serializable", 1, ours, |round| by_hand(round, true));
}
