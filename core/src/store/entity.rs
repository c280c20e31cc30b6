//! [`Entity`]: what a store can hold.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// A type that stores can hold: any that serde reads and writes without borrowing.
pub trait Entity: Serialize + DeserializeOwned + 'static {}
impl<T: Serialize + DeserializeOwned + 'static> Entity for T {}
