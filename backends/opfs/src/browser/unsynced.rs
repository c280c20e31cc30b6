//! The refusal of a database whose sync has failed, in all pages and workers of the origin.
//!
//! The system may then show writes that the disk does not have, to every page and worker, and nothing that is built on them
//! would be durable. So whoever has met the failure holds a Web Lock of the browser until it ends, and openings look for the
//! lock. The npm package has the same one.
//!
//! A mark in a file would not do. It is in the cache of the same system, which may forget it before the writes, and on the
//! disk it would outlast a restart of the machine, which ends the fault.

use std::cell::RefCell;

use js_sys::futures::spawn_local;
use js_sys::{Array, Function, Object, Promise, Reflect};
use keyloft::{ErrorKind, Result};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

use super::access_handle::{LostSync, Unlock};
use super::database_name::DatabaseName;
use super::exception::{failed, has_method, property, resolved};

#[wasm_bindgen]
extern "C" {
    /// The browser's `LockManager`, which web-sys has as an unstable one.
    type Locks;
    #[wasm_bindgen(method)]
    fn request(this: &Locks, name: &str, options: &Object, granted: &Function) -> Promise;
    #[wasm_bindgen(method)]
    fn query(this: &Locks) -> Promise;
}

thread_local! {
    /// The names of the locks that this thread holds.
    static HELD: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Returns the function to call when a sync of the database has failed.
pub(crate) fn lost_sync(name: DatabaseName<'_>) -> LostSync {
    let lock = lock_of(name);
    Box::new(move || {
        let refused = hold(&lock);
        // Others get the file when they find the lock.
        let unlock: Unlock = Box::new(|file| {
            spawn_local(async move {
                let _held = refused.await;
                file.close();
            });
        });
        unlock
    })
}

/// Refuses the database with [`SyncFailed`](ErrorKind::SyncFailed) if a sync of it has failed. This thread then refuses it, too,
/// until it ends.
pub(crate) async fn refuse_unsynced(name: DatabaseName<'_>) -> Result<()> {
    let Some(locks) = locks() else { return Ok(()) };
    let lock = lock_of(name);
    let found: Object = resolved(locks.query())
        .await
        .map_err(|thrown| failed(&name.path(), "look for a failed sync of", thrown))?;
    let is_in = |list: &str| {
        let list: Option<Array> = property(&found, list).dyn_into().ok();
        list.is_some_and(|list| list.iter().any(|entry| property(&entry, "name") == lock.as_str()))
    };
    if !is_in("held") && !is_in("pending") {
        return Ok(());
    }
    let _held = hold(&lock).await;
    Err(ErrorKind::SyncFailed { place: name.place() }.into())
}

/// Accepts openings of the database again, because its file was deleted or replaced.
pub(crate) async fn trust(name: DatabaseName<'_>) -> Result<()> {
    let Some(locks) = locks() else { return Ok(()) };
    let stolen =
        locks.request(&lock_of(name), &options("steal", &true.into()), &function(|| JsValue::UNDEFINED));
    resolved::<JsValue>(stolen)
        .await
        .map(drop)
        .map_err(|thrown| failed(&name.path(), "end the refusal of", thrown))
}

/// Holds a lock until this thread ends. The promise is fulfilled when the thread has it.
fn hold(lock: &str) -> Promise {
    let is_held = HELD.with_borrow(|held| held.iter().any(|name| name == lock));
    let (false, Some(locks)) = (is_held, locks()) else { return Promise::resolve(&JsValue::UNDEFINED) };
    HELD.with_borrow_mut(|held| held.push(lock.to_owned()));
    Promise::new(&mut |resolve, _| {
        let granted = resolve.clone();
        let forever = function(move || {
            // A call of `resolve` can't fail.
            let _undefined = granted.call0(&JsValue::UNDEFINED);
            Promise::new(&mut |_, _| ()).into()
        });
        let over = locks.request(lock, &options("mode", &"shared".into()), &forever);
        let lock = lock.to_owned();
        spawn_local(async move {
            let _stolen = over.await;
            HELD.with_borrow_mut(|held| held.retain(|name| *name != lock));
            let _undefined = resolve.call0(&JsValue::UNDEFINED);
        });
    })
}

fn lock_of(name: DatabaseName<'_>) -> String {
    format!("keyloft.unsynced:{}", name.as_str())
}

/// Returns the browser's locks. Pages that are not served securely have none, and no private files either.
fn locks() -> Option<Locks> {
    let locks = property(&property(&js_sys::global(), "navigator"), "locks");
    has_method(&locks, "query").then(|| locks.unchecked_into())
}

fn options(name: &str, value: &JsValue) -> Object {
    let options = Object::new();
    // A new object takes any property.
    let _set = Reflect::set(&options, &name.into(), value);
    options
}

fn function(call: impl FnOnce() -> JsValue + 'static) -> Function {
    Closure::once_into_js(call).unchecked_into()
}
