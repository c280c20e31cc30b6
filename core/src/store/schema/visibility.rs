//! [`Visibility`]: the stored rows that reads skip.

use super::Schema;
use crate::backend::Read;
use crate::clock::Clock;
use crate::maybe_send::{MaybeSend, MaybeSync};
use crate::value::Envelope;

/// The kinds of hidden rows that a read sees. The default is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sight {
    /// Tombstones: rows that are deleted but still stored.
    pub tombstones: bool,
    /// Expired rows.
    pub expired: bool,
    /// The time of the read, by which rows have expired or not, or `None` for the present time of the table's clock.
    pub time: Option<i64>,
}

/// The rule that hides stored rows from reads.
///
/// For every read, and for [`insert`](super::super::EntityWriter::insert) and
/// [`update`](super::super::EntityWriter::update), a hidden row does not exist. It keeps its index entries, including its
/// value in a unique index. Deletions remove and count it. So a visibility may also hide a row from every sight.
pub trait Visibility: MaybeSend + MaybeSync {
    /// Returns `true` if reads with this sight see the row with this version and this payload.
    ///
    /// A row that can't be decoded must be visible, so that reads report it. A read that can't open the
    /// [envelope](crate::value) of a row reports that itself.
    fn is_visible(&self, row: Envelope<'_>, sight: Sight) -> bool;

    /// Returns the clock of a rule that depends on the time. Reads then have a [`time`](Sight::time), which is the same for all
    /// reads of a snapshot or a transaction.
    ///
    /// The default returns `None`.
    fn clock(&self) -> Option<&dyn Clock> {
        None
    }
}

impl<K, V> Schema<K, V> {
    /// Returns the sight of a read in the state of this reader, without tombstones and expired rows.
    ///
    /// ```
    /// # #[cfg(feature = "derive")] {
    /// use std::sync::Arc;
    /// use keyloft::prelude::*;
    /// use serde::{Deserialize, Serialize};
    ///
    /// #[derive(Serialize, Deserialize, Entity)]
    /// #[table(name = "sessions", key = String)]
    /// struct Session {
    ///     #[expires]
    ///     expires_at: i64,
    /// }
    ///
    /// # let backend: Arc<dyn StorageBackend> = Arc::new(keyloft_memory::MemoryBackend::new());
    /// let sessions = Session::table(backend.clone(), Arc::new(|| 1_000));
    /// let sight = sessions.schema().sight_at(&*backend.snapshot()?);
    /// assert_eq!(sight.time, Some(1_000));
    /// # }
    /// # Ok::<(), keyloft::Error>(())
    /// ```
    pub fn sight_at(&self, reader: &dyn Read) -> Sight {
        self.layout.sight_at(reader, Sight::default())
    }

    /// Returns the clock of the schema's [visibility](Self::visibility), if that depends on the time.
    pub fn clock(&self) -> Option<&dyn Clock> {
        self.layout.visibility.as_ref().and_then(|visibility| visibility.clock())
    }
}
