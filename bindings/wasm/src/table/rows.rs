//! The tables that hold rows: users', shared ones and streams.

use keyloft::store::Handle;
use keyloft::tables::SystemColumns;
use keyloft::{
    CrossUserTableStore, EntityStore, Principal, Result, RowId, RowStore, SharedTableRow, SharedTableStore, StorageKey,
    StreamTableRow, StreamTableStore, Transaction, UserRowId, UserTableRow, UserTableStore,
};

use super::{Access, Action};
use super::system::allow_by_role;
use super::typed::Special;
use crate::failure;
use crate::wire::Response;

const SOFT_DELETE: u8 = 1;
const RESTORE: u8 = 2;
const PURGE_DELETED_BEFORE: u8 = 3;
const EVICT_EXPIRED: u8 = 4;

impl Special<UserRowId, UserTableRow> for UserTableStore {
    /// Whoever it is has rows of their own, and the scope of the open table is these.
    fn allow(&self, _: &Principal, _: Access) -> Result<()> {
        Ok(())
    }

    fn act(
        &self,
        tx: &mut dyn Transaction,
        action: Action<'_>,
        out: &mut Response<'_>,
    ) -> failure::Result<()> {
        act_on_rows(self.within(tx), action, out)
    }
}

impl Special<RowId, SharedTableRow> for SharedTableStore {
    allow_by_role!();

    fn act(
        &self,
        tx: &mut dyn Transaction,
        action: Action<'_>,
        out: &mut Response<'_>,
    ) -> failure::Result<()> {
        act_on_rows(self.within(tx), action, out)
    }
}

impl Special<RowId, StreamTableRow> for StreamTableStore {
    allow_by_role!();

    fn hidden_otherwise(&self) -> Option<&dyn keyloft::store::Hidden> {
        RowStore::hidden_otherwise(self)
    }

    fn act(
        &self,
        tx: &mut dyn Transaction,
        mut action: Action<'_>,
        out: &mut Response<'_>,
    ) -> failure::Result<()> {
        if action.code == EVICT_EXPIRED {
            let now = action.request.i64()?;
            out.u64(self.within(tx).evict_expired(now, action.request.count()?)?);
            return Ok(());
        }
        act_on_rows(self.within(tx), action, out)
    }
}

fn act_on_rows<S, K, V>(
    mut rows: Handle<'_, S, K, V, &mut dyn Transaction>,
    mut action: Action<'_>,
    out: &mut Response<'_>,
) -> failure::Result<()>
where
    S: RowStore<K, V>,
    K: StorageKey,
    V: SystemColumns,
{
    if action.code == PURGE_DELETED_BEFORE {
        let time = action.request.i64()?;
        out.u64(rows.purge_deleted_before(time, action.request.count()?)?);
        return Ok(());
    }
    let key: K = action.key()?;
    let now = action.request.i64()?;
    out.flag(match action.code {
        SOFT_DELETE => rows.soft_delete(&key, now)?,
        RESTORE => rows.restore(&key, now)?,
        _ => return Err(failure::Failure::argument("this table has no such action")),
    });
    Ok(())
}
