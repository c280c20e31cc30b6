//! [`Exception`]: a value that the browser throws, and its mapping to errors.

use std::fmt;
use std::io;

use js_sys::{JsString, Promise, Reflect};
use keyloft::error::Place;
use keyloft::{Error, ErrorKind};
use wasm_bindgen::{JsCast, JsValue};

const STORAGE: &str = "the browser's private file system";

/// A value that the browser threw. The name identifies the kind of error, and the message describes the cause.
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
            "NotFoundError" => io::ErrorKind::NotFound,
            "NoModificationAllowedError" => io::ErrorKind::ResourceBusy,
            "QuotaExceededError" => io::ErrorKind::QuotaExceeded,
            "TypeMismatchError" => io::ErrorKind::IsADirectory,
            "NotAllowedError" | "SecurityError" => io::ErrorKind::PermissionDenied,
            _ => io::ErrorKind::Other,
        };
        Self::new(kind, exception)
    }
}

/// Waits for a promise and returns its value, or the exception that rejected it.
pub(crate) async fn resolved<T: JsCast>(promise: Promise) -> Result<T, Exception> {
    promise.await?.dyn_into().map_err(|other| Exception {
        name: "TypeError".to_owned(),
        message: format!("unexpected {}", JsString::from(other.js_typeof())),
    })
}

/// Returns a property of an object of the browser, or `undefined` if the object is missing.
pub(crate) fn property(object: &JsValue, name: &str) -> JsValue {
    if object.is_object() {
        Reflect::get(object, &name.into()).unwrap_or_default()
    } else {
        JsValue::UNDEFINED
    }
}

/// Returns `true` if an object of the browser exists and has the method. Older browsers lack some methods.
pub(crate) fn has_method(object: &JsValue, method: &str) -> bool {
    object.is_object() && Reflect::has(object, &method.into()).unwrap_or(false)
}

/// Creates the error of an environment without the browser's private file system.
pub(crate) fn unavailable(reason: impl Into<String>) -> Error {
    ErrorKind::StorageUnavailable { storage: STORAGE, reason: reason.into() }.into()
}

/// Maps an error during `action` on the database or the folder at `path`.
pub(crate) fn failed(path: &str, action: &'static str, source: impl Into<io::Error>) -> Error {
    let place = Place::at_path(path);
    let source = source.into();
    Error::from(match source.kind() {
        io::ErrorKind::ResourceBusy => ErrorKind::DatabaseLocked { place },
        io::ErrorKind::NotFound => ErrorKind::DatabaseMissing { place },
        io::ErrorKind::IsADirectory => ErrorKind::NotADatabase { place, reason: "it is a folder".to_owned() },
        io::ErrorKind::PermissionDenied => ErrorKind::PermissionDenied { place, source: Box::new(source) },
        io::ErrorKind::QuotaExceeded => ErrorKind::StorageFull { place, source: Box::new(source) },
        _ => ErrorKind::Backend { place, engine: STORAGE, action, source: Box::new(source) },
    })
}
