//! A web service, of which any number of instances run over one PostgreSQL database. Each one streams the changes that all make.
//!
//! ```sh
//! export DATABASE_URL=postgres://app@localhost/app
//! cargo run --package keyloft-postgres --example web_service -- 127.0.0.1:3000
//! cargo run --package keyloft-postgres --example web_service -- 127.0.0.1:3001
//! curl -N http://127.0.0.1:3001/events
//! curl -X PUT -d milk http://127.0.0.1:3000/notes/shopping
//! curl http://127.0.0.1:3001/notes/shopping
//! ```

use std::convert::Infallible;
use std::error::Error;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::sse::{self, KeepAlive, Sse};
use axum::routing::get;
use futures_util::{Stream, stream};
use keyloft::layers::Followed;
use keyloft::prelude::*;
use keyloft::store::Event;
use keyloft_postgres::PostgresBackend;
use tokio::net::TcpListener;
use tokio::sync::broadcast;
use tokio::task::spawn_blocking;

/// The longest delay of a change by another instance, if the server's notification of it is lost.
const INTERVAL: Duration = Duration::from_secs(1);
/// The number of events that may wait for a slow client. It misses older ones.
const WAITING: usize = 256;

type Notes = Table<String, String>;
/// An error that ends the program.
type Fatal = Box<dyn Error + Send + Sync>;

/// What the requests share.
#[derive(Clone)]
struct Service {
    notes: Notes,
    /// One watch serves all clients of this instance.
    events: broadcast::Sender<String>,
}

#[tokio::main]
async fn main() -> Result<(), Fatal> {
    let url = std::env::var("DATABASE_URL").map_err(|_| "set DATABASE_URL to the address of a database")?;
    let address = std::env::args().nth(1).unwrap_or("127.0.0.1:3000".to_owned());
    // Opening a database and a table waits for the server.
    let (notes, events) = spawn_blocking(move || open(url)).await??;
    let router = Router::new()
        .route("/notes/{id}", get(read).put(write).delete(remove))
        .route("/events", get(follow))
        .with_state(Service { notes, events });
    let listener = TcpListener::bind(address).await?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, router).await?;
    Ok(())
}

/// Opens the table, and follows its changes on a thread.
fn open(url: String) -> Result<(Notes, broadcast::Sender<String>), Fatal> {
    let now = || {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    };
    let backend = Arc::new(Followed::new(PostgresBackend::open(url)?, Arc::new(now)));
    let follower = backend.follow(INTERVAL)?;
    let notes = Notes::new(backend.clone(), "notes");
    let changes = notes.changes(&backend.feed(), ..)?;
    let (events, _) = broadcast::channel(WAITING);
    let sent = events.clone();
    thread::spawn(move || {
        let _follower = follower;
        for change in changes {
            // Without a client, nobody receives it.
            let _received = sent.send(match change {
                Ok(Event::Inserted { key, new, .. } | Event::Updated { key, new, .. }) => {
                    format!("{key}: {new}")
                }
                Ok(Event::Deleted { key, .. }) => format!("{key} deleted"),
                Ok(_) => "some changes were missed: read again".to_owned(),
                Err(error) => format!("error: {error}"),
            });
        }
    });
    Ok((notes, events))
}

async fn read(State(service): State<Service>, Path(id): Path<String>) -> Result<String, Failure> {
    let note = call(move || service.notes.get(&id)).await?;
    note.ok_or((StatusCode::NOT_FOUND, "there is no such note\n".to_owned()))
}

async fn write(State(service): State<Service>, Path(id): Path<String>, text: String) -> Result<(), Failure> {
    call(move || service.notes.put(&id, &text)).await
}

async fn remove(State(service): State<Service>, Path(id): Path<String>) -> Result<(), Failure> {
    call(move || service.notes.delete(&id)).await.map(drop)
}

/// Streams the changes of all instances from now on.
async fn follow(State(service): State<Service>) -> Sse<impl Stream<Item = Result<sse::Event, Infallible>>> {
    let events = stream::unfold(service.events.subscribe(), |mut events| async {
        let text = match events.recv().await {
            Ok(text) => text,
            Err(broadcast::error::RecvError::Lagged(_)) => "some changes were missed: read again".to_owned(),
            Err(broadcast::error::RecvError::Closed) => return None,
        };
        Some((Ok(sse::Event::default().data(text)), events))
    });
    Sse::new(events).keep_alive(KeepAlive::default())
}

/// The answer to a request that failed.
type Failure = (StatusCode, String);

/// Makes a call that waits for the server, on a thread that may.
async fn call<T: Send + 'static>(
    work: impl FnOnce() -> keyloft::Result<T> + Send + 'static,
) -> Result<T, Failure> {
    let failed = |error: &dyn Error| (StatusCode::INTERNAL_SERVER_ERROR, format!("{error}\n"));
    match spawn_blocking(work).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) => Err(match error.kind() {
            ErrorKind::Unreachable { .. } | ErrorKind::Exhausted { .. } => {
                (StatusCode::SERVICE_UNAVAILABLE, format!("{error}\n"))
            }
            ErrorKind::KeyTooLong { .. } => (StatusCode::BAD_REQUEST, format!("{error}\n")),
            _ => failed(&error),
        }),
        Err(panicked) => Err(failed(&panicked)),
    }
}
