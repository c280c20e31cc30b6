//! [`Proxy`]: a network between a client and a server, which breaks when it is told to.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// The time in which the server answers what it was sent before a break.
const ANSWERED: Duration = Duration::from_millis(300);
/// The message that commits: its kind, its length and its text.
const COMMIT: &[u8] = b"Q\0\0\0\x0bCOMMIT\0";

/// The place at which a connection breaks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Break {
    /// Before the first message.
    BeforeAll,
    /// Before the commit, and after the answers to what was sent before it.
    BeforeCommit,
    /// Between the commit and its answer, and after the answers to what was sent before it.
    AfterCommit,
}

/// A network between clients and the server at a port.
pub(crate) struct Proxy {
    pub(crate) port: u16,
    state: Arc<State>,
}

struct State {
    /// The next commit at which a connection breaks.
    next: Mutex<Option<Break>>,
    /// `true` while no new connection is let through.
    is_closed: AtomicBool,
}

impl Proxy {
    pub(crate) fn to(server: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(State { next: Mutex::new(None), is_closed: AtomicBool::new(false) });
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                if shared.is_closed.load(Ordering::SeqCst) {
                    continue;
                }
                // A server that is down ends the connection.
                let Ok(server) = TcpStream::connect(("127.0.0.1", server)) else { continue };
                let (from_server, to_client) = (server.try_clone().unwrap(), client.try_clone().unwrap());
                let shared = Arc::clone(&shared);
                thread::spawn(move || pass_answers(from_server, to_client));
                thread::spawn(move || pass_messages(client, server, &shared));
            }
        });
        Self { port, state }
    }

    /// Breaks the connection of the next message or commit.
    pub(crate) fn break_next(&self, at: Break) {
        *self.state.next.lock().unwrap() = Some(at);
    }

    /// Returns `true` if the connection is still to be broken.
    pub(crate) fn is_waiting(&self) -> bool {
        self.state.next.lock().unwrap().is_some()
    }

    /// Lets no new connection through, or lets them through again.
    pub(crate) fn close(&self, is_closed: bool) {
        self.state.is_closed.store(is_closed, Ordering::SeqCst);
    }
}

fn pass_answers(mut server: TcpStream, mut client: TcpStream) {
    let _: io::Result<u64> = io::copy(&mut server, &mut client);
    let _: io::Result<()> = client.shutdown(Shutdown::Both);
}

fn pass_messages(mut client: TcpStream, mut server: TcpStream, state: &State) {
    let mut buffer = vec![0; 1 << 16];
    while let Ok(read @ 1..) = client.read(&mut buffer) {
        let message = &buffer[..read];
        let commit = message.windows(COMMIT.len()).position(|window| window == COMMIT);
        let mut next = state.next.lock().unwrap();
        if *next == Some(Break::BeforeAll) {
            *next = None;
            break;
        }
        let at = commit.and_then(|_| next.take());
        drop(next);
        let (Some(at), Some(commit)) = (at, commit) else {
            if server.write_all(message).is_err() {
                break;
            }
            continue;
        };
        let (before, rest) = message.split_at(commit);
        server.write_all(before).unwrap();
        thread::sleep(ANSWERED);
        if at == Break::AfterCommit {
            let _: io::Result<()> = client.shutdown(Shutdown::Both);
            // The server notices nothing, and completes the commit.
            server.write_all(rest).unwrap();
            let _: io::Result<u64> = io::copy(&mut server, &mut io::sink());
        }
        break;
    }
    let _: io::Result<()> = client.shutdown(Shutdown::Both);
    let _: io::Result<()> = server.shutdown(Shutdown::Both);
}
