//! The probe by which a [`Feed`](super::Feed) finds out whether a backend is the one that it observes.
//!
//! A backend is an opaque stack of layers. The probe is a scan of an empty range that goes through all of them, so it
//! costs no read, and [`StorageBackend`] needs no method for it. On the way, layers rename its partition as they rename
//! that of any other scan. Where it arrives, the partition has the name that the hub knows it by.

use core::cell::RefCell;
use core::ops::{Bound, ControlFlow};
use core::ptr;

use super::hub::Hub;
use crate::backend::{Direction, KeyRange, Partition, StorageBackend};
use crate::error::Result;

/// The range of a probe. It is empty in a way that no other scan has a reason to use, so that scans are not slowed down
/// by looking for a probe; a layer that changes keys changes this too, and is not taken for one that does not.
const RANGE: KeyRange<'_> = KeyRange { lower: Bound::Excluded(b""), upper: Bound::Excluded(b"") };

struct Probe {
    /// The address of the hub that is looked for.
    hub: usize,
    /// The partition of the scan when it arrived at the hub.
    arrived: Option<Partition>,
}

std::thread_local! {
    /// The probe that this thread has sent. The scan runs on the same thread, so other threads' scans can't answer it.
    static SENT: RefCell<Option<Probe>> = const { RefCell::new(None) };
}

/// Scans `partition` of the backend with a probe and returns the partition that arrives at the hub; `None` if the
/// backend is not over the hub.
///
/// The caller keeps the hub alive, so that its address is its own.
pub(super) fn send(
    hub: &Hub,
    backend: &dyn StorageBackend,
    partition: &Partition,
) -> Result<Option<Partition>> {
    set(Some(Probe { hub: ptr::from_ref(hub).addr(), arrived: None }));
    let scanned = backend.scan(partition, RANGE, Direction::Forward, &mut |_, _| ControlFlow::Break(()));
    let arrived = set(None).and_then(|probe| probe.arrived);
    scanned.map(|()| arrived)
}

/// Takes note of a scan that has arrived at the hub, and returns `true` if it is a probe for this hub.
pub(super) fn arrives(hub: &Hub, partition: &Partition, range: KeyRange<'_>) -> bool {
    range == RANGE
        && SENT.try_with(|sent| match &mut *sent.borrow_mut() {
            Some(probe) if probe.hub == ptr::from_ref(hub).addr() => {
                probe.arrived = Some(partition.clone());
                true
            }
            _ => false,
        }) == Ok(true)
}

/// Replaces the thread's probe. In the destructor of a thread-local there may be none: nothing is found then.
fn set(probe: Option<Probe>) -> Option<Probe> {
    SENT.try_with(|sent| sent.replace(probe)).ok().flatten()
}
