//! [`Exception`]: what the browser throws, and the errors that it becomes.

use std::fmt;
use std::io::{self, ErrorKind};

use js_sys::{JsString, Promise, Reflect};
use keyloft::Error;
use wasm_bindgen::{JsCast, JsValue};

const STORAGE: &str = "the browser's private file system";

/// Something the browser threw: the name tells programs what it is, the message tells people.
#[derive(Debug)]
pub(crate) struct Exception {
    name: String,
    message: String,
}

impl Exception {
    pub(crate) fn is(&self, name: &str) -> bool {
        self.name == name
    }
}

impl fmt::Display for Exception {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.message)
    }
}

impl std::error::Error for Exception {}

impl From<JsValue> for Exception {
    fn from(thrown: JsValue) -> Self {
        let text = |name: &str| property(&thrown, name).as_string();
        Self {
            name: text("name").unwrap_or_else(|| "exception".to_owned()),
            message: text("message").unwrap_or_else(|| thrown.as_string().unwrap_or_default()),
        }
    }
}

impl From<Exception> for io::Error {
    fn from(exception: Exception) -> Self {
        let kind = match exception.name.as_str() {
            "NotFoundError" => ErrorKind::NotFound,
            "NoModificationAllowedError" => ErrorKind::ResourceBusy,
            "QuotaExceededError" => ErrorKind::QuotaExceeded,
            "TypeMismatchError" => ErrorKind::IsADirectory,
            "NotAllowedError" | "SecurityError" => ErrorKind::PermissionDenied,
            _ => ErrorKind::Other,
        };
        Self::new(kind, exception)
    }
}

/// What a promise brought, or what was thrown instead.
pub(crate) async fn done<T: JsCast>(promise: Promise) -> Result<T, Exception> {
    promise.await?.dyn_into().map_err(|other| Exception {
        name: "TypeError".to_owned(),
        message: format!("unexpected {}", JsString::from(other.js_typeof())),
    })
}

/// A property of an object of the browser's; undefined if there is no such object.
pub(crate) fn property(object: &JsValue, name: &str) -> JsValue {
    if object.is_object() {
        Reflect::get(object, &name.into()).unwrap_or_default()
    } else {
        JsValue::UNDEFINED
    }
}

/// Whether an object of the browser's is there and has this method, which its type does not tell.
pub(crate) fn offers(object: &JsValue, method: &str) -> bool {
    object.is_object() && Reflect::has(object, &method.into()).unwrap_or(false)
}

/// The error of a place where there are no such files.
pub(crate) fn unavailable(reason: impl Into<String>) -> Error {
    Error::StorageUnavailable { storage: STORAGE, reason: reason.into() }
}

/// The error of what went wrong while `action` was done to the database or folder `place`.
pub(crate) fn failed(place: &str, action: &'static str, source: impl Into<io::Error>) -> Error {
    let path = place.to_owned();
    let source = source.into();
    match source.kind() {
        ErrorKind::ResourceBusy => Error::DatabaseLocked { path },
        ErrorKind::NotFound => Error::DatabaseMissing { path },
        ErrorKind::IsADirectory => Error::NotADatabase { path, reason: "it is a folder".to_owned() },
        ErrorKind::PermissionDenied => Error::PermissionDenied { path, source: Box::new(source) },
        ErrorKind::QuotaExceeded => Error::StorageFull { path, source: Box::new(source) },
        kind => {
            let source = Box::new(io::Error::new(kind, format!("{place}: {source}")));
            Error::Backend { engine: STORAGE, action, source }
        }
    }
}
