//! `serve`: the database in a browser.

mod html;
mod pages;

use std::net::{Ipv4Addr, SocketAddr};

use tiny_http::{Header, Method, Request, Response, Server};

use self::pages::Page;
use crate::args::Common;
use crate::database::{self, Database};
use crate::failure::{End, Failure, Result};
use crate::output::Output;

pub(super) fn run(db: &str, port: u16, common: &Common, output: &mut Output) -> Result<End> {
    let database = Database::read(db, common)?;
    let server = Server::http(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).map_err(|error| {
        Failure::Io(format!("cannot listen on port {port}"), std::io::Error::other(error))
    })?;
    let port = server.server_addr().to_ip().map_or(port, |address| address.port());
    // Every address begins with it. So another program, or a page of another site, can't guess one.
    let token = token()?;
    output.line(format!("http://127.0.0.1:{port}/{token}/"))?;
    output.flush()?;
    output.note("this machine only, and nothing can be changed there; Ctrl-C ends it");
    let name = database::shown(db);
    for request in server.incoming_requests() {
        // A reader that has gone is no error of the server.
        let _: std::io::Result<()> = answer(&database, &name, &token, request);
    }
    Ok(End::Done)
}

/// Returns 128 random bits of the system, in hex.
fn token() -> Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| {
        Failure::Io("cannot make a token".into(), std::io::Error::other(error.to_string()))
    })?;
    Ok(hex::encode(bytes))
}

fn answer(database: &Database, name: &str, token: &str, request: Request) -> std::io::Result<()> {
    let page = match path_of(&request, token) {
        Some(address) => pages::page(database, name, &address),
        None => Page::not_found(),
    };
    let mut response = Response::from_string(page.html).with_status_code(page.status);
    for (field, value) in [
        ("Content-Type", "text/html; charset=utf-8"),
        // No script, no other site, and no address in the log of one.
        ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'"),
        ("Referrer-Policy", "no-referrer"),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
    ] {
        if let Ok(header) = Header::from_bytes(field, value) {
            response.add_header(header);
        }
    }
    request.respond(response)
}

/// Returns the address behind the token, or `None` if the request may not be answered.
fn path_of(request: &Request, token: &str) -> Option<String> {
    let is_local = request.headers().iter().any(|header| {
        let host = header.value.as_str();
        header.field.equiv("Host") && (host.starts_with("127.0.0.1:") || host.starts_with("localhost:"))
    });
    let address = request.url().strip_prefix('/')?.strip_prefix(token)?.strip_prefix('/')?;
    (is_local && *request.method() == Method::Get).then(|| address.to_owned())
}
