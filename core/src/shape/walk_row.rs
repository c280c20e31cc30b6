//! The walk through rows and values, whose types are in the payload.

use super::walk::{BAD_VALUE, Walk};
use crate::tables::row::MAX_DEPTH;
use crate::tables::row::binary::{BYTES, FALSE, FLOAT, INT, LIST, MAP, NAN, NULL, TEXT, TIMESTAMP, TRUE};

/// Passes the columns of a row, or the entries of a map inside `depth` lists and maps.
pub(super) fn columns(walk: &mut Walk<'_>, depth: usize) -> Result<(), &'static str> {
    let mut previous = None;
    for _ in 0..walk.length()? {
        let name = walk.text()?;
        if previous.is_some_and(|previous| previous >= name) {
            return Err("the columns of a row are out of order");
        }
        previous = Some(name);
        value(walk, depth)?;
    }
    Ok(())
}

/// Passes a value inside `depth` lists and maps.
pub(super) fn value(walk: &mut Walk<'_>, depth: usize) -> Result<(), &'static str> {
    match walk.byte()? {
        NULL | FALSE | TRUE => {}
        INT | TIMESTAMP => drop(walk.varint(64)?),
        FLOAT => {
            let bits = walk.take(8)?.iter().rev().fold(0, |bits, byte| bits << 8 | u64::from(*byte));
            if f64::from_bits(bits).is_nan() && bits != NAN {
                return Err(BAD_VALUE);
            }
        }
        TEXT => drop(walk.text()?),
        BYTES => drop(walk.bytes()?),
        LIST if depth < MAX_DEPTH => {
            for _ in 0..walk.length()? {
                value(walk, depth + 1)?;
            }
        }
        MAP if depth < MAX_DEPTH => columns(walk, depth + 1)?,
        _ => return Err(BAD_VALUE),
    }
    Ok(())
}
