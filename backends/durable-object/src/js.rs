//! [`JsStorage`]: the storage that the runtime gives to a Durable Object.

use std::ops::Bound;

use keyloft::backend::{Direction, KeyRange};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

use crate::rows::Rows;
use crate::storage::{Changes, ObjectStorage, StorageError};

/// The bits of a query's form in `storage.js`.
const UPPER: u32 = 2;
const BACKWARD: u32 = 1 << 4;
const VALUES: u32 = 1 << 5;

#[wasm_bindgen(module = "/src/storage.js")]
extern "C" {
    /// The tables of an object.
    type Tables;

    fn tables(storage: &JsValue) -> Tables;

    #[wasm_bindgen(catch)]
    fn open(tables: &Tables) -> Result<u32, JsValue>;

    #[wasm_bindgen(catch)]
    fn partition(tables: &Tables, name: &[u8]) -> Result<u32, JsValue>;

    #[wasm_bindgen(catch)]
    fn partitions(tables: &Tables) -> Result<Vec<String>, JsValue>;

    #[wasm_bindgen(catch)]
    fn get(tables: &Tables, partition: u32, key: &[u8]) -> Result<Option<Vec<u8>>, JsValue>;

    #[wasm_bindgen(catch)]
    fn contains(tables: &Tables, partition: u32, key: &[u8]) -> Result<bool, JsValue>;

    #[wasm_bindgen(catch, js_name = getMany)]
    fn get_many(tables: &Tables, memory: &JsValue, partition: u32, words: &[u32])
    -> Result<Vec<u8>, JsValue>;

    #[wasm_bindgen(catch)]
    fn page(
        tables: &Tables,
        partition: u32,
        form: u32,
        lower: &[u8],
        upper: &[u8],
        limit: u32,
    ) -> Result<Vec<u8>, JsValue>;

    #[wasm_bindgen(catch)]
    fn count(tables: &Tables, partition: u32, form: u32, lower: &[u8], upper: &[u8]) -> Result<f64, JsValue>;

    #[wasm_bindgen(catch)]
    fn commit(tables: &Tables, memory: &JsValue, words: &[u32], alarm: Option<f64>) -> Result<(), JsValue>;
}

#[wasm_bindgen]
extern "C" {
    /// An exception of JavaScript.
    type Exception;

    #[wasm_bindgen(method, getter, structural)]
    fn name(this: &Exception) -> JsValue;

    #[wasm_bindgen(method, getter, structural)]
    fn message(this: &Exception) -> JsValue;
}

/// The storage that the runtime gives to an object: its `ctx.storage`. The object's class must have SQLite storage.
///
/// ```no_run
/// # fn f(storage: wasm_bindgen::JsValue) -> keyloft::Result<()> {
/// use keyloft_durable_object::{DurableObjectBackend, JsStorage};
///
/// let backend = DurableObjectBackend::open(JsStorage::new(&storage))?;
/// # Ok(())
/// # }
/// ```
pub struct JsStorage {
    tables: Tables,
}

impl JsStorage {
    /// Wraps the `ctx.storage` of an object.
    pub fn new(storage: &JsValue) -> Self {
        Self { tables: tables(storage) }
    }
}

impl std::fmt::Debug for JsStorage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("JsStorage").finish_non_exhaustive()
    }
}

impl ObjectStorage for JsStorage {
    fn open(&self) -> Result<u32, StorageError> {
        open(&self.tables).map_err(thrown)
    }

    fn partition(&self, name: &str) -> Result<Option<u32>, StorageError> {
        let number = partition(&self.tables, name.as_bytes()).map_err(thrown)?;
        Ok(Some(number).filter(|number| *number > 0))
    }

    fn partitions(&self) -> Result<Vec<String>, StorageError> {
        partitions(&self.tables).map_err(thrown)
    }

    fn get(&self, partition: u32, key: &[u8]) -> Result<Option<Vec<u8>>, StorageError> {
        get(&self.tables, partition, key).map_err(thrown)
    }

    fn contains(&self, partition: u32, key: &[u8]) -> Result<bool, StorageError> {
        contains(&self.tables, partition, key).map_err(thrown)
    }

    fn get_many(&self, partition: u32, keys: &[&[u8]]) -> Result<Rows, StorageError> {
        let mut words = Words(Vec::with_capacity(2 * keys.len()));
        for key in keys {
            words.bytes(key)?;
        }
        unpacked(get_many(&self.tables, &wasm_bindgen::memory(), partition, &words.0))
    }

    fn page(
        &self,
        partition: u32,
        range: KeyRange<'_>,
        direction: Direction,
        limit: u32,
        values: bool,
    ) -> Result<Rows, StorageError> {
        let backward = if direction == Direction::Backward { BACKWARD } else { 0 };
        let form = form(range) | backward | if values { VALUES } else { 0 };
        unpacked(page(&self.tables, partition, form, bytes(range.lower), bytes(range.upper), limit))
    }

    fn count(&self, partition: u32, range: KeyRange<'_>) -> Result<u64, StorageError> {
        let count = count(&self.tables, partition, form(range), bytes(range.lower), bytes(range.upper));
        // The number of rows of an object is an integer far below 2^53.
        #[allow(clippy::as_conversions, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        count.map(|count| count as u64).map_err(thrown)
    }

    fn commit(&self, changes: &Changes<'_>) -> Result<(), StorageError> {
        let Changes { partitions, deletes, puts, alarm } = changes;
        let mut words =
            Words(Vec::with_capacity(3 + 3 * partitions.len() + 3 * deletes.len() + 5 * puts.len()));
        words.len(partitions.len())?;
        for (number, name) in partitions {
            words.0.push(*number);
            words.bytes(name.as_bytes())?;
        }
        words.len(deletes.len())?;
        for (partition, key) in deletes {
            words.0.push(*partition);
            words.bytes(key)?;
        }
        words.len(puts.len())?;
        for (partition, key, value) in puts {
            words.0.push(*partition);
            words.bytes(key)?;
            words.bytes(value)?;
        }
        // Times of more than 2^53 milliseconds are no dates of JavaScript.
        #[allow(clippy::as_conversions, clippy::cast_precision_loss)]
        let alarm = alarm.map(|time| time as f64);
        commit(&self.tables, &wasm_bindgen::memory(), &words.0, alarm).map_err(thrown)
    }
}

/// Numbers, and the addresses and lengths of bytes in the module's memory, for JavaScript to read there.
struct Words(Vec<u32>);

impl Words {
    fn len(&mut self, len: usize) -> Result<(), StorageError> {
        let too_many = |_| StorageError::Failed("the transaction is too large".to_owned());
        self.0.push(u32::try_from(len).map_err(too_many)?);
        Ok(())
    }

    fn bytes(&mut self, bytes: &[u8]) -> Result<(), StorageError> {
        self.len(bytes.as_ptr().expose_provenance())?;
        self.len(bytes.len())
    }
}

/// Returns the entries of a page.
fn unpacked(page: Result<Vec<u8>, JsValue>) -> Result<Rows, StorageError> {
    Rows::packed(page.map_err(thrown)?)
        .ok_or_else(|| StorageError::Failed("a page has no number of entries".to_owned()))
}

/// Returns the bits of the bounds in a query's form.
fn form(range: KeyRange<'_>) -> u32 {
    let bits = |bound| match bound {
        Bound::Unbounded => 0,
        Bound::Included(_) => 1,
        Bound::Excluded(_) => 2,
    };
    bits(range.lower) | bits(range.upper) << UPPER
}

fn bytes(bound: Bound<&[u8]>) -> &[u8] {
    match bound {
        Bound::Included(bytes) | Bound::Excluded(bytes) => bytes,
        Bound::Unbounded => &[],
    }
}

/// Returns the error of an exception.
#[cold]
fn thrown(thrown: JsValue) -> StorageError {
    if !thrown.is_object() {
        return StorageError::Failed(format!("{thrown:?}"));
    }
    let exception: Exception = thrown.unchecked_into();
    let text = |text: JsValue| text.as_string().unwrap_or_default();
    let message = text(exception.message());
    if message.contains("SQLITE_FULL") {
        StorageError::Full(message)
    } else if text(exception.name()) == "UnknownLayout" {
        StorageError::UnknownLayout(message)
    } else {
        StorageError::Failed(message)
    }
}
