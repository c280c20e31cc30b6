//! [`Doc`]: an entity of any table.

use std::rc::Rc;

use keyloft::tables::SystemColumns;
use keyloft::tables::stream::Expiring;
use keyloft::tables::system::{Job, LiveQuery, Namespace, Storage, TableMetadata, User};
use keyloft::value::{FORMAT, decode_payload};
use keyloft::{Error, Row};
use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::rules::Rules;

/// An entity of any table: its payload, as JavaScript has written it or as it is stored, and the entity if the table's
/// indexes or rules ask for it.
///
/// So what a store does to entities is compiled once, and not for every table.
#[derive(Clone)]
pub(super) struct Doc {
    pub(super) payload: Vec<u8>,
    pub(super) entity: Entity,
    /// Those of its table: the functions of a schema know nothing but what they are given.
    pub(super) rules: Rc<dyn Rules>,
}

/// What the payload says.
#[derive(Clone)]
pub(super) enum Entity {
    User(User),
    Table(TableMetadata),
    Job(Job),
    Namespace(Namespace),
    Storage(Storage),
    LiveQuery(LiveQuery),
    Row(Row),
    /// Nobody asked.
    Unread,
}

/// An entity that is one of these.
pub(super) trait Known: keyloft::store::Entity {
    fn of(entity: &Entity) -> Option<&Self>;

    fn into_entity(self) -> Entity;
}

macro_rules! known {
    ($($type:ident $variant:ident),+) => {$(
        impl Known for $type {
            fn of(entity: &Entity) -> Option<&Self> {
                if let Entity::$variant(entity) = entity { Some(entity) } else { None }
            }

            fn into_entity(self) -> Entity {
                Entity::$variant(self)
            }
        }
    )+};
}

known!(User User, TableMetadata Table, Job Job, Namespace Namespace, Storage Storage, LiveQuery LiveQuery, Row Row);

/// The most that an envelope has before the payload, in bytes.
const HEAD: usize = 6;

/// The first fields of a row of any table.
#[derive(Serialize, Deserialize)]
struct Head {
    updated: i64,
    deleted: bool,
}

impl Doc {
    fn head(&self) -> Option<(Head, &[u8])> {
        postcard::take_from_bytes(&self.payload).ok()
    }
}

/// Of rows: the first two fields are the same in every kind of table.
impl SystemColumns for Doc {
    fn updated(&self) -> i64 {
        self.head().map_or(0, |(head, _)| head.updated)
    }

    fn is_deleted(&self) -> bool {
        self.head().is_some_and(|(head, _)| head.deleted)
    }

    fn set_deleted(&mut self, deleted: bool, now: i64) {
        let Some((_, rest)) = self.head() else { return };
        if let Ok(mut payload) = postcard::to_extend(&Head { updated: now, deleted }, Vec::new()) {
            payload.extend_from_slice(rest);
            self.payload = payload;
        }
    }
}

/// Of a stream's rows: the third field.
impl Expiring for Doc {
    fn expires_at(&self) -> Option<i64> {
        let (_, rest) = self.head()?;
        postcard::take_from_bytes::<Option<i64>>(rest).ok()?.0
    }
}

/// Stores write and read a document themselves.
impl Serialize for Doc {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(S::Error::custom("a document is written by its store"))
    }
}

impl<'de> Deserialize<'de> for Doc {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Err(D::Error::custom("a document is read by its store"))
    }
}

/// Appends a payload in its envelope.
pub(super) fn seal(version: u32, payload: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
    let encode = |source| {
        let (partition, key) = Default::default();
        Error::Encode { partition, key, source }
    };
    out.reserve(payload.len() + HEAD);
    out.push(FORMAT);
    *out = postcard::to_extend(&version, std::mem::take(out)).map_err(encode)?;
    out.extend_from_slice(payload);
    Ok(())
}

/// The entity of a payload.
pub(super) fn decode<V: Known>(payload: &[u8]) -> Result<Entity, Error> {
    decode_payload::<V>(payload).map(V::into_entity)
}
