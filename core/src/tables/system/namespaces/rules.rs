//! The rules of `system_namespaces`.

use alloc::format;
use core::ops::ControlFlow;

use super::{Namespace, count};
use crate::backend::{Direction, Transaction};
use crate::error::Result;
use crate::excerpt;
use crate::store::schema::EncodedChange;
use crate::tables::system::declare::Declare;
use crate::tables::system::{SystemEntity, TableMetadata};

/// The name that a namespace can't have.
const RESERVED: &str = "system";

pub(in crate::tables::system) fn declare(table: &mut impl Declare<Namespace>) {
    table.complete(count::correct_count);
    table.guard(guard);
}

fn guard(tx: &mut dyn Transaction, change: &EncodedChange<'_, Namespace>) -> Result<()> {
    match change.new {
        Some(namespace) => match fault(change.key, namespace) {
            Some(reason) => Err(change.invalid(reason)),
            None => Ok(()),
        },
        None if change.is_in(Namespace::PARTITION) => refuse_with_tables(tx, change),
        None => Ok(()),
    }
}

/// Returns the rule that the entity breaks.
fn fault(key: &[u8], Namespace { name, .. }: &Namespace) -> Option<&'static str> {
    if name.as_bytes() != key {
        Some("`name` is not the key")
    } else if !is_name(name.as_str()) {
        Some("a name is a lower-case letter, then lower-case letters, digits and underscores")
    } else if name.as_str() == RESERVED {
        Some("the name is reserved")
    } else {
        None
    }
}

fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'))
}

fn refuse_with_tables(tx: &mut dyn Transaction, change: &EncodedChange<'_, Namespace>) -> Result<()> {
    let tables = count::tables_of(change.key);
    let mut first = None;
    tx.scan(&TableMetadata::PARTITION.into(), tables.as_range(), Direction::Forward, &mut |table, _| {
        first = Some(excerpt::excerpt(table));
        ControlFlow::Break(())
    })?;
    match first {
        Some(table) => Err(change.in_use(format!("it has tables, the first is `{table}`: drop them first"))),
        None => Ok(()),
    }
}
