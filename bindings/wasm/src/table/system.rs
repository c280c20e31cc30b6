//! The tables of the system.

use keyloft::tables::system::{LiveQuery, Namespace, Storage, TableMetadata, User};
use keyloft::{
    CrossUserTableStore, EntityStore, LiveQueryId, NamespaceId, Principal, Read, Result, StorageId, SystemTableStore,
    TableId, Transaction, UserId,
};

use super::{Access, Action};
use super::typed::Special;
use crate::failure;
use crate::wire::{Request, Response};

/// The questions and actions of these tables.
const FIND_BY_USERNAME: u8 = 1;
const DROP_TABLE: u8 = 1;
const REMOVE_CONNECTION: u8 = 1;

macro_rules! allow_by_role {
    () => {
        fn allow(&self, principal: &Principal, access: Access) -> Result<()> {
            match access {
                Access::Read => self.read_as(principal).map(|_| ()),
                Access::Write => self.write_as(principal).map(|_| ()),
            }
        }
    };
}
pub(super) use allow_by_role;

impl Special<UserId, User> for SystemTableStore<UserId, User> {
    const INDEXES: &[(&str, bool)] = &[("username", true), ("role", false), ("storage", false)];

    allow_by_role!();

    fn ask(&self, reader: &dyn Read, question: u8, mut request: Request<'_>, out: &mut Response<'_>) -> failure::Result<()> {
        if question != FIND_BY_USERNAME {
            return Err(failure::Failure::argument("this table has no such question"));
        }
        let found = self.at(reader).find_by_username(request.text()?)?;
        out.flag(found.is_some());
        found.map_or(Ok(()), |user| self.respond(&user, out))
    }
}

impl Special<TableId, TableMetadata> for SystemTableStore<TableId, TableMetadata> {
    const INDEXES: &[(&str, bool)] = &[("storage", false)];

    allow_by_role!();

    fn act(
        &self,
        tx: &mut dyn Transaction,
        action: Action<'_>,
        out: &mut Response<'_>,
    ) -> failure::Result<()> {
        if action.code != DROP_TABLE {
            return Err(failure::Failure::argument("this table has no such action"));
        }
        out.flag(self.within(tx).drop_table(&action.key()?)?);
        Ok(())
    }
}

impl Special<NamespaceId, Namespace> for SystemTableStore<NamespaceId, Namespace> {
    allow_by_role!();
}

impl Special<StorageId, Storage> for SystemTableStore<StorageId, Storage> {
    allow_by_role!();
}

impl Special<LiveQueryId, LiveQuery> for SystemTableStore<LiveQueryId, LiveQuery> {
    const INDEXES: &[(&str, bool)] = &[("user", false), ("connection", false), ("table", false)];

    allow_by_role!();

    fn act(
        &self,
        tx: &mut dyn Transaction,
        mut action: Action<'_>,
        out: &mut Response<'_>,
    ) -> failure::Result<()> {
        if action.code != REMOVE_CONNECTION {
            return Err(failure::Failure::argument("this table has no such action"));
        }
        out.u64(self.within(tx).remove_connection(action.request.text()?)?);
        Ok(())
    }
}
