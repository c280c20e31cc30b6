//! [`Hidden`]: which stored entities reads do not see.

/// Tells which stored entities reads do not see.
pub trait Hidden {
    /// Whether reads do not see the entity of these bytes, which are in their [envelope](crate::value).
    ///
    /// Bytes that can't be read are not hidden, so that the read that meets them reports them.
    fn hides(&self, stored: &[u8]) -> bool;
}
