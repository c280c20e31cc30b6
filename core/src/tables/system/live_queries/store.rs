//! [`LiveQueryWriter`]: the additional writes of `system_live_queries`.

use super::{CONNECTION, LiveQuery};
use crate::error::Result;
use crate::key::LiveQueryId;
use crate::store::{EntityWriter, Query};

/// The additional writes of `system_live_queries`.
pub trait LiveQueryWriter: EntityWriter<LiveQueryId, LiveQuery> {
    /// Deletes all live queries of a connection. Returns their number.
    ///
    /// # Errors
    ///
    /// The errors of [`delete`](EntityWriter::delete).
    fn remove_connection(self, connection_id: &str) -> Result<u64> {
        self.delete_by(&CONNECTION, Query::exactly(connection_id))
    }
}

impl<W: EntityWriter<LiveQueryId, LiveQuery>> LiveQueryWriter for W {}
