//! [`Uuid`] as a key: its 16 bytes.

use alloc::borrow::Cow;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use uuid::Uuid;

use super::fixed_width::{fixed_width, take};
use super::storage_key::invalid;
use super::{KeyShape, StorageKey};
use crate::error::Result;

fixed_width!(Uuid, Uuid, |key| key.into_bytes(), |bytes| Ok(Self::from_bytes(bytes)), |key| key.to_string());
