//! [`Indexed`]: the value that an index by a function returns.

/// The value that the function of an index returns: `I`, or an option of it.
///
/// ```
/// use keyloft::entity::Indexed;
///
/// assert_eq!(7_u32.indexed(), Some(7_u32));
/// assert_eq!(Indexed::<u32>::indexed(None), None);
/// ```
#[diagnostic::on_unimplemented(
    message = "the function of the index returns `{Self}`, and the index has values of `{I}`",
    label = "returns `{Self}`, not `{I}`",
    note = "the function returns the type of `value = …`, or an `Option` of it"
)]
pub trait Indexed<I> {
    /// Returns the indexed value, or `None` to keep the entity out of the index.
    fn indexed(self) -> Option<I>;
}

impl<I> Indexed<I> for I {
    fn indexed(self) -> Option<I> {
        Some(self)
    }
}

impl<I> Indexed<I> for Option<I> {
    fn indexed(self) -> Option<I> {
        self
    }
}
