//! `Option` as a key: a byte that says if a key follows, then that key.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use super::storage_key::invalid;
use super::{KeyShape, StorageKey};
use crate::error::Result;

const NONE: u8 = 0;
const SOME: u8 = 1;

impl<K: StorageKey> StorageKey for Option<K> {
    fn encode(&self) -> Cow<'_, [u8]> {
        Cow::Owned(match self {
            None => Vec::from([NONE]),
            Some(key) => [&[SOME], &*key.encode()].concat(),
        })
    }

    fn decode(bytes: &[u8]) -> Result<Self> {
        match bytes {
            [NONE] => Ok(None),
            [SOME, key @ ..] => K::decode(key).map(Some),
            _ => Err(invalid("Option", "it is neither 00 nor 01 and a key", bytes)),
        }
    }

    fn encode_part(&self, out: &mut Vec<u8>) {
        match self {
            None => out.push(NONE),
            Some(key) => {
                out.push(SOME);
                key.encode_part(out);
            }
        }
    }

    fn decode_part(input: &mut &[u8]) -> Result<Self> {
        match *input {
            [NONE, rest @ ..] => {
                *input = rest;
                Ok(None)
            }
            [SOME, rest @ ..] => {
                *input = rest;
                K::decode_part(input).map(Some)
            }
            other => Err(invalid("Option", "it begins with neither 00 nor 01", other)),
        }
    }

    fn describe(&self) -> String {
        match self {
            None => String::from("None"),
            Some(key) => key.describe(),
        }
    }

    fn shape() -> KeyShape {
        KeyShape::Option(Box::new(K::shape()))
    }
}
