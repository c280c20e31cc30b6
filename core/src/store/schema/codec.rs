//! [`Codec`]: the encoding of a table's entities.

use alloc::format;
use alloc::sync::Arc;
use alloc::vec::Vec;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::trace::trace;
use super::{Layout, Schema};
use crate::error::{DecodeReason, EncodeReason};
use crate::key::StorageKey;
use crate::maybe_send::{MaybeSend, MaybeSync};
use crate::value;

/// The encoding of a table's entities as payloads, each of which is stored in an [envelope](crate::value).
///
/// [`Schema::new`](super::Schema::new) encodes as [`Postcard`], which encodes the types of serde. A custom
/// codec is for tables whose entities have a form that is known at run time only.
///
/// ```
/// use std::sync::Arc;
/// use keyloft::error::{DecodeReason, EncodeReason};
/// use keyloft::prelude::*;
/// use keyloft::store::Codec;
///
/// /// A text, stored as its bytes.
/// #[derive(Debug, PartialEq)]
/// struct Line(String);
///
/// struct Utf8;
///
/// impl Codec<Line> for Utf8 {
///     fn encode(&self, line: &Line, out: &mut Vec<u8>) -> Result<(), EncodeReason> {
///         out.extend_from_slice(line.0.as_bytes());
///         Ok(())
///     }
///
///     fn decode(&self, payload: &[u8]) -> Result<Line, DecodeReason> {
///         let text = std::str::from_utf8(payload).map_err(|error| DecodeReason::other(error.to_string()))?;
///         Ok(Line(text.to_owned()))
///     }
/// }
///
/// # let backend = Arc::new(keyloft_memory::MemoryBackend::new());
/// let lines = Table::<u32, Line>::with_schema(backend, Schema::with_codec("lines", Utf8));
/// lines.put(&1, &Line("milk".into()))?;
/// assert_eq!(lines.get(&1)?, Some(Line("milk".into())));
/// # Ok::<(), keyloft::Error>(())
/// ```
pub trait Codec<V>: MaybeSend + MaybeSync {
    /// Appends the payload of the entity to `out`.
    ///
    /// # Errors
    ///
    /// The reason why the entity can't be encoded.
    fn encode(&self, entity: &V, out: &mut Vec<u8>) -> Result<(), EncodeReason>;

    /// Decodes the entity of a payload.
    ///
    /// # Errors
    ///
    /// The reason why the payload is not an entity.
    fn decode(&self, payload: &[u8]) -> Result<V, DecodeReason>;

    /// Returns `false` if a payload that was decoded as this entity is certainly not one that [`encode`](Self::encode) has
    /// written. [`verify`](crate::EntityReader::verify) and a [scrub](crate::scrub) report it.
    ///
    /// The default trusts every payload, for codecs that write an entity in more than one way. Postcard compares the lengths:
    /// it reads a map that has a key twice, a `char` of several characters, and long forms of integers, all of which it
    /// writes shorter. The order of the items of a set or a map may be any.
    fn is_canonical(&self, payload: &[u8], entity: &V) -> bool {
        let _ = (payload, entity);
        true
    }
}

/// Returns `false` if the entity, which was decoded from the payload, has another length when it is written.
fn has_length<V>(codec: &dyn Codec<V>, payload: &[u8], entity: &V) -> bool {
    let mut written = Vec::with_capacity(payload.len());
    codec.encode(entity, &mut written).is_ok() && written.len() == payload.len()
}

/// The codec for all types that serde reads and writes: [postcard](https://postcard.jamesmunns.com/wire-format).
#[derive(Clone, Copy, Debug, Default)]
pub struct Postcard;

impl<V: Serialize + DeserializeOwned> Codec<V> for Postcard {
    fn encode(&self, entity: &V, out: &mut Vec<u8>) -> Result<(), EncodeReason> {
        Ok(value::append_payload(entity, out)?)
    }

    fn decode(&self, payload: &[u8]) -> Result<V, DecodeReason> {
        value::decode_payload(payload)
    }

    fn is_canonical(&self, payload: &[u8], entity: &V) -> bool {
        has_length(self, payload, entity)
    }
}

/// The codec of [`Schema::new`](super::Schema::new): [`Postcard`], but it refuses a struct that leaves out a field, as it does
/// with serde's `skip_serializing_if`.
///
/// The library's own tables have [`Postcard`], because their types leave out nothing. An engine in a browser then contains
/// the code of one serializer only.
pub(super) struct StrictPostcard;

impl<V: Serialize + DeserializeOwned> Codec<V> for StrictPostcard {
    fn encode(&self, entity: &V, out: &mut Vec<u8>) -> Result<(), EncodeReason> {
        Ok(value::append_strictly(entity, out)?)
    }

    fn decode(&self, payload: &[u8]) -> Result<V, DecodeReason> {
        value::decode_payload(payload)
    }

    fn is_canonical(&self, payload: &[u8], entity: &V) -> bool {
        has_length(self, payload, entity)
    }
}

impl<K: StorageKey, V: 'static> Schema<K, V> {
    /// Makes every write read its entity back from the encoded bytes, and refuse it with
    /// [`ErrorKind::Encode`](crate::ErrorKind::Encode) if the read fails or returns other values.
    ///
    /// Postcard stores no names, so it can't read every type that serde writes:
    ///
    /// ```
    /// use std::sync::Arc;
    /// use keyloft::prelude::*;
    /// use serde::{Deserialize, Serialize};
    ///
    /// #[derive(Serialize, Deserialize)]
    /// #[serde(tag = "kind")]
    /// enum Figure {
    ///     Circle { radius: f64 },
    /// }
    ///
    /// # let backend = Arc::new(keyloft_memory::MemoryBackend::new());
    /// let figures = Table::<u32, Figure>::with_schema(backend, Schema::new("figures").checked());
    /// let refused = figures.put(&1, &Figure::Circle { radius: 1.5 });
    /// assert_eq!(refused.unwrap_err().code(), "Encode");
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    ///
    /// If the schema has a [`shape`](Schema::shape), the bytes are compared with it too. So are the values in the indexes of
    /// both entities, which may depend on a field that is not stored.
    ///
    /// The comparison is of what `Serialize` writes for both entities: names, counts and values. The order in sequences and
    /// maps does not count, because that of a hash table changes. Each write costs a decoding and two more passes over the
    /// entity: about as much as the encoding and a read, without the engine's part of them.
    #[must_use]
    pub fn checked(mut self) -> Self
    where
        V: Serialize,
    {
        let layout = self.layout_mut();
        layout.codec = Arc::new(ReadBack(Arc::clone(&layout.codec)));
        layout.checks_shape = true;
        layout.check_values = Some(Layout::check_values);
        self
    }
}

/// The codec of [`Schema::checked`](super::Schema::checked), which reads each payload back.
struct ReadBack<V>(Arc<dyn Codec<V>>);

impl<V: Serialize> Codec<V> for ReadBack<V> {
    fn encode(&self, entity: &V, out: &mut Vec<u8>) -> Result<(), EncodeReason> {
        let start = out.len();
        self.0.encode(entity, out)?;
        let payload = out.get(start..).unwrap_or_default();
        // The bytes can't be compared: an entity that is read wrongly can have the same ones, because they have no names.
        match self.0.decode(payload) {
            Ok(read) if trace(entity) == trace(&read) => Ok(()),
            Ok(_) => Err(EncodeReason::other(
                "a read of it would return other values, as it does with serde's `skip_serializing_if`",
            )),
            Err(reason) => Err(EncodeReason::other(format!(
                "a read of it would fail, as it does with serde's `tag` and `untagged`: {reason}"
            ))),
        }
    }

    fn decode(&self, payload: &[u8]) -> Result<V, DecodeReason> {
        self.0.decode(payload)
    }

    fn is_canonical(&self, payload: &[u8], entity: &V) -> bool {
        self.0.is_canonical(payload, entity)
    }
}
