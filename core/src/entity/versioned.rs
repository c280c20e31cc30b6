//! [`Versioned`]: an entity of one schema version.

use crate::error::DecodeReason;
use crate::shape::Shape;
use crate::store::Entity;
use crate::value::decode_payload;

/// An entity of one schema version, which reads the values of older versions.
///
/// The older version is a type too. Each version names the one before it, and converts it with `From`. So version 3 reads
/// version 2, which reads version 1:
///
/// ```
/// # #[cfg(feature = "derive")] {
/// use keyloft::entity::Versioned;
/// use keyloft::prelude::*;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize, Entity)]
/// struct PriceV1(u64);
///
/// #[derive(Serialize, Deserialize, Entity)]
/// #[table(version = 2, upgrades = PriceV1)]
/// struct PriceV2 {
///     cents: u64,
///     currency: String,
/// }
///
/// #[derive(Serialize, Deserialize, Entity, Debug, PartialEq)]
/// #[table(version = 3, upgrades = PriceV2)]
/// struct Price {
///     cents: u64,
///     currency: String,
///     tax: u8,
/// }
///
/// impl From<PriceV1> for PriceV2 {
///     fn from(PriceV1(cents): PriceV1) -> Self {
///         Self { cents, currency: "EUR".into() }
///     }
/// }
///
/// impl From<PriceV2> for Price {
///     fn from(PriceV2 { cents, currency }: PriceV2) -> Self {
///         Self { cents, currency, tax: 19 }
///     }
/// }
///
/// let euros = Price { cents: 5, currency: "EUR".into(), tax: 19 };
/// assert_eq!(Price::decode_version(1, b"\x05").unwrap(), euros);
/// assert_eq!(Price::decode_version(2, b"\x05\x03EUR").unwrap(), euros);
/// assert_eq!(Price::decode_version(3, b"\x05\x03EUR\x13").unwrap(), euros);
/// # }
/// ```
pub trait Versioned: Entity {
    /// The schema version.
    const VERSION: u32;

    /// Decodes the payload of a version older than this one. The default knows none.
    ///
    /// # Errors
    ///
    /// [`DecodeReason::NoUpgrade`], or the reason why the payload is not an entity of that version.
    fn upgrade(from: u32, payload: &[u8]) -> Result<Self, DecodeReason> {
        let _ = payload;
        Err(DecodeReason::NoUpgrade { found: from, known: Self::VERSION })
    }

    /// Returns the shape of the entities of this version or of an older one. The default knows none.
    ///
    /// A migration compares it with the stored shape of that version.
    fn shape_of(version: u32) -> Option<Shape> {
        let _ = version;
        None
    }

    /// Decodes a payload of this version or of an older one.
    ///
    /// # Errors
    ///
    /// The reason why the payload is not an entity of the version.
    fn decode_version(version: u32, payload: &[u8]) -> Result<Self, DecodeReason> {
        if version == Self::VERSION { decode_payload(payload) } else { Self::upgrade(version, payload) }
    }
}

/// Decodes a payload as the previous version of an entity, or as one before that, and converts it.
///
/// The derive implements [`Versioned::upgrade`] with it.
///
/// # Errors
///
/// The errors of [`Versioned::upgrade`].
pub fn upgrade_through<P: Versioned, V: Versioned + From<P>>(
    from: u32,
    payload: &[u8],
) -> Result<V, DecodeReason> {
    match P::decode_version(from, payload) {
        Ok(previous) => Ok(previous.into()),
        // The table has the newest version, and the chain ends at the oldest one.
        Err(DecodeReason::NoUpgrade { found, .. }) => {
            Err(DecodeReason::NoUpgrade { found, known: V::VERSION })
        }
        Err(reason) => Err(reason),
    }
}
