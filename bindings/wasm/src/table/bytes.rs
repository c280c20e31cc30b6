//! [`Bytes`]: a partition without a type.

use keyloft::{Error, Partition, Principal, Result, Transaction};

use super::{Access, Table};

/// A partition whose values are bytes as they are given.
pub(super) struct Bytes {
    pub(super) partition: Partition,
}

impl Table for Bytes {
    fn partition(&self) -> &Partition {
        &self.partition
    }

    fn version(&self) -> Option<u32> {
        None
    }

    fn verify(&self, _: &[u8]) -> Result<()> {
        Ok(())
    }

    fn check_key(&self, _: &[u8]) -> Result<()> {
        Ok(())
    }

    fn allow(&self, principal: &Principal, access: Access) -> Result<()> {
        Err(Error::AccessDenied {
            principal: principal.to_string(),
            action: if access == Access::Read { "read" } else { "write" },
            table: self.partition.as_str().to_owned(),
        })
    }

    fn put(&self, tx: &mut dyn Transaction, key: &[u8], payload: &[u8], anew: bool) -> Result<()> {
        if anew && tx.contains(&self.partition, key)? {
            let partition = self.partition.as_str().to_owned();
            return Err(Error::AlreadyExists { partition, key: super::for_people(key) });
        }
        tx.put(&self.partition, key, payload)
    }

    fn delete(&self, tx: &mut dyn Transaction, key: &[u8]) -> Result<bool> {
        tx.delete(&self.partition, key)
    }
}
