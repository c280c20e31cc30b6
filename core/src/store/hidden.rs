//! [`Hidden`]: which stored entities reads do not see.

/// Tells which stored entities reads do not see.
pub trait Hidden {
    /// Whether reads do not see the entity of these bytes, which are in their [envelope](crate::value).
    ///
    /// Bytes that can't be read are not hidden, so that the read that meets them reports them.
    fn hides(&self, stored: &[u8]) -> bool;

    /// Whether they have never seen it, from when it was stored: not so of what a clock hides, of which no commit tells, so
    /// that a [`Watch`](super::Watch) has to know. The default is that of what no clock hides.
    fn hides_always(&self, stored: &[u8]) -> bool {
        self.hides(stored)
    }
}
