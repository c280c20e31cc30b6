//! [`LiveQueryWriter`]: the writes of the table of live queries.

use super::{CONNECTION, LiveQuery};
use crate::error::Result;
use crate::key::LiveQueryId;
use crate::store::{EntityWriter, Query};

/// The writes of the table of live queries beside those of every table.
pub trait LiveQueryWriter: EntityWriter<LiveQueryId, LiveQuery> {
    /// Deletes every query of a lost connection. Returns how many they were.
    ///
    /// # Errors
    ///
    /// As [`delete`](EntityWriter::delete).
    fn remove_connection(self, connection_id: &str) -> Result<u64> {
        self.delete_by(&CONNECTION, Query::exactly(connection_id))
    }
}

impl<W: EntityWriter<LiveQueryId, LiveQuery>> LiveQueryWriter for W {}
