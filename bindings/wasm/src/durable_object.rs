//! Databases in the storage of a Durable Object.

use keyloft_durable_object::{DurableObjectBackend, JsStorage};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::database::Database;
use crate::expiry::{self, Alarm};
use crate::failure::thrown;
use crate::module::Engine;

#[wasm_bindgen]
impl Engine {
    /// Opens the database in the storage of an object. With `alarm`, a write of an entity that expires sets the object's alarm.
    #[wasm_bindgen(js_name = inObject)]
    pub fn in_object(storage: &JsValue, alarm: bool) -> std::result::Result<Self, JsValue> {
        let backend = DurableObjectBackend::open(JsStorage::new(storage)).map_err(thrown)?;
        if !alarm {
            return Ok(Self::new(Database::new(backend)));
        }
        let alarm = Alarm::of(backend.clone());
        let mut database = Database::new(expiry::Expiring { backend, alarm: alarm.clone() });
        database.alarm = Some(alarm);
        Ok(Self::new(database))
    }
}
