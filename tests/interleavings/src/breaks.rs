//! [`Break`]: the faults that are made on purpose, to see that a scenario notices them.

use keyloft_scheduled::Fault;

/// A fault that is made on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Break {
    /// A fault of the locks.
    Locks(Fault),
    /// A lock that threads get in the order of the scheduler.
    Unfair,
    /// A sync that reaches the disk with the next one.
    LateSync,
    /// An engine that claims to commit in the order of its bodies, and doesn't.
    ClaimedOrder,
    /// A follower that reads the state first, and subscribes afterwards.
    LateSubscription,
    /// A transaction in two parts.
    SplitTransaction,
}

impl Break {
    const ALL: [(&'static str, Self); 8] = [
        ("lost-notification", Self::Locks(Fault::LostNotification)),
        ("lost-unpark", Self::Locks(Fault::LostUnpark)),
        ("lost-settlement", Self::Locks(Fault::LostSettlement)),
        ("unfair", Self::Unfair),
        ("late-sync", Self::LateSync),
        ("claimed-order", Self::ClaimedOrder),
        ("late-subscription", Self::LateSubscription),
        ("split-transaction", Self::SplitTransaction),
    ];

    /// Returns the break with this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(of, _)| *of == name).map(|(_, how)| *how)
    }

    /// Returns the fault of the locks.
    pub(crate) fn fault(self) -> Option<Fault> {
        if let Self::Locks(fault) = self { Some(fault) } else { None }
    }
}
