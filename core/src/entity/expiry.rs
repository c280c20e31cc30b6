//! [`Expiry`]: a field with the time of an entity's expiry.

/// A field with the time of an entity's expiry, in milliseconds since the Unix epoch.
///
/// ```
/// use keyloft::entity::Expiry;
///
/// assert_eq!(5_000_i64.millis(), Some(5_000));
/// assert_eq!(None::<i64>.millis(), None);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a time of expiry",
    note = "a time of expiry is an `i64` or an `Option<i64>`, in milliseconds since the Unix epoch"
)]
pub trait Expiry {
    /// Returns the time, or `None` if the entity does not expire.
    fn millis(&self) -> Option<i64>;
}

impl Expiry for i64 {
    fn millis(&self) -> Option<i64> {
        Some(*self)
    }
}

impl<E: Expiry> Expiry for Option<E> {
    fn millis(&self) -> Option<i64> {
        self.as_ref().and_then(E::millis)
    }
}
