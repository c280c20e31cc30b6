//! [`Doc`]: an entity of any table.

use keyloft::Row;
use keyloft::entity::Expiring;
use keyloft::error::DecodeReason;
use keyloft::store::{Codec, Postcard};
use keyloft::tables::SystemColumns;
use keyloft::tables::system::{Job, LiveQuery, Namespace, Storage, SystemEntity, TableMetadata, User};
use keyloft::value::decode_payload;
use serde::{Deserialize, Serialize};

/// An entity of any table, so that the code of a table is compiled once and not for every entity type.
pub(crate) enum Doc {
    /// The payload of an entity that no index and no rule asks for.
    Encoded(Vec<u8>),
    /// A row of a collection with indexes, and its payload.
    Row { payload: Vec<u8>, row: Row },
    /// A user of the system.
    User(Box<User>),
    /// A table of the system's list.
    Table(Box<TableMetadata>),
    /// A job of the system.
    Job(Box<Job>),
    /// A namespace of the system.
    Namespace(Box<Namespace>),
    /// A storage of the system.
    Storage(Box<Storage>),
    /// A live query of the system.
    LiveQuery(Box<LiveQuery>),
}

/// Decodes a payload as far as its table's indexes and rules ask for it.
pub(super) type Decode = fn(&[u8]) -> Result<Doc, DecodeReason>;

impl Doc {
    /// Returns the payload; an entity of the system keeps none.
    pub(crate) fn payload(&self) -> &[u8] {
        match self {
            Self::Encoded(payload) | Self::Row { payload, .. } => payload,
            _ => &[],
        }
    }

    /// Returns the row, if it is decoded.
    pub(super) fn row(&self) -> Option<&Row> {
        if let Self::Row { row, .. } = self { Some(row) } else { None }
    }

    fn head(&self) -> Option<(Head, &[u8])> {
        postcard::take_from_bytes(self.payload()).ok()
    }
}

/// Decodes a row of a collection.
pub(super) fn row(payload: &[u8]) -> Result<Doc, DecodeReason> {
    Ok(Doc::Row { row: decode_payload(payload)?, payload: payload.to_vec() })
}

/// An entity of the system.
pub(super) trait Known: SystemEntity {
    /// Returns the entity, if it is of this type.
    fn of(doc: &Doc) -> Option<&Self>;
}

macro_rules! known {
    ($($type:ident $variant:ident),+) => {$(
        impl Known for $type {
            fn of(doc: &Doc) -> Option<&Self> {
                if let Doc::$variant(entity) = doc { Some(entity) } else { None }
            }
        }

        impl From<$type> for Doc {
            #[inline(never)] // it is called where a store decodes, completes and upgrades
            fn from(entity: $type) -> Self {
                Self::$variant(Box::new(entity))
            }
        }
    )+};
}

known!(User User, TableMetadata Table, Job Job, Namespace Namespace, Storage Storage, LiveQuery LiveQuery);

/// The first fields of a row of every kind of table.
#[derive(Serialize, Deserialize)]
struct Head {
    updated: i64,
    deleted: bool,
}

/// Reads and writes the first two fields of a row, which are the same in every kind of table.
impl SystemColumns for Doc {
    fn updated(&self) -> i64 {
        self.head().map_or(0, |(head, _)| head.updated)
    }

    fn is_deleted(&self) -> bool {
        self.head().is_some_and(|(head, _)| head.deleted)
    }

    fn set_deleted(&mut self, deleted: bool, now: i64) {
        let Some((_, rest)) = self.head() else { return };
        let mut payload = Vec::new();
        if Postcard.encode(&Head { updated: now, deleted }, &mut payload).is_ok() {
            payload.extend_from_slice(rest);
            *self = Self::Encoded(payload);
        }
    }
}

/// Reads the third field of a stream's row.
impl Expiring for Doc {
    fn expires_at(&self) -> Option<i64> {
        let (_, rest) = self.head()?;
        postcard::take_from_bytes::<Option<i64>>(rest).ok()?.0
    }
}
