//! [`Watched`]: a layer that tells of every transaction.

use std::sync::Arc;

use keyloft::backend::TransactionBody;
use keyloft::{Read, Result, Snapshot, StorageBackend, delegate_reads};

/// A moment of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    Begins,
    Committed,
    Failed,
}

/// A function that is told of the moments.
type Tell<B> = Box<dyn Fn(&B, Moment) + Send + Sync>;

/// A layer that tells of the beginning and the end of every transaction.
pub(crate) struct Watched<B> {
    inner: B,
    tell: Tell<B>,
}

impl<B> Watched<B> {
    pub(crate) fn new(inner: B, tell: impl Fn(&B, Moment) + Send + Sync + 'static) -> Self {
        Self { inner, tell: Box::new(tell) }
    }
}

impl<B: StorageBackend> Read for Watched<B> {
    delegate_reads!(self => self.inner);
}

impl<B: StorageBackend> StorageBackend for Watched<B> {
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>> {
        self.inner.snapshot()
    }

    fn transact(&self, body: &mut TransactionBody<'_>) -> Result<()> {
        (self.tell)(&self.inner, Moment::Begins);
        let outcome = self.inner.transact(body);
        (self.tell)(&self.inner, if outcome.is_ok() { Moment::Committed } else { Moment::Failed });
        outcome
    }
}
