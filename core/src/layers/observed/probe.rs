//! The probe: the test whether a backend writes through the layer of a [`Feed`](super::Feed).
//!
//! A backend is an opaque stack of layers. The probe is a scan of a special empty range, which every layer passes on.
//! It reads nothing, and [`StorageBackend`] needs no method for it. Layers rename the partition of the probe as they
//! rename the partition of any other scan, so the hub learns the partition's full name.

use core::cell::RefCell;
use core::ops::{Bound, ControlFlow};
use core::ptr;

use super::hub::Hub;
use crate::backend::{Direction, KeyRange, Partition, StorageBackend};
use crate::error::Result;
use crate::sync::thread_local;

/// The range of a probe.
///
/// No other scan has a reason to use these bounds, so other scans cost one comparison only. A layer that changes keys
/// also changes these bounds. The probe then does not arrive, and the watch is refused: its keys would not match the
/// hub's.
const RANGE: KeyRange<'_> = KeyRange { lower: Bound::Excluded(b""), upper: Bound::Excluded(b"") };

struct Probe {
    /// The address of the hub that the probe is for.
    hub: usize,
    /// The partition of the scan when it arrived at the hub.
    arrived: Option<Partition>,
}

thread_local! {
    /// The probe that this thread has sent. The scan runs on the same thread, so other threads' scans can't answer it.
    static SENT: RefCell<Option<Probe>> = const { RefCell::new(None) };
}

/// Sends a probe for the hub into `partition` of the backend. Returns the full partition, or `None` if the backend does
/// not wrap the hub's layer.
///
/// The caller keeps the hub alive, so no other hub can have its address.
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

/// Returns `true` if a scan that arrived at the hub is a probe for it, and records the partition in the probe.
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

/// Replaces the thread's probe. A thread that is ending may have lost its thread-locals; then the probe finds nothing.
fn set(probe: Option<Probe>) -> Option<Probe> {
    SENT.try_with(|sent| sent.replace(probe)).ok().flatten()
}
